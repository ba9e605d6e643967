"""What somebody may have meant whose words are no command; nothing is done upon a guess."""

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz

from bot.chat import Reply
from config.wording import say

LIKELY = 70
"""Out of 100: a word less alike is no guess worth offering."""
MOST_GUESSES = 3
NEVER = "(?!)"


def did_you_mean(readings: tuple[str, ...], known: Mapping[str, tuple[str, str]]) -> Reply | None:
    """Offer what the words resemble; `known` says of each word whose it is, and which is shown."""
    likely: dict[str, str] = {}
    for _score, word in sorted(_alike(readings, known), reverse=True):
        name, shown = known[word]
        likely.setdefault(name, shown)
    names = list(likely)[:MOST_GUESSES]
    if not names:
        return None
    lines = "\n".join(f"{place}. {likely[name]}" for place, name in enumerate(names, 1))
    choices = {str(place): (name,) for place, name in enumerate(names, 1)}
    return Reply(say("chat.did_you_mean", lines=lines), choices)


def several_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return what a sentence looks like in which several numbers stand beside one of the words."""
    word = "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or NEVER
    return re.compile(rf"(?P<word>{word})\s*(?P<first>[0-9]+)(?:\s+[0-9]+)+")


def one_at_a_time(readings: tuple[str, ...], several: re.Pattern[str]) -> Reply | None:
    """Ask for one number where several were said."""
    for reading in readings:
        match = several.fullmatch(reading)
        if match:
            return Reply(say("chat.one_at_a_time", word=match["word"], number=match["first"]))
    return None


def _alike(readings: tuple[str, ...], known: Iterable[str]) -> Iterator[tuple[float, str]]:
    for word in known:
        score = max((_likeness(reading, word) for reading in readings), default=0)
        if score >= LIKELY:
            yield score, word


def _likeness(reading: str, word: str) -> float:
    """Return 0 to 100; a word that stands in the sentence as it is comes close to certain."""
    if len(word) > 1 and word in reading:
        return 90 + len(word) / 10
    return fuzz.ratio(reading, word)
