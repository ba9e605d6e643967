"""What happens to accounts at the console when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.people import joining
from server.staff.models import ConsoleSession, Invitation, ScanTicket, StaffAccount, StaffState


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one account where both had one: the one in use, else that of the person who stays."""
    found = session.scalars(
        select(StaffAccount).where(StaffAccount.person_id.in_((keep, gone)))
    ).all()
    if len(found) < 2:
        return
    by_use = sorted(found, key=lambda one: (one.state is not StaffState.ACTIVE, one.person_id))
    _drop(session, by_use[1], now)


def _drop(session: Session, account: StaffAccount, now: datetime) -> None:
    for model in (ConsoleSession, Invitation, ScanTicket):
        session.execute(delete(model).where(model.staff_id == account.id))
    session.execute(delete(StaffAccount).where(StaffAccount.id == account.id))
    subject = ("staff_account", account.id)
    trail.record(session, None, "staff.joined", subject, now, login=account.login)


joining.FOLLOWERS.append(follow)
