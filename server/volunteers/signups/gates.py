"""Who may take part at all: age, guardians, trainings, insurance (invariants V12, V13).

Only the year of birth is known, so the age that counts is the one a person has for certain: in
the year in which they turn 18 they still count as 17. What is for grown-ups takes a year that
staff have seen; everything else believes what one tells (see `people.ages`).
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.people.models import Guardian, Person
from server.volunteers.models import Activity, Risk, Shift, Signup, Skill, SkillKind
from server.volunteers.refusals import (
    ActivityMissing,
    CompanyNeeded,
    GuardianNeeded,
    NotInsured,
    SkillNeeded,
    TooOld,
    TooYoung,
    YearUnknown,
    YearUnseen,
)
from server.volunteers.signups.shifts import (
    GATES,
    Gates,
    Standing,
    activity,
    is_holding,
    shift,
    signup,
)

ADULT = 18
"""From this age on nobody else need agree; risky work is for grown-ups only."""
ALONE_FROM = 14
"""Younger ones come only together with their guardian; a choice between those of other cities."""

_person = Person.__table__.c
_guardian = Guardian.__table__.c
_skill = Skill.__table__.c
_ASKED = (
    select(activity.title, _person.birth_year, _person.birth_year_seen_at.is_not(None), *GATES)
    .select_from(Activity.__table__)
    .join(Person.__table__, _person.id == bindparam("person"))
    .where(activity.id == bindparam("activity"))
)
_GUARDIANS = select(_guardian.guardian_id).where(
    _guardian.minor_id == bindparam("minor"), _guardian.withdrawn_at.is_(None)
)
_BESIDE = {
    name: select(signup.id)
    .select_from(Signup.__table__)
    .join(Shift.__table__, and_(shift.id == signup.shift_id, place == bindparam(name)))
    .where(signup.person_id.in_(bindparam("guardians", expanding=True)), is_holding)
    .limit(1)
    for name, place in (("shift", shift.id), ("activity", shift.activity_id))
}
"""Whether a guardian comes along: to the shift, or to any of the activity."""
_SHOWN = select(_skill.kind, _skill.name).where(
    _skill.person_id == bindparam("person"),
    _skill.granted_on <= bindparam("day"),
    or_(_skill.valid_until.is_(None), _skill.valid_until >= bindparam("day")),
)


class Born(NamedTuple):
    """When somebody was born as far as is known, and whether staff have seen it."""

    year: int | None
    seen: bool


def judge(
    session: Session,
    person_id: int,
    activity_id: int,
    now: datetime,
    *,
    shift_id: int | None = None,
) -> None:
    """Refuse whoever may not take part in the activity: at sign-up and as a walk-in alike.

    Where the shift is not told, a guardian in any of them counts as company.
    """
    row = session.execute(_ASKED, {"person": person_id, "activity": activity_id}).one_or_none()
    if row is None:
        raise ActivityMissing(number=activity_id)
    title, year, seen, *asked = row
    where = {"shift": shift_id} if shift_id else {"activity": activity_id}
    day = now.astimezone(LOCAL).date()
    _weigh(session, person_id, Born(year, seen), Gates(*asked), (title, day, where))


def weigh(session: Session, person_id: int, where: Standing) -> None:
    """Do the same for a shift that has been read; an adult without gates costs no statement."""
    day = where.starts_at.astimezone(LOCAL).date()
    told = (where.title, day, {"shift": where.shift_id})
    _weigh(session, person_id, Born(where.birth_year, where.year_seen), where.gates, told)


def _weigh(
    session: Session,
    person_id: int,
    born: Born,
    gates: Gates,
    told: tuple[str, date, dict[str, int]],
) -> None:
    title, day, where = told
    if gates.risk is Risk.HIGH and not gates.insurance_ref:
        raise NotInsured(title=title)
    age = None if born.year is None else day.year - born.year - 1
    _of_age(age, born.seen, gates, title)
    if age is not None and age < ADULT:
        _is_answered_for(session, person_id, age, title, where)
    if gates.training or gates.qualification:
        _has_shown(session, person_id, gates, title, day)


def _of_age(age: int | None, seen: bool, gates: Gates, title: str) -> None:
    youngest = max(gates.min_age or 0, ADULT if gates.risk is Risk.HIGH else 0)
    if age is not None and age < youngest:
        raise TooYoung(title=title, age=youngest)
    if youngest >= ADULT and not seen:
        raise YearUnseen(title=title, age=youngest)
    if age is None:
        if youngest or gates.max_age is not None:
            raise YearUnknown(title=title)
    elif gates.max_age is not None and age > gates.max_age:
        raise TooOld(title=title, age=gates.max_age)


def _is_answered_for(
    session: Session, minor_id: int, age: int, title: str, where: dict[str, int]
) -> None:
    """Refuse a minor without a guardian's consent, and a child who would come alone."""
    guardians = list(session.scalars(_GUARDIANS, {"minor": minor_id}))
    if not guardians:
        raise GuardianNeeded(title=title)
    if age >= ALONE_FROM:
        return
    beside = _BESIDE["shift" if "shift" in where else "activity"]
    asked = where | {"guardians": [each for each in guardians if each]}
    if session.execute(beside, asked).first() is None:
        raise CompanyNeeded(title=title, age=ALONE_FROM)


def _has_shown(session: Session, person_id: int, gates: Gates, title: str, day: date) -> None:
    """Refuse whoever lacks the training or qualification on that day."""
    rows = session.execute(_SHOWN, {"person": person_id, "day": day})
    shown = {(kind, name) for kind, name in rows}
    for kind, wanted in (
        (SkillKind.TRAINING, gates.training),
        (SkillKind.QUALIFICATION, gates.qualification),
    ):
        if wanted and (kind, wanted) not in shown:
            raise SkillNeeded(title=title, skill=wanted)
