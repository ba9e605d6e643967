"""Refusals: what the service understood and turned down.

A refusal states a fact, not a sentence and not a status code. The sentence stands under
its code in `config/wording.toml`; each face decides how to carry it to the person.

    Refusal
    ├── Missing       what was asked for does not exist, or is not this person's
    ├── Unauthorised  we do not know who is asking
    ├── Forbidden     the person may not do this
    ├── Conflict      it cannot be done now, though it could have been
    ├── Mismatch      the same key came with another request
    ├── Invalid       the words or numbers given make no sense
    ├── TooMany       too often; later it is fine
    └── Unavailable   something we lean on is away; later it is fine
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818  a refusal is an answer, not a mistake
    """Base of every refusal; raise a subclass that bears a code."""

    code: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class Missing(Refusal):
    """What was asked for does not exist, or is not this person's to see."""


class Unauthorised(Refusal):
    """We do not know who is asking."""


class Forbidden(Refusal):
    """The person may not do this."""


class Conflict(Refusal):
    """It cannot be done now, though it could have been."""


class Mismatch(Refusal):
    """The same idempotency key came with another request."""


class Invalid(Refusal):
    """The words or numbers given make no sense."""


class Later(Refusal):
    """Not now; `retry_after` tells in how many seconds to come back."""

    def __init__(self, retry_after: int, **facts: object) -> None:
        super().__init__(**facts, retry_after=retry_after)
        self.retry_after = retry_after


class TooMany(Later):
    """Asked too often."""


class Unavailable(Later):
    """Something we lean on does not answer."""
