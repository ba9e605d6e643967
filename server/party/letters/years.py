"""Which years' letters may be written: this year's from its first of December, by Shanghai."""

from collections.abc import Sequence
from datetime import datetime

from config.wording import LOCAL
from server.party.letters.refusals import OtherYear
from server.party.models import PartyFile
from server.party.quarters import Quarter

DECEMBER = 12
BACK = 3
"""So many years' letters may be written at a moment: the latest, and those before it."""


def latest(now: datetime) -> int:
    """Return the latest year whose letter may be written: before December it is last year's."""
    local = now.astimezone(LOCAL)
    return local.year - (local.month < DECEMBER)


def written(now: datetime) -> Sequence[int]:
    """Return the years whose letters may be written, the latest first."""
    return range(latest(now), latest(now) - BACK, -1)


def begins(year: int) -> datetime:
    """Return the first moment of a year, in UTC."""
    return Quarter(year, 1).begins


def ends(year: int) -> datetime:
    """Return the first moment that does not belong to a year any more, in UTC."""
    return Quarter(year, 4).ends


def require(file: PartyFile, year: int, now: datetime) -> None:
    """Refuse a year whose letter cannot be written: not yet, long ago, or before there was a file.

    Its own December suffices, so that a letter can arrive before the festival; of a report whose
    window is still open it then says just that.
    """
    if year not in written(now) or file.reported_at >= ends(year):
        raise OtherYear
