"""What happens to a staff account when two persons prove to be one."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.people import joining
from server.people.joining import CannotJoin
from server.staff.models import StaffAccount


class TwoStaffAccounts(CannotJoin):
    """Both sign in to the console; one account must be closed by the system administrator first."""

    code = "staff.two_accounts"


def follow(session: Session, keep: int, gone: int, _now: datetime) -> None:
    """Refuse to join two staff accounts: none of them may vanish unseen."""
    held = select(func.count()).where(StaffAccount.person_id.in_((keep, gone)))
    if (session.scalar(held) or 0) > 1:
        raise TwoStaffAccounts


joining.FOLLOWERS.append(follow)
