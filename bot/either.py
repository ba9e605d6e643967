"""Words that may mean one of two works: 评价 12 and 申诉 12 go by what bears the number.

Where both do, one is asked which is meant.
"""

from collections.abc import Callable

from bot import hazards, hours, needs
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from config.wording import say
from server.riders.hazards import views as hazard_views
from server.volunteers.hours import histories
from server.volunteers.needs import views as need_views

Do = Callable[[Chat, int, str], Reply]


def rate(chat: Chat, number: int, text: str) -> Reply:
    """Rate how a need was served, or how what one reported was put right: 评价 12 5."""
    is_need = need_views.is_own(chat.session, chat.person_id, number)
    both = (needs.rate, "rate_need"), (hazards.rate, "rate_hazard")
    return _either(chat, number, text, is_need, "rate", *both)


def object_to(chat: Chat, number: int, text: str) -> Reply:
    """Dispute hours, or object to how a report was turned down: 申诉 12 井盖真的没了."""
    is_record = histories.is_own(chat.session, chat.person_id, number)
    both = (hours.dispute, "dispute"), (hazards.appeal, "appeal_hazard")
    return _either(chat, number, text, is_record, "object", *both)


def _either(  # noqa: PLR0913  the words, whether the one bears them, and what each does
    chat: Chat,
    number: int,
    text: str,
    is_one: bool,
    what: str,
    one: tuple[Do, str],
    other: tuple[Do, str],
) -> Reply:
    if not hazard_views.is_own(chat.session, chat.person_id, number):
        return one[0](chat, number, text)
    if not is_one:
        return other[0](chat, number, text)
    choices: dict[str, Choice] = {
        str(place): (name, number, text) for place, (_do, name) in enumerate((one, other), 1)
    }
    return Reply(say(f"hazards.{what}_which", number=number), choices)


COMMANDS = (
    Command("rate", ("评价", "打分"), rate, Takes.NUMBER_AND_TEXT),
    Command("object_to", ("申诉",), object_to, Takes.NUMBER_AND_TEXT),
)
