"""What a leader does on the spot, said in chat: the code, the roster, the marks upon it."""

import re
from collections.abc import Callable, Iterable, Sequence

from bot.attendance import means
from bot.chat import Chat, Reply
from bot.looking import SEEN
from bot.router import Command, Takes
from bot.telling import short, span
from config.wording import say
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.volunteers.attendance import codes, leading, letting_in, marking
from server.volunteers.attendance import roster as rosters
from server.volunteers.attendance.codes import Direction
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.marking import Did, Mark, Marked
from server.volunteers.attendance.refusals import NoSuchPlace
from server.volunteers.attendance.roster import Entry, Roster

PAGE = 30
"""Names of a list: with numbers they fit WeChat's 2048 bytes."""
WHICH = "roster"
"""Under this, which nobody types, the last roster keeps whose it is."""
PLACES = re.compile(r"[0-9]{1,3}(?: [0-9]{1,3})*")
PLACE = re.compile(r"[0-9]{1,3}")


def show_codes(chat: Chat, number: int | None = None) -> Reply:
    """Tell the codes of this moment, and where they can be seen large."""
    return _of_one(chat, number, "codes_of", codes_of)


def codes_of(chat: Chat, shift_id: int) -> Reply:
    """Tell the codes of one shift."""
    led = leading.led(chat.session, _reach(chat), shift_id)
    vault, address = chat.runtime.vault, chat.runtime.settings.public_url
    come, go = (codes.show(shift_id, way, chat.now, vault) for way in Direction)
    ticket = leading.ticket(led, chat.person_id, vault)
    return Reply(
        say(
            "attendance.codes",
            **_about(led),
            code_in=come.digits,
            code_out=go.digits,
            link=f"{address}/console/screen/{ticket}",
        )
    )


def show_roster(chat: Chat, number: int | None = None) -> Reply:
    """List who has not come yet, by numbers that mark them."""
    return _of_one(chat, number, "roster_of", roster_of)


def roster_of(chat: Chat, shift_id: int) -> Reply:
    """List who has not come yet to one shift."""
    found = rosters.of(chat.session, _reach(chat), shift_id, vault=chat.runtime.vault)
    missing = [entry for entry in found.entries if entry.is_expected]
    shown = missing[:PAGE]
    lines = [_named(entry) for entry in shown]
    if len(missing) > PAGE:
        more = len(missing) - PAGE
        lines.append(say("attendance.roster_more", count=more, number=found.led.number))
    key = "attendance.roster" if shown else "attendance.roster_done"
    said = say(key, **_about(found.led), **found.counts, lines="\n".join(lines))
    choices = {str(entry.place): ("came", shift_id, entry.signup_id) for entry in shown}
    drawn = {SEEN + str(one.place): ("saw", shift_id, one.signup_id) for one in _drawn(found)}
    return Reply(said + _rechecks(found), choices | drawn | {WHICH: ("roster_of", shift_id)})


def came(chat: Chat, shift_id: int, *signup_ids: int) -> Reply:
    """Mark that these people have come."""
    marks = [Mark(signup_id, Did.CAME) for signup_id in signup_ids]
    reach, policy = _reach(chat), chat.runtime.policy
    led = leading.led(chat.session, reach, shift_id)
    return _told(led, marking.mark(chat.session, reach, shift_id, marks, chat.now, policy))


def here(chat: Chat, who: str) -> Reply:
    """Mark numbers of the last roster, or take in whom a phone, a number or a code names."""
    if PLACES.fullmatch(who):
        shift_id, signup_ids = _chosen(chat, PLACE.findall(who))
        return came(chat, shift_id, *signup_ids)
    if WHICH in chat.choices:
        return let_in(chat, int(chat.choices[WHICH][1]), who)
    found = leading.own(chat.session, _reach(chat), chat.now, None)
    if len(found) > 1:
        return _which(found, "let_in", [(one.shift_id, who) for one in found])
    return let_in(chat, found[0].shift_id, who)


def let_in(chat: Chat, shift_id: int, who: str) -> Reply:
    """Take in somebody who stands before the leader."""
    come = letting_in.let_in(
        chat.session, _reach(chat), shift_id, who, Direction.IN, chat.now, means(chat)
    )
    return Reply(say("attendance.let_in", title=come.title))


