"""The exact address of whoever is served, for volunteers who are confirmed and come soon."""

from collections.abc import Iterable

from bot.chat import Chat
from config.wording import say
from server.volunteers import needs
from server.volunteers.models import SignupState
from server.volunteers.need_addresses import SHOWN_BEFORE
from server.volunteers.views import MySignup, ShiftView

HELD = (SignupState.CONFIRMED, SignupState.CHECKED_IN, SignupState.CHECKED_OUT)


def of_mine(chat: Chat, entries: Iterable[MySignup]) -> dict[int, str]:
    """Return the lines that tell the address, by shift; the database is asked only near the day."""
    near = [e.shift_id for e in entries if e.state in HELD and _is_near(chat, e)]
    return _lines(chat, near)


def of_shifts(chat: Chat, shifts: Iterable[ShiftView]) -> str:
    """Return the line that tells the address of these shifts, or nothing."""
    near = [s.id for s in shifts if s.my_state in HELD and _is_near(chat, s)]
    return "".join(dict.fromkeys(_lines(chat, near).values()))


def _is_near(chat: Chat, shift: MySignup | ShiftView) -> bool:
    return shift.starts_at - SHOWN_BEFORE <= chat.now


def _lines(chat: Chat, shift_ids: list[int]) -> dict[int, str]:
    if not shift_ids:
        return {}
    known = needs.addresses(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    return {
        shift_id: say("needs.go_to", address=known[shift_id])
        for shift_id in shift_ids
        if shift_id in known
    }
