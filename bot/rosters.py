"""Confirming the hours of those who came, for whoever leads them, said in chat.

The word is 核定: 确认 accepts an offered place.
"""

import re

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from bot.sentences import NUMBER, numeral
from bot.telling import PAGE, short, span
from config.wording import say
from server.people.models import Channel
from server.staff import reach as reaches
from server.volunteers.hours import confirming, rosters
from server.volunteers.hours.confirming import Wish
from server.volunteers.hours.refusals import NothingToConfirm

SHOWN = 20
"""Names of a list: they fit WeChat's 2048 bytes."""
_WISH = re.compile(rf"{NUMBER}(?:[除不去]\w{{0,2}}?\s*(?P<left>[0-9 ]+))?", re.DOTALL)


def show_waiting(chat: Chat) -> Reply:
    """List the shifts whose hours wait for this person."""
    found = rosters.led_by(chat.session, chat.person_id)
    if not found:
        raise NothingToConfirm
    lines = [
        f"{shift.number}. {short(shift.title)} {span(shift.starts_at, shift.ends_at)}"
        for shift in found[:PAGE]
    ]
    choices = {str(shift.number): ("roster", shift.shift_id) for shift in reversed(found[:PAGE])}
    return Reply(say("records.confirm_which", lines="\n".join(lines)), choices)


def show(chat: Chat, said: str) -> Reply:
    """Show whose hours of an activity wait; whom the words leave out stays unconfirmed."""
    found = _WISH.fullmatch(said)
    if found is None:
        return show_waiting(chat)
    number = numeral(found["number"])
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    mine = rosters.led_by(chat.session, chat.person_id, number)
    waits = mine or rosters.in_reach(chat.session, reach, number)
    if not waits:
        raise NothingToConfirm
    left = frozenset(int(place) for place in (found["left"] or "").split())
    return _roster(chat, waits[0].shift_id, left)


def roster(chat: Chat, shift_id: int) -> Reply:
    """Show whose hours of one shift wait."""
    return _roster(chat, shift_id, frozenset())


def confirm(chat: Chat, shift_id: int, newest: int, *left_out: int) -> Reply:
    """Confirm the hours of one shift as they were shown, up to the newest record of that list."""
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    found = rosters.of(chat.session, reach, shift_id, vault=chat.runtime.vault)
    seen = {
        line.id: line.version
        for line in found.lines
        if line.is_open and line.id <= newest and line.id not in left_out
    }
    wish = Wish(seen, {}, Channel.CHAT)
    done = confirming.confirm(chat.session, reach, shift_id, wish, chat.now)
    waiting = say("records.some_wait", count=done.waiting) if done.waiting else ""
    title = short(found.shift.title)
    return Reply(say("records.confirmed", title=title, count=done.done, waiting=waiting))


def _roster(chat: Chat, shift_id: int, left: frozenset[int]) -> Reply:
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    shift, waits = rosters.to_confirm(chat.session, reach, shift_id, vault=chat.runtime.vault)
    lacking = sorted(place for place in left if not 1 <= place <= len(waits))
    if lacking:
        places = " ".join(map(str, lacking))
        return Reply(say("records.no_such_place", places=places, number=shift.number))
    title = short(shift.title)
    if len(left) == len(waits):
        return Reply(say("records.roster_none_left", title=title, number=shift.number))
    named = [
        say(
            "records.roster_left" if place in left else "records.roster_line",
            place=place,
            name=line.name,
            minutes=line.minutes,
        )
        for place, line in enumerate(waits[:SHOWN], 1)
    ]
    if len(waits) > SHOWN:
        named.append(say("records.roster_more", count=len(waits) - SHOWN))
    out = [line.id for place, line in enumerate(waits, 1) if place in left]
    text = say(
        "records.roster",
        title=title,
        time=span(shift.starts_at, shift.ends_at),
        lines="\n".join(named),
        count=len(waits) - len(out),
        number=shift.number,
    )
    return Reply(text, {"1": ("confirm_hours", shift.shift_id, waits[-1].id, *out)})


COMMANDS = (
    Command("hours_to_confirm", ("核定", "核定时长", "时长核定", "待核定"), show_waiting),
    Command("confirm_roster", ("核定", "核定时长", "时长核定"), show, Takes.WORDS),
    Command("roster", (), roster, Takes.NUMBER),
    Command("confirm_hours", (), confirm, Takes.NUMBER),
)