def all_came(chat: Chat, but: str = "") -> Reply:
    """Mark everybody as there from the start, except some numbers of the last roster."""
    places = PLACE.findall(but)
    if places or WHICH in chat.choices:
        shift_id, absent = _chosen(chat, places)
        return all_of(chat, shift_id, absent)
    return _of_one(chat, None, "all_of", all_of)


def all_of(chat: Chat, shift_id: int, absent: Iterable[int] = ()) -> Reply:
    """Mark everybody at one shift, except these."""
    reach, policy = _reach(chat), chat.runtime.policy
    led = leading.led(chat.session, reach, shift_id)
    return _told(
        led,
        marking.mark_all(chat.session, reach, shift_id, Did.WHOLE, set(absent), chat.now, policy),
    )


def _of_one(
    chat: Chat, number: int | None, command: str, answer: Callable[[Chat, int], Reply]
) -> Reply:
    """Answer for the shift that is meant; of several, ask which."""
    found = leading.own(chat.session, _reach(chat), chat.now, number)
    if len(found) > 1:
        return _which(found, command, [(one.shift_id,) for one in found])
    return answer(chat, found[0].shift_id)


def _which(found: Sequence[Led], command: str, holes: Sequence[tuple[object, ...]]) -> Reply:
    lines = [
        f"{place}. {short(one.title)} {span(one.starts_at, one.ends_at)}"
        for place, one in enumerate(found[:PAGE], 1)
    ]
    choices = {str(place): (command, *args) for place, args in enumerate(holes[:PAGE], 1)}
    return Reply(say("attendance.which", lines="\n".join(lines)), choices)


def _chosen(chat: Chat, places: Sequence[str]) -> tuple[int, list[int]]:
    """Return (shift, sign-ups) of numbers of the last roster; a number it lacks is refused."""
    if WHICH not in chat.choices:
        raise NoSuchPlace(places=" ".join(places))
    found = [chat.choices.get(str(int(place))) for place in places]
    lacking = [place for place, one in zip(places, found, strict=True) if not one]
    if lacking:
        raise NoSuchPlace(places=" ".join(lacking))
    return int(chat.choices[WHICH][1]), [int(one[2]) for one in found if one]


def _told(led: Led, marked: Sequence[Marked]) -> Reply:
    failed = [one.refusal for one in marked if one.refusal]
    count = len(marked) - len(failed)
    if not marked:
        return Reply(say("attendance.nobody_left", title=led.title))
    if not failed:
        return Reply(say("attendance.marked", count=count, title=led.title))
    reason = say(failed[0].code, **failed[0].facts)
    facts = {"count": count, "title": led.title, "failed": len(failed), "reason": reason}
    return Reply(say("attendance.marked_but", **facts))


def _drawn(found: Roster) -> list[Entry]:
    return [entry for entry in found.entries if entry.is_to_be_seen]


def _rechecks(found: Roster) -> str:
    names = [_named(entry) for entry in _drawn(found)]
    return say("attendance.roster_recheck", names="、".join(names)) if names else ""


def _named(entry: Entry) -> str:
    name = entry.name or say("attendance.no_name")
    return say("attendance.roster_line", place=entry.place, name=name)


def _about(led: Led) -> dict[str, object]:
    return {"title": led.title, "time": span(led.starts_at, led.ends_at)}


def _reach(chat: Chat) -> Reach:
    return reaches.of(chat.session, chat.person_id, chat.now)


COMMANDS = (
    Command("show_codes", ("现场码", "签到屏"), show_codes),
    Command("show_codes_of", ("现场码", "签到屏"), show_codes, Takes.NUMBER),
    Command("codes_of", (), codes_of, Takes.NUMBER),
    Command("show_roster", ("名单", "签到名单", "到场", "记到场"), show_roster),
    Command("show_roster_of", ("名单", "签到名单"), show_roster, Takes.NUMBER),
    Command("roster_of", (), roster_of, Takes.NUMBER),
    Command("came", (), came, Takes.NUMBER),
    Command("here", ("到场", "记到场"), here, Takes.WORDS),
    Command("let_in", (), let_in, Takes.NUMBER),
    Command("all_came", ("全部到场", "都到了", "全到了"), all_came),
    Command("all_came_but", ("全部到场", "都到了", "全到了"), all_came, Takes.WORDS),
    Command("all_of", (), all_of, Takes.NUMBER),
)
