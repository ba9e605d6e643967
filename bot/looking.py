"""Looking again whether somebody is still there, said in chat by whoever leads."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.staff import reach as reaches
from server.volunteers.attendance import roster
from server.volunteers.attendance.refusals import NoSuchPlace

SEEN = "seen "
"""Before a place: whom the last roster asks to look at again."""


def saw(chat: Chat, place: int) -> Reply:
    """Note that somebody whom the last roster asks to look at again is still there."""
    return _noted(chat, place, True)


def missed(chat: Chat, place: int) -> Reply:
    """Note that somebody whom the last roster asks to look at again was not seen."""
    return _noted(chat, place, False)


def _noted(chat: Chat, place: int, is_there: bool) -> Reply:
    drawn = chat.choices.get(SEEN + str(place))
    if drawn is None:
        raise NoSuchPlace(places=str(place))
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    _name, shift_id, signup_id = drawn
    roster.recheck(chat.session, reach, int(shift_id), int(signup_id), is_there, chat.now)
    return Reply(say("attendance.looked", place=place))


COMMANDS = (
    Command("saw", ("看到", "看到本人", "人在"), saw, Takes.NUMBER),
    Command("missed", ("没看到", "没看到本人", "人不在"), missed, Takes.NUMBER),
)
