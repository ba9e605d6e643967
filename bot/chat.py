"""Who is talking, and what they are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import sealing
from server.db import Session
from server.people.dialogues import Choices, Talk
from server.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Chat:
    """A person who says something, the moment, and the transaction in which we answer."""

    session: Session
    talk: Talk
    now: datetime
    runtime: Runtime
    openid: str = ""

    @property
    def person_id(self) -> int:
        """The person who is talking."""
        return self.talk.known.person_id

    @property
    def choices(self) -> Choices:
        """What the last list offered; nothing once it is half an hour old."""
        return self.offered if self.talk.is_open(self.now) else {}

    @property
    def offered(self) -> Choices:
        """What the last list offered, however old it is."""
        return sealing.opened(self.talk.choices, self.person_id, self.runtime)


Choice = tuple[Any, ...]
"""The name of a command and its arguments."""

ANY = "*"
"""Under this key a list takes whatever is written that is neither a command nor a number."""
LEAVE = "取消"
"""A question that offers it is left with this word; the key of what is then answered."""


class Private(str):
    """Words that are said and not kept, since they tell of somebody's home or need."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person is told, and what a bare number will mean after it.

    Without choices the last list stays in force, unless this `ends` the question that was open.
    What is `private` is not kept for a retry.
    """

    text: str
    choices: Mapping[str, Choice] = field(default_factory=dict)
    private: bool = False
    ends: bool = False


SILENCE = Reply("")
"""The message is taken note of; the person sees nothing."""
