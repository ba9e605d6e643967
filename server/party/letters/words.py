"""What a branch writes into a letter, and what a member answers: kept in paragraphs."""

from typing import NamedTuple

from server.party.lines import COLON
from server.party.refusals import WordsNeeded
from server.party.texts import as_written

RESULT = "支部大会评议"
"""The label under which the result of the year is sealed: never to be changed."""
LONGEST, LONGEST_RESULT, LONGEST_ANSWER = 500, 30, 2_000
FIELDS = ("facts", "words", "answer")


class Words(NamedTuple):
    """The branch's own words, and what its meeting has found of the year, if it says so.

    That result is for people to choose: nothing is reckoned from the quarters.
    """

    words: str
    result: str = ""


def kept(said: Words) -> Words:
    """Return the words as they are kept; a letter without any is refused."""
    words = paragraphs(said.words, LONGEST)
    if not words:
        raise WordsNeeded
    return Words(words, as_written(said.result, LONGEST_RESULT))


def paragraphs(text: str, most: int) -> str:
    """Return a text as it is kept, on as many lines as it was written on; or refuse it."""
    as_written(text, most)
    lines = (as_written(line, most) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def text(said: Words) -> str:
    """Return both as one text, to be sealed."""
    return f"{RESULT}{COLON}{said.result}\n{said.words}" if said.result else said.words


def parsed(sealed: str) -> Words:
    """Return what was sealed as one text."""
    first, _end, rest = sealed.partition("\n")
    label, _colon, result = first.partition(COLON)
    return Words(rest, result) if label == RESULT and rest else Words(sealed)


def place(letter_id: int | str, field: str) -> str:
    """Return where a text of a letter is sealed: one of `FIELDS`."""
    return f"party_letter:{letter_id}:{field}"
