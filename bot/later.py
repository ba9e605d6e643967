"""Words of works that are still being built: said plainly, with what one can do today."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say

CHOICES = {"1": ("activities",), "2": ("mine",)}


def _not_yet(key: str, said: str) -> Reply:
    return Reply(say(key, word=said), CHOICES)


def not_here(_chat: Chat, said: str) -> Reply:
    """Tell that this is not there yet, and whom to call when it cannot wait."""
    return _not_yet("chat.not_yet_urgent", said)


COMMANDS = (
    Command(
        "not_here",
        ("建议", "投诉"),
        not_here,
        Takes.ANYTHING,
    ),
)
