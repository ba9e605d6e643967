"""What anybody finds wrong with a station, said in chat, and its keeper's word that it is right."""

import re

from bot import keeping
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.stations import SHOWN
from bot.telling import PAGE, short
from config.wording import say
from server.people.models import Channel
from server.riders.stations import facilities, faults, keepers, views
from server.riders.stations.facilities import FaultKind
from server.riders.stations.views import StationView
from server.staff import reach as reaches

OF_ONE = re.compile(r"(\d{1,6})(?:\s*号站?\s*|\s+)[,，:：]?\s*(.+)", re.DOTALL)
"""17 插座没电, 17号站插座没电; but not 3个插座没电."""


def ask_fault(chat: Chat) -> Reply:
    """Ask what is wrong with the station shown last, or one's own; a number answers."""
    station = _meant(chat)
    if station is None:
        return Reply(say("stations.which_fault"))
    kinds = list(FaultKind)
    lines = "\n".join(
        f"{place}. {say(f'stations.fault_{kind}')}" for place, kind in enumerate(kinds, 1)
    )
    choices: dict[str, Choice] = {
        str(place): ("fault_of", station.id, kind.value) for place, kind in enumerate(kinds, 1)
    }
    return Reply(say("stations.what_fault", number=station.number, lines=lines), choices)


def report(chat: Chat, text: str) -> Reply:
    """Report what is wrong: 报修 17 插座没电, or without a number the station shown last."""
    numbered = OF_ONE.fullmatch(text)
    if numbered:
        station = views.by_number(chat.session, int(numbered[1]), chat.now)
        return _reported(chat, station, facilities.fault_of(numbered[2]), numbered[2])
    meant = _meant(chat)
    if meant is None:
        return Reply(say("stations.which_fault"))
    return _reported(chat, meant, facilities.fault_of(text), text)


def fault_of(chat: Chat, station_id: int, kind: str) -> Reply:
    """Report one kind of fault of a station."""
    station = views.by_id(chat.session, station_id, chat.now)
    return _reported(chat, station, FaultKind(kind), "")


def waiting(chat: Chat) -> Reply:
    """List what is reported of one's own stations; a number settles it."""
    found = [
        (station, fault)
        for station in keeping.kept_by(chat)
        for fault in faults.waiting(chat.session, station.id)
    ][:PAGE]
    if not found:
        return Reply(say("stations.no_faults"))
    lines = "\n".join(
        say(
            "stations.fault_line",
            place=place,
            number=station.number,
            kind=say(f"stations.fault_{fault.kind}"),
            words=short(fault.words),
        )
        for place, (station, fault) in enumerate(found, 1)
    )
    choices: dict[str, Choice] = {
        str(place): ("fault_settled", fault.id) for place, (_, fault) in enumerate(found, 1)
    }
    return Reply(say("stations.faults_waiting", lines=lines), choices)


def settled(chat: Chat, fault_id: int) -> Reply:
    """Say that what was reported is put right."""
    fault = faults.settle(
        chat.session, reaches.of(chat.session, chat.person_id, chat.now), fault_id, "", chat.now
    )
    return Reply(say("stations.fault_done", kind=say(f"stations.fault_{fault.kind}")))


def _reported(chat: Chat, station: StationView, kind: FaultKind, words: str) -> Reply:
    faults.report(
        chat.session, chat.person_id, station.id, kind, words, chat.now, channel=Channel.CHAT
    )
    what = say(f"stations.fault_{kind}")
    return Reply(say("stations.fault_noted", number=station.number, kind=what))


def _meant(chat: Chat) -> StationView | None:
    shown = chat.choices.get(SHOWN)
    if shown is not None:
        return views.by_id(chat.session, int(shown[1]), chat.now)
    kept = keepers.kept_by(chat.session, chat.person_id)
    return views.by_id(chat.session, kept[0].id, chat.now) if len(kept) == 1 else None


COMMANDS = (
    Command("what_fault", ("报修", "驿站报修"), ask_fault),
    Command("report_fault", ("报修", "驿站报修"), report, Takes.TEXT),
    Command("fault_of", (), fault_of, Takes.NUMBER_AND_TEXT),
    Command("faults_waiting", ("待修", "报修清单", "驿站待修"), waiting),
    Command("fault_settled", (), settled, Takes.NUMBER),
)
