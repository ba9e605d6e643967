"""How a refusal travels over HTTP: one table kind → status, for every face."""

from server.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Mismatch,
    Missing,
    Refusal,
    TooMany,
    Unauthorised,
    Unavailable,
)

BUSY_SECONDS = 2
"""After so long whoever found the database busy may come again."""


class NothingHere(Missing):
    """Nothing has this address."""

    code = "request.nothing_here"


class WrongMethod(Refusal):
    """The address knows other methods only."""

    code = "request.wrong_method"


class TooLarge(Refusal):
    """The body is larger than what is read here."""

    code = "request.too_large"


class NotJson(Refusal):
    """The body is not announced as JSON in UTF-8."""

    code = "request.not_json"


class TooBusy(Unavailable):
    """The database cannot take the work just now."""

    code = "request.busy"


STATUS: dict[type[Refusal], int] = {
    Invalid: 400,
    Unauthorised: 401,
    Forbidden: 403,
    Missing: 404,
    WrongMethod: 405,
    Conflict: 409,
    TooLarge: 413,
    NotJson: 415,
    Mismatch: 422,
    TooMany: 429,
    Unavailable: 503,
}


def status_of(kind: type[Refusal]) -> int:
    """Return the status that a kind of refusal travels under."""
    return next(status for base, status in STATUS.items() if issubclass(kind, base))
