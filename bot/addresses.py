"""The exact address of whoever is served, for volunteers who are confirmed and come soon."""

from collections.abc import Collection

from bot.chat import Chat
from config.wording import say
from server.volunteers.needs import addresses as need_addresses
from server.volunteers.needs.addresses import SHOWN_BEFORE
from server.volunteers.views import MySignup, ShiftView


def of_mine(chat: Chat, mine: Collection[MySignup]) -> dict[int, str]:
    """Return the lines that tell the addresses, by shift."""
    vault = chat.runtime.vault
    known = need_addresses.told_to(chat.session, chat.person_id, mine, chat.now, vault=vault)
    told = {one.shift_id for one in mine} & known.keys()
    return {shift_id: say("needs.go_to", address=known[shift_id]) for shift_id in told}


def of_shifts(chat: Chat, shifts: Collection[ShiftView]) -> str:
    """Return the line that tells the address of these shifts, or nothing."""
    if not any(one.my_state and one.starts_at - SHOWN_BEFORE <= chat.now for one in shifts):
        return ""
    vault = chat.runtime.vault
    known = need_addresses.addresses(chat.session, chat.person_id, chat.now, vault=vault)
    told = dict.fromkeys(known[one.id] for one in shifts if one.id in known)
    return "".join(say("needs.go_to", address=address) for address in told)
