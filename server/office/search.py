"""One field that finds whatever has a number or a name, within reach and nothing beyond it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from server.areas import pinyin
from server.areas.models import Area
from server.office import people
from server.people import directory
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.models import Activity, Need, ServiceRecord, Team

MOST = 10
BIGGEST = 10**12


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found: its kind, what its page is opened by, its words and its area."""

    kind: str
    key: int | str
    words: str
    area: str


def search(session: Session, reach: Reach, words: str, *, vault: Vault) -> list[Found]:
    """Return what these words name exactly, at most ten of each kind, grouped by kind.

    Areas and teams are also found by a piece of their name or by its pinyin initials; people
    never are: only by the whole name, phone or volunteer number.
    """
    said = directory.spelled(words)[:60]
    if not said:
        return []
    found: list[Found] = []
    if reach.may(Right.SEE_PEOPLE):
        found += _people(session, reach, said, vault)
    if said.isascii() and said.isdigit() and int(said) < BIGGEST:
        found += _numbered(session, reach, int(said))
    if reach.may(Right.SEE_AREAS):
        found += _areas(session, reach, said)
    if reach.may(Right.SEE_TEAMS):
        found += _teams(session, reach, said)
    return found


def _people(session: Session, reach: Reach, said: str, vault: Vault) -> list[Found]:
    return [
        Found(
            "person",
            line.id,
            " ".join(filter(None, (line.name, line.phone, line.volunteer_no))),
            line.area or "",
        )
        for line in people.find(session, reach, said, vault=vault)[:MOST]
    ]


def _numbered(session: Session, reach: Reach, number: int) -> list[Found]:
    ways = (
        ("activity", Right.SEE_ACTIVITIES, Activity, Activity.number, Activity.title),
        ("need", Right.SEE_NEEDS, Need, Need.number, Need.title),
        ("record", Right.SEE_RECORDS, ServiceRecord, ServiceRecord.id, ServiceRecord.id),
    )
    found: list[Found] = []
    for kind, right, table, numbered, words in ways:
        if reach.may(right):
            rows = session.execute(
                select(table.id, words, Area.name)
                .join(Area, Area.id == table.area_id)
                .where(numbered == number, reach.inside(right))
            )
            found += [Found(kind, key, f"{said}", area) for key, said, area in rows]
    return found


def _areas(session: Session, reach: Reach, said: str) -> list[Found]:
    inside = reach.inside(Right.SEE_AREAS)
    if pinyin.could_be(said):
        rows = session.execute(select(Area.code, Area.name).where(inside).order_by(Area.path))
        named = [row for row in rows if pinyin.begins(row.name, said) or row.code == said]
    else:
        meant = or_(Area.code == said, Area.name.contains(said, autoescape=True))
        wanted = select(Area.code, Area.name).where(inside, meant).order_by(Area.path).limit(MOST)
        named = list(session.execute(wanted))
    return [Found("area", row.code, row.name, "") for row in named[:MOST]]


def _teams(session: Session, reach: Reach, said: str) -> list[Found]:
    inside: ColumnElement[bool] = reach.inside(Right.SEE_TEAMS)
    teams = select(Team.id, Team.name, Area.name.label("area")).join(Area, Area.id == Team.area_id)
    if pinyin.could_be(said):
        rows = session.execute(teams.where(inside).order_by(Team.id))
        named = [row for row in rows if pinyin.begins(row.name, said)]
    elif said.isascii() and said.isdigit() and int(said) < BIGGEST:
        named = list(session.execute(teams.where(inside, Team.number == int(said))))
    else:
        meant = Team.name.contains(said, autoescape=True)
        named = list(session.execute(teams.where(inside, meant).order_by(Team.id).limit(MOST)))
    return [Found("team", row.id, row.name, row.area) for row in named[:MOST]]
