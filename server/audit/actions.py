"""What the actions of the trail are called in words."""

from config.wording import say, sentences

WORDS = frozenset(key.removeprefix("audit.") for key in sentences() if key.startswith("audit."))


def words_of(action: str) -> str:
    """Return an action in words; one that is no longer known is shown as it was written."""
    key = action.replace(".", "_")
    return say(f"audit.{key}") if key in WORDS else action
