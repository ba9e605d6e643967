"""Finding the command that a sentence asks for."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot import guesses, sentences
from bot.chat import ANY, LEAVE, Chat, Reply
from bot.sentences import NUMBER
from config.wording import say

SHORTEST_PHONE = 5

BEFORE = r"\W*(?:我想要|我想|我要|想要|请)?"
AFTER = r"[\s:：,，、]*"
"""What may stand around a word in a sentence that is read as it was written."""

Answer = Callable[..., Reply]
Answerer = Callable[..., Reply | None]
"""Answers, or leaves it to be answered like words that nobody knows."""
Story = Callable[[Chat, str], Reply | None]
"""Answers what is no command, if it can make something of it."""


class Takes(Enum):
    """What stands beside the word of a command."""

    NOTHING = "nothing"
    NUMBER = "a number, before or after it"
    CODE = "digits after it"
    WORDS = "some words after it"
    ITSELF = "nothing but what all activities are called; the word itself is handed on"
    ANYTHING = "anything or nothing after it; the word itself is handed on"
    TEXT = "whatever stands after it, as it was written"
    NUMBER_AND_TEXT = "a number, and whatever stands after that, as it was written"

    @property
    def is_written(self) -> bool:
        """Tell whether what is taken is read as it was written, not as `sentences` reads it."""
        return self in (Takes.TEXT, Takes.NUMBER_AND_TEXT)


@dataclass(frozen=True)
class Command:
    """Some words that mean the same, and the function that answers them.

    `name` is what numbered answers call it by; the first of the words is the one that is shown.
    `noun`, a pattern, must stand behind the number where the word alone asks for something else.
    What is `quiet` is for a few alone: nobody is asked whether they meant it, and whoever it is not
    for is answered as if there were no such word.
    """

    name: str
    words: tuple[str, ...]
    answer: Answerer
    takes: Takes = Takes.NOTHING
    noun: str = ""
    quiet: bool = False

    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Return what a whole sentence must look like to ask for this."""
        word = "|".join(sorted(map(re.escape, self.words), key=len, reverse=True))
        shapes = {
            Takes.NOTHING: (),
            Takes.NUMBER: (
                (rf"(?:{word})(?:了|的|\s)*{NUMBER}{self.noun}",)
                if self.noun
                else (rf"(?:{word})(?:了|的|\s)*{NUMBER}", rf"{NUMBER}我?(?:{word})了*")
            ),
            Takes.CODE: (rf"(?:{word})(?:码|\s)*(?P<words>[0-9][0-9 ]*)",),
            Takes.WORDS: (rf"(?:{word})\s*(?P<words>.+)",),
            Takes.ITSELF: (rf"(?P<words>{word})的?(?:志愿)?(?:活动|服务)?",),
            Takes.ANYTHING: (rf"(?P<words>{word}).*",),
            Takes.TEXT: (rf"{BEFORE}(?:{word}){AFTER}(?P<words>.+)",),
            Takes.NUMBER_AND_TEXT: (
                rf"{BEFORE}(?:{word}){AFTER}第?(?P<number>\d{{1,{sentences.LONGEST}}})(?!\d)[号项条]?{AFTER}(?P<words>.*)",
            ),
        }
        return tuple(re.compile(shape, re.DOTALL) for shape in shapes[self.takes])


Found = tuple[Command, tuple[Any, ...]]


