"""Taking a place, or a place in line: decided by one conditional write, never counted first."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, insert, update
from sqlalchemy.orm import Session

from server.notices import outbox
from server.people import consents
from server.people.consents import Purpose
from server.people.models import Channel
from server.volunteers.models import Shift, Signup, SignupState
from server.volunteers.policy import Policy
from server.volunteers.refusals import Closed
from server.volunteers.signups import line, news, reminders
from server.volunteers.signups.eligibility import Verdict
from server.volunteers.signups.shifts import Standing, shift, signup, standing
from server.volunteers.views import Outcome

_AGREED = consents.stands(bindparam("person"), Purpose.SERVICE)
_HAS_PLACE = and_(shift.taken < shift.capacity, shift.waiting == 0)
_TAKE = (
    update(Shift.__table__)
    .where(shift.id == bindparam("this"), shift.closes_at > bindparam("now"))
    .values(
        taken=case((_HAS_PLACE, shift.taken + 1), else_=shift.taken),
        waiting=case((_HAS_PLACE, shift.waiting), else_=shift.waiting + 1),
    )
    .returning(shift.waiting, _AGREED)
)
_QUEUE = (
    update(Shift.__table__)
    .where(shift.id == bindparam("this"), shift.closes_at > bindparam("now"))
    .values(waiting=shift.waiting + 1)
    .returning(shift.waiting, _AGREED)
)
_ENTER = insert(Signup.__table__).returning(signup.id)


def take(  # noqa: PLR0913  who, where, when, on which terms, by which door
    session: Session,
    person_id: int,
    where: Standing,
    now: datetime,
    verdict: Verdict,
    policy: Policy,
    entry: dict[str, Any],
) -> Outcome:
    """Take a place or a place in line by one conditional write, and put it down."""
    take = _QUEUE if verdict.waits_until else _TAKE
    wanted = {"this": where.shift_id, "now": now, "person": person_id}
    taken = session.execute(take, wanted).one_or_none()
    if taken is None:
        raise Closed(title=where.title)
    in_line, agreed = taken
    first = consents.heed(session, person_id, agreed, now, channel=entry["channel"])
    state = SignupState.WAITLISTED if in_line else SignupState.CONFIRMED
    moments = {"created_at": now, "changed_at": now}
    row = {"shift_id": where.shift_id, "person_id": person_id, "state": state}
    signup_id = session.execute(_ENTER, row | moments | entry).scalar_one()
    told = verdict._asdict() | {"agreed": first}
    outcome = where.outcome(state, position=in_line or None, **told)
    if verdict.waits_until and line.fill(session, where.shift_id, now, policy):
        return _offered(session, person_id, where, now, told, entry)
    if state is SignupState.CONFIRMED:
        reminders.arrange(session, person_id, signup_id, where, now, policy)
    if entry["channel"] is not Channel.CHAT:
        news.tell(session, person_id, signup_id, outcome, now)
    return outcome


def _offered(
    session: Session,
    person_id: int,
    where: Standing,
    now: datetime,
    told: dict[str, Any],
    entry: dict[str, Any],
) -> Outcome:
    """Tell of a place that has to be accepted; who is in the chat hears it as the reply."""
    stands = standing(session, person_id, where.shift_id)
    assert stands.state is not None
    if entry["channel"] is Channel.CHAT:
        outbox.drop(session, f"volunteers.offered:{stands.signup_id}", now)
    position = line.positions(session, [stands]).get(stands.signup_id)
    until = stands.offer_ends_at
    return stands.outcome(stands.state, position=position, offer_ends_at=until, **told)
