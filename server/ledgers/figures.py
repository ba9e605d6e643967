"""Monthly figures of an area: results of service, never logins, never a list of persons (G16).

Persons are counted where there are at least `FEWEST`; fewer, and what could be told apart by
them, is left out. Sums of hours, activities and needs are results of the area and always shown.
A total may still tell what a left-out part was: whoever sees figures here may see the records too,
and nothing of this is published.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, distinct, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from server.areas import tree
from server.areas.models import Area
from server.ledgers import months
from server.ledgers.months import Span
from server.volunteers.models import (
    Activity,
    ActivityState,
    Need,
    NeedStep,
    RecordState,
    ServiceRecord,
)

FEWEST = 5
ON_TIME = timedelta(days=14)
"""A need without a wanted time is served on time within ten working days, counted as 14 days."""
HELD = (ActivityState.OPEN, ActivityState.RECORDED, ActivityState.ARCHIVED)
DONE = "done"
Child = aliased(Area)


class Figure(NamedTuple):
    """One line: activities held, persons who served (None: fewer than five), minutes, needs."""

    label: str
    activities: int
    people: int | None
    minutes: int
    done: int
    on_time: int
    satisfaction: float | None

    @property
    def punctual(self) -> int | None:
        """Return how many of a hundred needs were served on time, if any was."""
        return round(100 * self.on_time / self.done) if self.done else None


def by_month(session: Session, area: Area, spans: Sequence[Span], now: datetime) -> list[Figure]:
    """Return the figures of an area and all below it, month by month. Three statements."""
    whole = Span(spans[0].since, spans[-1].until)
    keys = (
        months.place_of_moment(Activity.ends_at, spans),
        months.place_of_day(ServiceRecord.day, spans),
        months.place_of_moment(NeedStep.at, spans),
    )
    inside = tree.within(area.path)
    found = [
        _by_key(session, query.where(inside), key)
        for query, key in zip(_queries(whole, now), keys, strict=True)
    ]
    labels = {at: f"{span.since.year}年{span.since.month}月" for at, span in enumerate(spans)}
    return _merged(labels, found)


def by_area(session: Session, area: Area, span: Span, now: datetime) -> list[Figure]:
    """Return the figures of each area right below, with all below those. Four statements.

    What belongs to the area itself and to none below stands under its own name.
    """
    own = and_(Child.id == area.id, Area.id == area.id)
    below = and_(
        Child.parent_id == area.id,
        func.substr(Area.path, 1, func.length(Child.path)) == Child.path,
    )
    found = [
        _by_key(session, query.join(Child, or_(own, below)).where(tree.within(area.path)), Child.id)
        for query in _queries(span, now)
    ]
    names = session.execute(
        select(Child.id, Child.name)
        .where(or_(Child.parent_id == area.id, Child.id == area.id))
        .order_by(Child.path)
    )
    labels: dict[int, str] = {row.id: row.name for row in names}
    busy = {key for rows in found for key in rows}
    return _merged({key: label for key, label in labels.items() if key in busy}, found)


def shown(people: int) -> int | None:
    """Return a number of persons as it may be shown: None stands for one to four."""
    return people if people == 0 or people >= FEWEST else None


def _queries(span: Span, now: datetime) -> tuple[Select[*tuple[Any, ...]], ...]:
    """Return what is counted: activities, hours, needs; each still lacks its key."""
    activities = (
        select(func.count())
        .select_from(Activity)
        .join(Area, Area.id == Activity.area_id)
        .where(
            Activity.state.in_(HELD),
            Activity.ends_at >= span.begins,
            Activity.ends_at < min(span.ends, now),
        )
    )
    hours = (
        select(
            func.count(distinct(ServiceRecord.person_id)),
            func.sum(ServiceRecord.minutes),
        )
        .join(Area, Area.id == ServiceRecord.area_id)
        .where(ServiceRecord.state == RecordState.FINAL, ServiceRecord.day.between(*span))
    )
    needs = (
        select(
            func.count(),
            func.sum(case((_on_time(), 1), else_=0)),
            func.count(Need.rating),
            func.sum(Need.rating),
        )
        .select_from(Need)
        .join(NeedStep, NeedStep.need_id == Need.id)
        .join(Area, Area.id == Need.area_id)
        .where(
            NeedStep.action == DONE,
            NeedStep.at >= span.begins,
            NeedStep.at < span.ends,
            Need.changed_at >= span.begins,
        )
    )
    return activities, hours, needs


def _on_time() -> ColumnElement[bool]:
    took = extract("epoch", NeedStep.at) - extract("epoch", Need.created_at)
    unbound = Need.wanted_until.is_(None) & (took <= ON_TIME.total_seconds())
    return or_(NeedStep.at <= Need.wanted_until, unbound)


def _by_key(
    session: Session, query: Select[*tuple[Any, ...]], key: Any
) -> dict[int, tuple[Any, ...]]:
    rows = session.execute(query.add_columns(key).group_by(key))
    return {row[-1]: tuple(row[:-1]) for row in rows}


def _merged(labels: dict[int, str], found: Sequence[dict[int, tuple[Any, ...]]]) -> list[Figure]:
    activities, hours, needs = found
    figures = []
    for key, label in labels.items():
        people, minutes = hours.get(key, (0, 0))
        done, on_time, rated, rating = needs.get(key, (0, 0, 0, 0))
        figures.append(
            Figure(
                label,
                activities.get(key, (0,))[0],
                shown(people),
                int(minutes or 0),
                done,
                int(on_time or 0),
                round(float(rating) / rated, 1) if rated >= FEWEST else None,
            )
        )
    return figures
