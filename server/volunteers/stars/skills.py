"""Trainings and qualifications that staff have seen; activities may ask for them by name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.errors import Invalid, Missing
from server.people import identities, masking, profile
from server.people.models import Person
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed, OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.models import Skill, SkillKind


class BadDates(Invalid):
    """It would end before it begins."""

    code = "skills.bad_dates"


class Incomplete(Invalid):
    """It has no name, or nobody says what was seen."""

    code = "skills.incomplete"


class NobodyFound(Missing):
    """Nobody bears this volunteer number or phone number."""

    code = "skills.nobody_found"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown to staff: `valid_until` is the last day, None for ever."""

    kind: SkillKind
    name: str
    granted_on: date
    valid_until: date | None
    evidence: str


def enter(session: Session, reach: Reach, person_id: int, seen: Seen, now: datetime) -> int:
    """Put down what staff have seen, and return its id; the same one again renews it."""
    _require(session, reach, person_id)
    name, evidence = seen.name.strip()[:40], seen.evidence.strip()[:200]
    if not name or not evidence:
        raise Incomplete
    if seen.valid_until is not None and seen.valid_until < seen.granted_on:
        raise BadDates
    identities.lock(session, person_id)
    skill = session.scalar(
        select(Skill).where(
            Skill.person_id == person_id, Skill.kind == seen.kind, Skill.name == name
        )
    ) or Skill(person_id=person_id, kind=seen.kind, name=name)
    skill.granted_on, skill.valid_until = seen.granted_on, seen.valid_until
    skill.evidence, skill.entered_by, skill.entered_at = evidence, reach.person_id, now
    session.add(skill)
    session.flush()
    _note(session, reach, "skill.entered", skill, now)
    return skill.id


def revoke(session: Session, reach: Reach, skill_id: int, reason: str, now: datetime) -> int:
    """Let a skill count no longer, for a reason; return whose it was."""
    skill = session.get(Skill, skill_id)
    if skill is None:
        raise OutOfReach
    _require(session, reach, skill.person_id)
    here = (
        select(Skill.id)
        .join(Person, Person.id == Skill.person_id)
        .outerjoin(Area, Area.id == Person.area_id)
    )
    if session.scalar(here.where(Skill.id == skill_id, _within(reach))) is None:
        raise OutOfReach
    if not reason.strip():
        raise ReasonNeeded
    _note(session, reach, "skill.revoked", skill, now, reason.strip()[:400])
    session.delete(skill)
    session.flush()
    return skill.person_id


def of(session: Session, person_id: int) -> tuple[Skill, ...]:
    """Return a person's trainings and qualifications, those longest ago first."""
    found = select(Skill).where(Skill.person_id == person_id).order_by(Skill.granted_on, Skill.id)
    return tuple(session.scalars(found))


class Entry(NamedTuple):
    """A skill in a list, with the masked name of whose it is."""

    skill: Skill
    who: str
    volunteer_no: str | None


def latest(session: Session, reach: Reach, *, vault: Vault, limit: int = 50) -> list[Entry]:
    """Return what was entered lately for people in reach, the newest first. Two statements."""
    found = session.execute(
        select(Skill, Person.volunteer_no)
        .join(Person, Person.id == Skill.person_id)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(_within(reach))
        .order_by(Skill.id.desc())
        .limit(limit)
    ).all()
    names = profile.names_of(session, {skill.person_id for skill, _ in found}, vault=vault)
    return [
        Entry(skill, masking.masked(names.get(skill.person_id, "")), number)
        for skill, number in found
    ]


def _within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that a skill is this desk's to see and to revoke.

    Of people without an area it is that of whoever entered it, and of the district.
    """
    homeless = Person.area_id.is_(None)
    if any(path.count("/") == 1 for path in reach.paths(Right.EDIT_PEOPLE)):
        return or_(homeless, reach.inside(Right.EDIT_PEOPLE))
    own = and_(homeless, Skill.entered_by == reach.person_id)
    return or_(own, reach.inside(Right.EDIT_PEOPLE))


def _require(session: Session, reach: Reach, person_id: int) -> None:
    """Refuse unless the person's area lies in reach; whoever has no area may go to any desk."""
    if not reach.may(Right.EDIT_PEOPLE):
        raise NotAllowed
    row = session.execute(
        select(Person.id, Area.path)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(Person.id == person_id)
    ).one_or_none()
    if row is None:
        raise OutOfReach
    if row.path is not None:
        reach.require(Right.EDIT_PEOPLE, row.path)


def _note(
    session: Session,
    reach: Reach,
    action: str,
    skill: Skill,
    now: datetime,
    reason: str | None = None,
) -> None:
    subject = ("person", skill.person_id)
    trail.record(session, reach.person_id, action, subject, now, reason=reason, skill=skill.name)
