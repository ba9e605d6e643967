"""Applications for stars as staff see them, in reach and with masked names."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people import masking, profile
from server.people.models import Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import StarAward, StarScheme, StarState
from server.volunteers.stars import steps

MOST = 100


class Row(NamedTuple):
    """An application as staff see it; the name is masked, `reviewed_by` is a person's id."""

    id: int
    person_id: int
    name: str
    volunteer_no: str | None
    area: str
    level: int
    needed: int
    minutes: int
    state: StarState
    applied_at: datetime
    reviewed_by: int | None
    published_until: date | None
    note: str | None


def listed(
    session: Session, reach: Reach, vault: Vault, *, state: StarState | None = None
) -> list[Row]:
    """Return the newest applications in reach. One statement."""
    found = _rows().where(reach.inside(Right.SEE_STARS)).order_by(StarAward.id.desc()).limit(MOST)
    if state:
        found = found.where(StarAward.state == state)
    return [_row(row, vault) for row in session.execute(found)]


def shown(session: Session, reach: Reach, award_id: int, vault: Vault) -> Row:
    """Return one application in reach."""
    _award, _path = steps.of(session, reach, award_id, Right.SEE_STARS)
    return _row(session.execute(_rows().where(StarAward.id == award_id)).one(), vault)


def _rows() -> Select[Any]:
    return (
        select(
            StarAward,
            StarScheme.levels,
            Area.name.label("area"),
            Person.name.label("name"),
            Person.volunteer_no,
        )
        .join(Area, Area.id == StarAward.area_id)
        .join(Person, Person.id == StarAward.person_id)
        .join(StarScheme, StarScheme.id == StarAward.scheme_id)
    )


def _row(found: Any, vault: Vault) -> Row:
    award = found.StarAward
    name = profile.read_name(award.person_id, found.name, vault=vault)
    return Row(
        id=award.id,
        person_id=award.person_id,
        name=masking.masked(name) if name else "未登记",
        volunteer_no=found.volunteer_no,
        area=found.area,
        level=award.level,
        needed=found.levels[str(award.level)],
        minutes=award.minutes,
        state=award.state,
        applied_at=award.applied_at,
        reviewed_by=award.reviewed_by,
        published_until=award.published_until,
        note=award.note,
    )
