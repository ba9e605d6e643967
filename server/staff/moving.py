"""What happens to accounts at the console when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.audit import trail
from server.people import joining
from server.people.joining import CannotJoin
from server.staff.models import ConsoleSession, Invitation, ScanTicket, StaffAccount, StaffState


class TwoStaffAccounts(CannotJoin):
    """Both sign in to the console: neither may vanish unseen, so one is closed by hand first."""

    code = "staff.two_accounts"


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one account where both had one, the one in use; refuse where both are in use."""
    found = session.scalars(
        select(StaffAccount).where(StaffAccount.person_id.in_((keep, gone)))
    ).all()
    if len(found) < 2:
        return
    if all(one.state is StaffState.ACTIVE for one in found):
        raise TwoStaffAccounts
    by_use = sorted(found, key=lambda one: (one.state is not StaffState.ACTIVE, one.person_id))
    _drop(session, by_use[1], now)


def _drop(session: Session, account: StaffAccount, now: datetime) -> None:
    for model in (ConsoleSession, Invitation, ScanTicket):
        session.execute(delete(model).where(model.staff_id == account.id))
    session.execute(delete(StaffAccount).where(StaffAccount.id == account.id))
    trail.record(session, None, "staff.joined", ("staff_account", account.id), now)


joining.FOLLOWERS.append(follow)
