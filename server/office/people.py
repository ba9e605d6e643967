"""People as staff see them: found by exactly what they are called, and shown masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.office import sight
from server.people import consents, directory, masking, profile
from server.people.consents import Standing
from server.people.models import Account, Guardian, Person, Post, Role
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import (
    Activity,
    MemberState,
    Shift,
    Signup,
    SignupState,
    Team,
    TeamMember,
)

PAGE = 30
MOST_FOUND = 20
LAST_SIGNUPS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a list: masked, with the area they belong to."""

    id: int
    volunteer_no: str | None
    name: str | None
    phone: str | None
    area: str | None
    has_account: bool


@dataclass(frozen=True, slots=True)
class Served:
    """A sign-up as staff see it."""

    activity_number: int
    title: str
    starts_at: datetime
    state: SignupState


@dataclass(frozen=True, slots=True)
class Held:
    """A post somebody holds."""

    id: int
    role: Role
    area: str
    since: datetime
    until: datetime | None
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A person's page for staff: masked, with what they do here."""

    person: Line
    area_code: str | None
    birth_year: int | None
    birth_year_seen: bool
    created_at: datetime
    consents: tuple[Standing, ...]
    guardian_agreed: bool
    posts: tuple[Held, ...]
    teams: tuple[tuple[int, str], ...]
    signups: tuple[Served, ...]
    may_edit: bool
    may_unmask: bool


def of_area(
    session: Session,
    reach: Reach,
    area_code: str | None = None,
    after: int = 0,
    *,
    vault: Vault,
) -> list[Line]:
    """Return a page of the people whose own area this is or lies inside it. Two statements."""
    reach.require_any(Right.SEE_PEOPLE)
    wanted = [sight.at_home(reach, Right.SEE_PEOPLE), Person.erased_at.is_(None), Person.id > after]
    if area_code:
        top = select(Area.path).where(Area.code == area_code).scalar_subquery()
        lies = exists().where(Area.id == Person.area_id, Area.path.startswith(top))
        wanted.append(lies.correlate(Person))
    return _lines(session, wanted, PAGE, vault)


def find(session: Session, reach: Reach, words: str, *, vault: Vault) -> list[Line]:
    """Return whom these words name exactly, of those within reach. Two statements."""
    reach.require_any(Right.SEE_PEOPLE)
    clue = directory.clue(words, vault=vault)
    if clue is None:
        return []
    return _lines(session, [clue, sight.seen(reach, Right.SEE_PEOPLE)], MOST_FOUND, vault)


def card(session: Session, reach: Reach, person_id: int, now: datetime, *, vault: Vault) -> Card:
    """Return a person's page, or refuse as if they did not exist."""
    person, area = sight.person(session, reach, Right.SEE_PEOPLE, person_id)
    home = area if person.area_id is not None else None
    met = session.scalar(select(exists().where(Account.person_id == person_id)))
    return Card(
        person=_line(person, home.name if home else None, bool(met), vault),
        area_code=home.code if home else None,
        birth_year=person.birth_year,
        birth_year_seen=person.birth_year_seen_at is not None,
        created_at=person.created_at,
        consents=consents.of(session, person_id),
        guardian_agreed=_has_guardian(session, person_id),
        posts=_posts(session, person_id, now),
        teams=_teams(session, reach, person_id),
        signups=_signups(session, reach, person_id),
        may_edit=reach.covers(Right.EDIT_PEOPLE, area.path),
        may_unmask=reach.may(Right.UNMASK),
    )


def masked_name(person: Person, *, vault: Vault) -> str | None:
    """Return a person's name as it may be shown, if they have one."""
    return (
        masking.masked(vault.open(person.name, f"person:{person.id}:name")) if person.name else None
    )


def _lines(
    session: Session, wanted: Sequence[ColumnElement[bool]], most: int, vault: Vault
) -> list[Line]:
    found = session.execute(
        select(Person, Area.name)
        .outerjoin(Area, Area.id == Person.area_id)
        .where(*wanted)
        .order_by(Person.id)
        .limit(most)
    ).all()
    # asked beside, PostgreSQL would gather the accounts of everybody first
    here = Account.person_id.in_([person.id for person, _area in found])
    met = set(session.scalars(select(Account.person_id).where(here)))
    return [_line(person, area, person.id in met, vault) for person, area in found]


def _line(person: Person, area: str | None, has_account: bool, vault: Vault) -> Line:
    phone = person.phone and vault.open(person.phone, f"person:{person.id}:phone")
    return Line(
        id=person.id,
        volunteer_no=person.volunteer_no,
        name=masked_name(person, vault=vault),
        phone=profile.masked(phone) if phone else None,
        area=area,
        has_account=has_account,
    )


def _has_guardian(session: Session, person_id: int) -> bool:
    agreed = exists().where(Guardian.minor_id == person_id, Guardian.withdrawn_at.is_(None))
    return bool(session.scalar(select(agreed)))


def _posts(session: Session, person_id: int, now: datetime) -> tuple[Held, ...]:
    rows = session.execute(
        select(Post, Area.name)
        .join(Area, Area.id == Post.area_id)
        .where(Post.person_id == person_id, Post.until.is_(None) | (Post.until > now))
        .order_by(Post.id)
    )
    return tuple(
        Held(post.id, post.role, area, post.since, post.until, post.stands_in_for is not None)
        for post, area in rows
    )


def _teams(session: Session, reach: Reach, person_id: int) -> tuple[tuple[int, str], ...]:
    rows = session.execute(
        select(Team.id, Team.name)
        .join(TeamMember, TeamMember.team_id == Team.id)
        .join(Area, Area.id == Team.area_id)
        .where(TeamMember.person_id == person_id, TeamMember.state == MemberState.MEMBER)
        .where(reach.inside(Right.SEE_TEAMS))
        .order_by(Team.id)
    )
    return tuple((row.id, row.name) for row in rows)


def _signups(session: Session, reach: Reach, person_id: int) -> tuple[Served, ...]:
    rows = session.execute(
        select(Activity.number, Activity.title, Shift.starts_at, Signup.state)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .join(Area, Area.id == Activity.area_id)
        .where(Signup.person_id == person_id, reach.inside(Right.SEE_ACTIVITIES))
        .order_by(Signup.id.desc())
        .limit(LAST_SIGNUPS)
    )
    return tuple(Served(*row) for row in rows)
