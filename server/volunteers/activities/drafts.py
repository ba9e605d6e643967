"""An activity as staff describe it, before anybody may see it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import desk, fitting
from server.volunteers.models import Activity, ActivityState, Field, Risk, Shift, TeamKind
from server.volunteers.policy import LONGEST, Policy
from server.volunteers.refusals import BadDraft, InsuranceNeeded, NoCommand, NotInThisState

OLDEST = 120


EDITABLE = (ActivityState.DRAFT, ActivityState.REVIEW)
TEXTS = ("title", "place", "leader_name", "risk_note")


@dataclass(frozen=True)
class Time:
    """When a shift takes how many people; sign-up ends at `closes_at`, else at the start."""

    starts_at: datetime
    ends_at: datetime
    capacity: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """An activity as staff describe it. The risk note is no option: 志愿服务条例 art. 12.

    `training` and `qualification` name what somebody must have shown to take part (arts 15, 16).
    """

    title: str
    area_code: str
    place: str
    leader_name: str
    risk_note: str
    times: tuple[Time, ...]
    field: Field = Field.OTHER
    team: TeamKind = TeamKind.OTHER
    team_id: int | None = None
    need_id: int | None = None
    template_id: int | None = None
    leader_id: int | None = None
    risk: Risk = Risk.NORMAL
    insurance_ref: str | None = None
    command_contact: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    training: str | None = None
    qualification: str | None = None

    def facts(self) -> dict[str, object]:
        """Return what is written into the activity's row; rescue work always counts as risky."""
        facts = asdict(self)
        del facts["area_code"], facts["times"]
        facts = {name: _tidy(fact) for name, fact in facts.items()}
        if self.field is Field.EMERGENCY_RESCUE:
            facts["risk"] = Risk.HIGH
        return facts


def check(draft: Draft, now: datetime) -> None:
    """Refuse a draft that lacks what people must be told, or whose gates make no sense."""
    if not all(getattr(draft, name).strip() for name in TEXTS) or not draft.times:
        raise BadDraft
    ages = [age for age in (draft.min_age, draft.max_age) if age is not None]
    if ages != sorted(ages) or not all(0 <= age <= OLDEST for age in ages):
        raise BadDraft
    for time in draft.times:
        lasts = time.ends_at - time.starts_at
        if time.capacity < 1 or not timedelta() < lasts <= LONGEST or time.starts_at <= now:
            raise BadDraft


def check_safety(field: Field, risk: Risk, insured: str | None, command: str | None) -> None:
    """Refuse risky work without insurance (志愿服务条例 art. 17), rescue work without command."""
    if (risk is Risk.HIGH or field is Field.EMERGENCY_RESCUE) and not insured:
        raise InsuranceNeeded
    if field is Field.EMERGENCY_RESCUE and not command:
        raise NoCommand


def create(
    session: Session, reach: Reach, draft: Draft, now: datetime, *, policy: Policy
) -> Activity:
    """Keep a draft that nobody but staff can see."""
    area = tree.by_code(session, draft.area_code)
    reach.require(Right.MANAGE_ACTIVITIES, area.path)
    check(draft, now)
    fitting.sees_need(session, reach, draft.need_id)
    fitting.led_by_its_team(session, draft.team_id, draft.leader_id, area)
    activity = insert(session, draft, area, now, state=ActivityState.DRAFT, by=reach.person_id)
    put_times(session, activity, draft.times, now, policy)
    _note(session, reach, "activity.drafted", activity, area, now)
    return activity


def edit(  # noqa: PLR0913  who, what, the version they saw, and what it shall say instead
    session: Session,
    reach: Reach,
    activity_id: int,
    seen: int,
    draft: Draft,
    now: datetime,
    *,
    policy: Policy,
) -> Activity:
    """Replace a draft by what staff have keyed; whoever saw an older version is told.

    A draft under review goes back to being a draft: what is opened is what was looked at.
    """
    activity, _ = desk.held(session, reach, Right.MANAGE_ACTIVITIES, activity_id)
    area = tree.by_code(session, draft.area_code)
    reach.require(Right.MANAGE_ACTIVITIES, area.path)
    if activity.state not in EDITABLE:
        raise NotInThisState(title=activity.title)
    check(draft, now)
    fitting.sees_need(session, reach, draft.need_id)
    if (draft.team_id, draft.leader_id) != (activity.team_id, activity.leader_id):
        fitting.led_by_its_team(session, draft.team_id, draft.leader_id, area)
    desk.claim(session, activity, seen)
    for name, fact in draft.facts().items():
        if name != "template_id":
            setattr(activity, name, fact)
    activity.area_id, activity.edited_by = area.id, reach.person_id
    activity.state = ActivityState.DRAFT
    session.execute(delete(Shift).where(Shift.activity_id == activity.id))
    put_times(session, activity, draft.times, now, policy)
    _note(session, reach, "activity.edited", activity, area, now)
    return activity


def insert(
    session: Session,
    draft: Draft,
    area: Area,
    now: datetime,
    *,
    state: ActivityState,
    by: int | None,
) -> Activity:
    """Insert the activity under the next number; of two at once one takes the number after."""
    while True:
        last = session.scalar(select(func.max(Activity.number))) or 0
        activity = Activity(
            **draft.facts(),
            number=last + 1,
            area_id=area.id,
            state=state,
            closes_at=now,
            created_by=by,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(activity)
        except IntegrityError:
            taken = select(Activity.id).where(Activity.number == last + 1)
            if session.scalar(taken) is None:
                raise
            continue
        return activity


def put_times(
    session: Session, activity: Activity, times: Iterable[Time], now: datetime, policy: Policy
) -> None:
    """Give the activity its shifts, and tell it when the last one closes and ends."""
    shifts = [_shift(activity, time, now, policy) for time in times]
    session.add_all(shifts)
    activity.closes_at = max(shift.closes_at for shift in shifts)
    activity.ends_at = max(shift.ends_at for shift in shifts)
    session.flush()


def _shift(activity: Activity, time: Time, now: datetime, policy: Policy) -> Shift:
    return Shift(
        activity_id=activity.id,
        starts_at=time.starts_at,
        ends_at=time.ends_at,
        capacity=time.capacity,
        opens_at=time.opens_at or now,
        closes_at=time.closes_at or time.starts_at,
        free_cancel_until=time.starts_at - policy.free_cancel,
    )


def _tidy(fact: object) -> object:
    return fact.strip() or None if type(fact) is str else fact


def _note(
    session: Session, reach: Reach, action: str, activity: Activity, area: Area, now: datetime
) -> None:
    subject = ("activity", activity.id)
    trail.record(session, reach.person_id, action, subject, now, area_path=area.path)
