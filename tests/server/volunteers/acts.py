"""The verbs of sign-ups with what every test says alike filled in."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.people.models import Channel
from server.volunteers.models import HOLDING, Shift, Signup, SignupState
from server.volunteers.signups import line, signups, waiting
from server.volunteers.views import Outcome
from tests.factories import POLICY


def sign_up(session: Session, person: int, shift: int, now: datetime) -> Outcome:
    return signups.sign_up(session, person, shift, now, channel=Channel.CHAT, policy=POLICY)


def cancel(session: Session, person: int, shift: int, now: datetime) -> Outcome:
    return signups.cancel(session, person, shift, now, policy=POLICY)


def accept(session: Session, person: int, shift: int, now: datetime) -> Outcome:
    return waiting.accept(session, person, shift, now, policy=POLICY)


def decline(session: Session, person: int, shift: int, now: datetime) -> Outcome:
    return waiting.decline(session, person, shift, now, policy=POLICY)


def state_of(session: Session, person: int, shift: int) -> SignupState | None:
    return line.last_state(session, person, shift)


def counts(session: Session, shift: int) -> tuple[int, int]:
    """Return how many hold a place and how many wait, counted row by row."""
    held = session.scalar(
        select(func.count()).where(Signup.shift_id == shift, Signup.state.in_(HOLDING))
    )
    in_line = session.scalar(
        select(func.count()).where(Signup.shift_id == shift, Signup.state == SignupState.WAITLISTED)
    )
    return held or 0, in_line or 0


def kept(session: Session, shift: int) -> tuple[int, int]:
    """Return how many places and people in line the shift itself says."""
    row = session.execute(select(Shift.taken, Shift.waiting).where(Shift.id == shift)).one()
    return row.taken, row.waiting
