"""Points for a true report: given when staff have found it true, and never twice.

The community of the place sees that it is true (HAZARD_OK); what is major takes the street's word
as well (HAZARD_MAJOR). A refusal by a cap, or since somebody is no rider, changes nothing about
the report.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from server.errors import Refusal
from server.riders.hazards import kinds
from server.riders.hazards.models import Award, Hazard, RejectReason
from server.riders.points import earning, reversing
from server.riders.points.earning import Grant

PAUSE = timedelta(days=30)
"""What a second false report costs (domain: the default table)."""
hazard_table = Hazard.__table__.c


def source_of(hazard_id: int) -> str:
    """Return by what name the ledger knows a report."""
    return f"hazard:{hazard_id}"


def give(
    session: Session, hazard: Hazard, rule: str, by: int, now: datetime, second: int | None = None
) -> None:
    """Give the points for a report to whoever sent it in, or keep why there are none."""
    if hazard.reporter_id is None or hazard.received_at is None:
        return
    award = earning.Award(
        *(rule, hazard.reporter_id, source_of(hazard.id), hazard.received_at, by),
        approved_by=second,
    )
    try:
        with session.begin_nested():
            granted = earning.earn(session, award, now)
    except Refusal as refusal:
        _write(session, hazard, award=Award.REFUSED, award_refused=refusal.code)
    else:
        _write(session, hazard, award=Award.GIVEN, award_refused=None, **_of(granted))


def ask(session: Session, hazard: Hazard) -> None:
    """Let the points for a major hazard wait for the street's word."""
    _write(session, hazard, award=Award.ASKED)


def settle(
    session: Session, hazard: Hazard, is_major: bool, by: int, triager: int, now: datetime
) -> None:
    """Give what waited for the street's word, by the rule that it named."""
    rule = kinds.MAJOR_RULE if is_major else kinds.ORDINARY_RULE
    give(session, hazard, rule, triager, now, second=by)


def take_back(session: Session, hazard: Hazard, reason: str, by: int, now: datetime) -> None:
    """Take the points back that a false report gave; the second false one is a pause of a month."""
    if hazard.transaction_id is None:
        return
    pause = PAUSE if _false_before(session, hazard) else timedelta()
    try:
        with session.begin_nested():
            reversing.reverse(session, hazard.transaction_id, reason, now, by=by, pause=pause)
    except Refusal as refusal:
        _write(session, hazard, award_refused=refusal.code)
    else:
        _write(session, hazard, points=0)


def _false_before(session: Session, hazard: Hazard) -> int:
    found = select(func.count()).where(
        Hazard.reporter_id == hazard.reporter_id,
        Hazard.reason_code == RejectReason.FALSE,
        Hazard.id != hazard.id,
    )
    return session.scalar(found) or 0


def _of(granted: Grant) -> dict[str, int]:
    return {"transaction_id": granted.transaction_id, "points": granted.points}


def _write(session: Session, hazard: Hazard, **values: object) -> None:
    session.execute(update(Hazard.__table__).where(hazard_table.id == hazard.id).values(**values))
    session.refresh(hazard)
