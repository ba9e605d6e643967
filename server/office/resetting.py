"""Taking password and second factor away from a colleague, with a fresh link for them.

Whoever looks after accounts has no business data (等保三级), and must not come by it through an
account of somebody who has: that takes a second person from the business, and the colleague is
told, both when it is asked for and when it is done.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.notices import outbox
from server.people.models import Post
from server.people.vault import Vault
from server.staff import accounts, approvals, roster
from server.staff.accounts import Invited
from server.staff.approvals import Kind
from server.staff.models import Approval, ApprovalState, StaffAccount
from server.staff.reach import Reach
from server.staff.rights import RIGHTS, Right

KIND = "staff.reset"
IN_FORCE = timedelta(days=1)
"""So long what was allowed may be done; a change of the account ends it sooner."""


def invite_again(
    session: Session, by: Reach, staff_id: int, now: datetime, *, vault: Vault
) -> Invited | None:
    """Reset an account and return the fresh link; None while a second person is being asked.

    A second person is needed where the account opens what the one who resets it may not do.
    """
    account = roster.account(session, by, staff_id)
    beyond = _beyond(session, by, account, now)
    if beyond is not None and not _is_allowed(session, by, account, now):
        _ask(session, by, account, beyond, now)
        return None
    invited = accounts.invite_again(session, staff_id, now, vault=vault, by=by)
    _tell(session, account, "office.account_reset", now)
    return invited


def _beyond(session: Session, by: Reach, account: StaffAccount, now: datetime) -> Area | None:
    """Return the widest area in which the account may do more than who resets it."""
    held = session.execute(
        select(Post, Area)
        .join(Area, Area.id == Post.area_id)
        .where(Post.person_id == account.person_id, or_(Post.until.is_(None), Post.until > now))
        .order_by(Area.path)
    )
    for post, area in held:
        if not all(by.covers(right, area.path) for right in RIGHTS[post.role]):
            return area
    return None


def _is_allowed(session: Session, by: Reach, account: StaffAccount, now: datetime) -> bool:
    found = session.scalars(
        select(Approval).where(
            Approval.kind == KIND,
            Approval.key == _key(account),
            Approval.state == ApprovalState.GRANTED,
            Approval.asked_by == by.person_id,
            Approval.decided_at > now - IN_FORCE,
        )
    )
    return any(one.facts["as_of"] == account.changed_at.isoformat() for one in found)


def _ask(session: Session, by: Reach, account: StaffAccount, area: Area, now: datetime) -> None:
    facts = {"as_of": account.changed_at.isoformat(), "staff": account.id}
    facts["said"] = say("office.asks_reset", login=account.login)
    why = say("office.why_reset")
    approvals.ask(session, by.person_id, KIND, _key(account), area, why, now, **facts)
    _tell(session, account, "office.reset_asked", now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    roster.account(session, asking, approval.facts["staff"])


def _allow(_session: Session, _approval: Approval, _by: int, _now: datetime) -> None:
    """Leave the link to whoever asked: they fetch it while what was allowed is in force."""


def _key(account: StaffAccount) -> str:
    return f"{KIND}:{account.id}"


def _tell(session: Session, account: StaffAccount, kind: str, now: datetime) -> None:
    key = f"{kind}:{account.id}:{now.isoformat()}"
    outbox.queue(session, account.person_id, kind, key, now, {"at": now})


approvals.register(Kind(KIND, Right.APPROVE_POSTS, _still, _allow))
