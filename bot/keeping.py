"""What the keeper of a station says of it in one word."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from bot import offers
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import PAGE, short
from config.wording import LOCAL, say
from server.riders.stations import keepers, keeping, telling
from server.riders.stations.models import Station
from server.riders.stations.refusals import StationMissing
from server.riders.stations.views import StationView
from server.staff import reach as reaches
from server.staff.reach import Reach

REASONS = ("停水", "停电", "设备检修", "人员临时外出", "有活动占用")
SPAN = re.compile(r"\s*(\d{1,3})\s*(分钟|个?小时|天)\s*[,，:：]?\s*")
UNITS = {"分钟": "minutes", "小时": "hours", "个小时": "hours", "天": "days"}


def open_up(chat: Chat) -> Reply:
    """Open one's own station; of several, ask which."""
    return _of_one(chat, "open_this", open_this)


def open_this(chat: Chat, station_id: int) -> Reply:
    """Open one station."""
    view = keeping.open_up(chat.session, _reach(chat), station_id, chat.now)
    return _done(chat, "stations.opened", view)


def confirm(chat: Chat) -> Reply:
    """Say that one's own station is open; who keeps none, or is offered a place, accepts that."""
    kept = keepers.kept_by(chat.session, chat.person_id)
    if not kept or offers.is_offered(chat):
        return offers.accept(chat)
    return _which(kept, "confirm_this", chat, confirm_this)


def confirm_this(chat: Chat, station_id: int) -> Reply:
    """Say that one station is open."""
    view = keeping.confirm(chat.session, _reach(chat), station_id, chat.now)
    return _done(chat, "stations.confirmed", view)


def ask_why(chat: Chat) -> Reply:
    """Ask why one's own station closes; a number answers."""
    kept_by(chat)
    lines = "\n".join(f"{place}. {reason}" for place, reason in enumerate(REASONS, 1))
    choices: dict[str, Choice] = {
        str(place): ("close", reason) for place, reason in enumerate(REASONS, 1)
    }
    return Reply(say("stations.why", lines=lines), choices)


def close(chat: Chat, text: str) -> Reply:
    """Close one's own station: 关门 停水, 关门 2小时 停水; else until the end of the day."""
    return _of_one(chat, "close_this", lambda chat, one: close_this(chat, one, text), text)


def close_this(chat: Chat, station_id: int, text: str) -> Reply:
    """Close one station, for the time that the text begins with."""
    span = SPAN.match(text)
    until = chat.now + timedelta(**{UNITS[span[2]]: int(span[1])}) if span else _tonight(chat.now)
    reason = text[span.end() :] if span else text
    view = keeping.close(chat.session, _reach(chat), station_id, reason, until, chat.now)
    return _done(chat, "stations.closed", view)


def _reach(chat: Chat) -> Reach:
    return reaches.of(chat.session, chat.person_id, chat.now)


def kept_by(chat: Chat) -> list[Station]:
    """Return the stations that one keeps, or refuse whoever keeps none."""
    kept = keepers.kept_by(chat.session, chat.person_id)
    if not kept:
        raise KeepsNone
    return kept


def _of_one(chat: Chat, command: str, answer: Callable[[Chat, int], Reply], *more: str) -> Reply:
    return _which(kept_by(chat), command, chat, answer, *more)


def _which(
    kept: list[Station],
    command: str,
    chat: Chat,
    answer: Callable[[Chat, int], Reply],
    *more: str,
) -> Reply:
    if len(kept) == 1:
        return answer(chat, kept[0].id)
    shown = kept[:PAGE]
    lines = "\n".join(
        f"{place}. {one.number}号站 {short(one.name)}" for place, one in enumerate(shown, 1)
    )
    choices = {str(place): (command, one.id, *more) for place, one in enumerate(shown, 1)}
    return Reply(say("stations.which", lines=lines), choices)


def _done(chat: Chat, key: str, view: StationView) -> Reply:
    stand = telling.standing(view.standing, chat.now)
    return Reply(say(key, number=view.number, name=view.name, standing=stand))


def _tonight(now: datetime) -> datetime:
    local = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    return local + timedelta(days=1)


class KeepsNone(StationMissing):
    """Whoever says so keeps no station."""

    code = "stations.keeps_none"


COMMANDS = (
    Command("open_station", ("开门", "驿站开门", "恢复开放"), open_up),
    Command("open_this", (), open_this, Takes.NUMBER),
    Command("confirm_station", ("确认", "确认开门", "确认开放", "正常开放", "在岗"), confirm),
    Command("confirm_this", (), confirm_this, Takes.NUMBER),
    Command("why_close", ("关门", "驿站关门", "暂停开放"), ask_why),
    Command("close", ("关门", "驿站关门", "暂停开放"), close, Takes.TEXT),
    Command("close_this", (), close_this, Takes.NUMBER_AND_TEXT),
)
