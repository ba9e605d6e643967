"""What stands in the way of letting a notice go once more, or of stopping it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from server.errors import Conflict, Missing
from server.notices import causes
from server.notices.due import AT_MOST_ONCE
from server.notices.kinds import KINDS
from server.notices.models import NoticeState
from server.notices.results import Result
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Person

FAILED = (NoticeState.UNREACHABLE, NoticeState.DEAD)
GOING = (NoticeState.QUEUED, NoticeState.SENDING, NoticeState.SENT)


class NoticeMissing(Missing):
    """There is no such notice, or it was deleted when its time was over."""

    code = "notices.notice_missing"


class LifeOver(Conflict):
    """It is too late: the notice would tell of something that is past."""

    code = "notices.life_over"


class MayHaveArrived(Conflict):
    """It is told at most once, and nobody knows that it was not."""

    code = "notices.may_have_arrived"


class Delivered(Conflict):
    """WeChat has told that it arrived."""

    code = "notices.delivered_already"


class Unwanted(Conflict):
    """The person wants no notices; only they can change that."""

    code = "notices.unwanted"


class PersonGone(Conflict):
    """The person was erased: nothing is known of them that could be told."""

    code = "notices.person_gone"


class GivenUp(Conflict):
    """It was dropped, because nobody needs it any more or staff stopped it."""

    code = "notices.given_up"


class OnItsWay(Conflict):
    """The send has begun, and cannot be called back."""

    code = "notices.on_its_way"


class OverAlready(Conflict):
    """It was sent, or has ended otherwise: there is nothing to stop."""

    code = "notices.over_already"


def of(session: Session, found: Row[Any], now: datetime) -> Conflict | None:
    """Return why a notice could not be sent once more; None when it could, or goes already.

    `found` is its whole row. Two statements at most.
    """
    if found.state in GOING:
        return None
    if found.state not in FAILED:
        return GivenUp()
    if session.get_one(Person, found.person_id).erased_at is not None:
        return PersonGone()
    if found.not_after is not None and found.not_after <= now:
        return LifeOver(until=found.not_after)
    if found.result == Result.DELIVERED:
        return Delivered()
    if _may_have_arrived(found):
        return MayHaveArrived()
    return Unwanted() if _is_unwanted(session, found) else None


def may_stop(found: Row[Any]) -> bool:
    """Tell whether a notice could be stopped as it stands: no send of it has begun."""
    unbegun = found.state == NoticeState.SENDING and found.channel is None
    return found.state == NoticeState.QUEUED or unbegun


def _may_have_arrived(found: Row[Any]) -> bool:
    begun = found.channel is not None and not (found.outcome or "").startswith(causes.REFUSED)
    return begun and found.kind in AT_MOST_ONCE


def _is_unwanted(session: Session, found: Row[Any]) -> bool:
    kind = KINDS.get(found.kind)
    if kind is None or kind.asked_for:
        return False
    return consents.is_withdrawn(session, found.person_id, Purpose.NOTICES)
