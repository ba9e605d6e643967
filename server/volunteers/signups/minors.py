"""What a guardian's word means for a minor's sign-ups."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.people import guardian_codes, guardians
from server.people.models import Channel, Guardian
from server.people.vault import Vault
from server.volunteers.models import SignupState
from server.volunteers.policy import Policy
from server.volunteers.signups import line, signups
from server.volunteers.signups.shifts import standing


def agree_by_code(
    session: Session,
    guardian_id: int,
    code: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> int:
    """Let a minor serve by their guardian's word, tell the minor, and return who that is."""
    minor_id = guardian_codes.redeem(session, guardian_id, code, now, channel=channel, vault=vault)
    key = f"guardians.agreed:{minor_id}:{guardian_id}:{now:%Y%m%d}"
    outbox.queue(session, minor_id, "guardians.agreed", key, now, {})
    return minor_id


def step_back(session: Session, minor_id: int, now: datetime) -> None:
    """Give back the places of a minor for whom nobody answers any more, and tell them.

    Called whenever a consent is taken back; the minor is locked. Who is at work is not sent home.
    """
    answered = select(Guardian.id).where(
        Guardian.minor_id == minor_id, Guardian.withdrawn_at.is_(None)
    )
    if session.scalar(answered.limit(1)) is not None:
        return
    for mine in signups.mine(session, minor_id, now):
        line.lock(session, mine.shift_id)
        where = standing(session, minor_id, mine.shift_id)
        if where.state is None or now >= where.starts_at:
            continue
        line.leave(session, where, SignupState.CANCELLED, now, Policy())
        facts = {"number": where.number, "title": where.title, "starts_at": where.starts_at}
        key = f"guardians.withdrawn:{where.signup_id}"
        outbox.queue(session, minor_id, "guardians.withdrawn", key, now, facts)


guardians.FOLLOWERS.append(step_back)
