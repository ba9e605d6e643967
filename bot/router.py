"""Finding the command that a sentence asks for."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from rapidfuzz import fuzz

from bot import sentences
from bot.chat import Chat, Reply
from bot.sentences import NUMBER
from config.wording import say

LIKELY = 70
"""Out of 100: a word less alike is no guess worth offering."""
MOST_GUESSES = 3

Answer = Callable[..., Reply]


class Takes(Enum):
    """What stands beside the word of a command."""

    NOTHING = "nothing"
    NUMBER = "a number, before or after it"
    CODE = "digits after it"
    WORDS = "some words after it"
    ITSELF = "nothing but what all activities are called; the word itself is handed on"
    ANYTHING = "anything or nothing after it; the word itself is handed on"


@dataclass(frozen=True)
class Command:
    """Some words that mean the same, and the function that answers them.

    `name` is what numbered answers call it by; the first of the words is the one that is shown.
    """

    name: str
    words: tuple[str, ...]
    answer: Answer
    takes: Takes = Takes.NOTHING

    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Return what a whole sentence must look like to ask for this."""
        word = "|".join(sorted(map(re.escape, self.words), key=len, reverse=True))
        shapes = {
            Takes.NOTHING: (),
            Takes.NUMBER: (rf"(?:{word})(?:了|的|\s)*{NUMBER}", rf"{NUMBER}(?:{word})"),
            Takes.CODE: (rf"(?:{word})(?:码|\s)*(?P<words>[0-9][0-9 ]*)",),
            Takes.WORDS: (rf"(?:{word})\s*(?P<words>.+)",),
            Takes.ITSELF: (rf"(?P<words>{word})的?(?:志愿)?(?:活动|服务)?",),
            Takes.ANYTHING: (rf"(?P<words>{word}).*",),
        }
        return tuple(re.compile(shape, re.DOTALL) for shape in shapes[self.takes])


Found = tuple[Command, tuple[Any, ...]]


class Router:
    """All commands; what none of them understands is answered by `help`."""

    def __init__(self, commands: Iterable[Command], lost: Answer) -> None:
        self._lost = lost
        self._by_name: dict[str, Command] = {}
        self._by_word: dict[str, Command] = {}
        self._patterns: list[tuple[re.Pattern[str], Command]] = []
        for command in commands:
            self._add(command)

    def answer(self, chat: Chat, text: str) -> Reply:
        """Return the reply to what somebody wrote, said, or chose in the menu."""
        readings = sentences.readings(text)
        for reading in readings:
            found = self._find(reading)
            if found is not None:
                command, holes = found
                return command.answer(chat, *holes)
            number = sentences.number(reading)
            if number is not None:
                return self.choose(chat, str(number))
        return self._guess(readings) or self._lost(chat)

    def choose(self, chat: Chat, choice: str) -> Reply:
        """Return the reply to a bare number, which answers the last list."""
        chosen = chat.choices.get(choice)
        if chosen is None:
            return Reply(say(f"chat.{_why_not(chat)}", number=choice))
        name, *holes = chosen
        return self._by_name[name].answer(chat, *holes)

    def _add(self, command: Command) -> None:
        if command.name in self._by_name:
            raise ValueError(f"two commands are named {command.name}")
        self._by_name[command.name] = command
        if command.takes is Takes.NOTHING:
            self._by_word |= dict.fromkeys(command.words, command)
        elif command.words:
            self._patterns += [(pattern, command) for pattern in command.patterns()]

    def _find(self, reading: str) -> Found | None:
        command = self._by_word.get(reading)
        if command is not None:
            return command, ()
        for pattern, command in self._patterns:
            match = pattern.fullmatch(reading)
            if match:
                return command, tuple(_holes(match))
        return None

    def _guess(self, readings: tuple[str, ...]) -> Reply | None:
        """Offer what the words resemble; never act upon a resemblance."""
        likely: dict[str, str] = {}
        for _score, word in sorted(self._alike(readings), reverse=True):
            likely.setdefault(self._by_word[word].name, self._by_word[word].words[0])
        names = list(likely)[:MOST_GUESSES]
        if not names:
            return None
        lines = "\n".join(f"{place}. {likely[name]}" for place, name in enumerate(names, 1))
        choices = {str(place): (name,) for place, name in enumerate(names, 1)}
        return Reply(say("chat.did_you_mean", lines=lines), choices)

    def _alike(self, readings: tuple[str, ...]) -> Iterator[tuple[float, str]]:
        for word in self._by_word:
            score = max((_likeness(reading, word) for reading in readings), default=0)
            if score >= LIKELY:
                yield score, word


def _likeness(reading: str, word: str) -> float:
    """Return 0 to 100; a word that stands in the sentence as it is comes close to certain."""
    if len(word) > 1 and word in reading:
        return 90 + len(word) / 10
    return fuzz.ratio(reading, word)


def _holes(match: re.Match[str]) -> Iterator[Any]:
    for name, hole in match.groupdict().items():
        yield sentences.numeral(hole) if name == "number" else hole.strip()


def _why_not(chat: Chat) -> str:
    if chat.choices:
        return "no_such_number"
    return "list_too_old" if chat.talk.choices else "no_list"
