"""Stars that are published: who is about to get one, for anybody to object, then awarded."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.people import masking, profile
from server.people.models import Person
from server.people.vault import Vault
from server.volunteers.models import (
    RecordState,
    ServiceRecord,
    StarAward,
    StarScheme,
    StarState,
)
from server.volunteers.stars import steps
from server.volunteers.stars.objections import NotPublished

MOST = 500
"""Stars awarded by one run; the next one takes the rest."""


class Shown(NamedTuple):
    """A published application as anybody may see it: a masked name, `until` a local day."""

    id: int
    name: str
    area: str
    level: int
    minutes: int
    until: date
    objections: int


class Page(NamedTuple):
    """Some published applications, those that end first in front, and whether more follow."""

    items: tuple[Shown, ...]
    has_more: bool


def shown(
    session: Session, vault: Vault, limit: int, *, below: str | None = None, after: int = 0
) -> Page:
    """Return what is published; one statement.

    `below` is the path of an area to which the list is kept, `after` the id of the last one that
    was shown before: they come in the order in which they were applied for, never by hours.
    """
    found = _published().where(StarAward.id > after).order_by(StarAward.id).limit(limit + 1)
    if below is not None:
        found = found.where(Area.path.startswith(below, autoescape=True))
    rows = session.execute(found).all()
    return Page(tuple(_shown(row, vault) for row in rows[:limit]), len(rows) > limit)


def one(session: Session, vault: Vault, award_id: int) -> Shown:
    """Return one published application, or refuse; whoever asks may be anybody."""
    found = session.execute(_published().where(StarAward.id == award_id)).one_or_none()
    if found is None:
        raise NotPublished
    return _shown(found, vault)


def award_due(session: Session, now: datetime, most: int = MOST) -> int:
    """Award what was published long enough, once, and return how many stars that were.

    What is objected to waits for its answer; who has lost hours meanwhile waits for a person,
    since no machine takes anything away.
    """
    ripe = (
        StarAward.state == StarState.PUBLISHED,
        StarAward.objections == 0,
        StarAward.published_until < now.astimezone(LOCAL).date(),
    )
    earned = [row.id for row in session.execute(_over().where(*ripe)) if _has_hours(row)]
    taken = session.scalars(
        update(StarAward)
        .where(StarAward.id.in_(earned[:most]), *ripe)
        .values(state=StarState.AWARDED, awarded_at=now)
        .returning(StarAward.id)
        .execution_options(synchronize_session=False)
    ).all()
    for award_id in sorted(taken):
        award = session.get_one(StarAward, award_id, populate_existing=True)
        steps.celebrate(session, award, None, session.get_one(Area, award.area_id).path, now)
    return len(taken)


def _published() -> "Select[StarAward, str, bytes | None]":
    return (
        select(StarAward, Area.name.label("area"), Person.name.label("name"))
        .join(Area, Area.id == StarAward.area_id)
        .join(Person, Person.id == StarAward.person_id)
        .where(StarAward.state == StarState.PUBLISHED)
    )


def _over() -> Select[Any]:
    final = (
        select(func.coalesce(func.sum(ServiceRecord.minutes), 0))
        .where(
            ServiceRecord.person_id == StarAward.person_id,
            ServiceRecord.state == RecordState.FINAL,
        )
        .scalar_subquery()
    )
    return (
        select(StarAward.id, StarAward.level, StarScheme.levels, final.label("minutes"))
        .join(StarScheme, StarScheme.id == StarAward.scheme_id)
        .order_by(StarAward.id)
    )


def _has_hours(row: Any) -> bool:
    return bool(row.minutes >= row.levels[str(row.level)] * 60)


def _shown(row: Any, vault: Vault) -> Shown:
    award = row.StarAward
    name = profile.read_name(award.person_id, row.name, vault=vault)
    return Shown(
        id=award.id,
        name=masking.masked(name) if name else "未登记",
        area=row.area,
        level=award.level,
        minutes=award.minutes,
        until=award.published_until,
        objections=award.objections,
    )
