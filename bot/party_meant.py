"""Which of their members a contact means by a name; of several of one name they are asked."""

from collections.abc import Callable

from bot.chat import Chat, Choice, Reply
from config.wording import say
from server.party import spoken
from server.party.spoken import Meant
from server.staff.reach import Reach


def whom(  # noqa: PLR0913  who says which words, and what follows from them
    chat: Chat,
    reach: Reach,
    words: str,
    then: Callable[[Meant], Reply | None],
    deed: Callable[[Meant], Choice],
    *,
    nobody: str,
    which: str,
) -> Reply | None:
    """Go on with whoever is named; of several offer each, with the `deed` that a number does.

    `nobody` and `which` are the keys of what is said where nobody is meant, or more than one.
    """
    who = chat.session, reach
    found = spoken.meant(*who, words, chat.now, vault=chat.runtime.party)
    if not found:
        return Reply(say(nobody), private=True)
    if len(found) == 1:
        return then(found[0])
    spoken.note(*who, found, chat.now)
    numbered = list(enumerate(found, 1))
    lines = "\n".join(
        say("party.same_name", number=place, name=one.name, tail=one.tail)
        for place, one in numbered
    )
    choices: dict[str, Choice] = {str(place): deed(one) for place, one in numbered}
    return Reply(say(which, lines=lines), choices, private=True)