class Router:
    """All commands; what none understands goes to `story`, guesses, `plea` and last to `lost`."""

    def __init__(
        self,
        commands: Iterable[Command],
        lost: Answer,
        story: Story | None = None,
        plea: Story | None = None,
    ) -> None:
        self._lost = lost
        self._story = story
        self._plea = plea
        self._by_name: dict[str, Command] = {}
        self._by_word: dict[str, Command] = {}
        self._patterns: list[tuple[re.Pattern[str], Command]] = []
        self._written: list[tuple[re.Pattern[str], Command]] = []
        for command in commands:
            self._add(command)
        self._known = {
            word: (each.name, each.words[0])
            for word, each in self._by_word.items()
            if not each.quiet
        }
        self._several = guesses.several_of(self._words(Takes.NUMBER) - self._words(Takes.WORDS))

    def answer(self, chat: Chat, text: str) -> Reply:
        """Return the reply to what somebody wrote, said, or chose in the menu."""
        readings = sentences.readings(text)
        asked = ANY in chat.choices
        if LEAVE in readings and LEAVE in chat.choices:
            return self.choose(chat, LEAVE)
        for reading in readings:
            for command, holes in self._find(reading, strictly=asked):
                told = command.answer(chat, *holes)
                if told is not None:
                    return told
            number = sentences.number(reading)
            if number is not None and not (asked and _is_text(chat, text, number)):
                return self.choose(chat, str(number))
        return self._read(chat, text, readings, asked)

    def choose(self, chat: Chat, choice: str, *said: str) -> Reply:
        """Return the reply to a bare number, which answers the last list."""
        chosen = chat.choices.get(choice)
        if chosen is None:
            return Reply(say(f"chat.{_why_not(chat)}", number=choice))
        name, *holes = chosen
        told = self._by_name[name].answer(chat, *holes, *said)
        return told or self._lost(chat)

    def _read(self, chat: Chat, text: str, readings: tuple[str, ...], asked: bool) -> Reply:
        """Answer what is no command in few words: a written one, an answer, a story, a guess."""
        for pattern, command in self._written:
            # what is asked of everybody comes before a word that is for a few
            match = None if asked and command.quiet else pattern.fullmatch(text)
            told = command.answer(chat, *_holes(match)) if match else None
            if told is not None:
                return told
        if asked and text.strip():
            return self.choose(chat, ANY, text.strip())
        told = guesses.one_at_a_time(readings, self._several)
        told = told or (self._story and self._story(chat, text))
        told = told or guesses.did_you_mean(readings, self._known)
        return told or (self._plea and self._plea(chat, text)) or self._lost(chat)

    def _add(self, command: Command) -> None:
        if command.name in self._by_name:
            raise ValueError(f"two commands are named {command.name}")
        self._by_name[command.name] = command
        if command.takes is Takes.NOTHING:
            self._by_word |= dict.fromkeys(command.words, command)
        elif command.words:
            known = self._written if command.takes.is_written else self._patterns
            known += [(pattern, command) for pattern in command.patterns()]

    def _words(self, takes: Takes) -> set[str]:
        found = [each for _shape, each in self._patterns if each.takes is takes and not each.quiet]
        return {word for command in found for word in command.words}

    def _find(self, reading: str, strictly: bool = False) -> Iterator[Found]:
        """Yield the commands that are asked for; the next is for whoever the first is not for.

        `strictly`, while a question is open that takes any words: then what only begins like a
        command is an answer, unless a space parts the command's word from the rest.
        """
        command = self._by_word.get(reading)
        if command is not None:
            yield command, ()
        for pattern, command in self._patterns:
            match = pattern.fullmatch(reading)
            if match and not (strictly and _is_loose(command, reading)):
                yield command, tuple(_holes(match))


def _holes(match: re.Match[str]) -> Iterator[Any]:
    for name, hole in match.groupdict().items():
        yield sentences.numeral(hole) if name == "number" else hole.strip()


def _is_loose(command: Command, reading: str) -> bool:
    """Tell whether the command would take what may as well be an answer."""
    if command.takes is Takes.WORDS:
        return reading.partition(" ")[0] not in command.words
    return command.takes in (Takes.ITSELF, Takes.ANYTHING)


def _is_text(chat: Chat, text: str, number: int) -> bool:
    """Tell whether a number that is not on the list is an answer: 3号, or a telephone number."""
    said = text.strip()
    is_short = said.isdigit() and len(said) < SHORTEST_PHONE
    return str(number) not in chat.choices and not is_short


def _why_not(chat: Chat) -> str:
    if chat.choices:
        return "no_such_number"
    return "list_too_old" if chat.offered else "no_list"
