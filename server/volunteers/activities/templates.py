"""Activities described once, to be made again by hand or by a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.activities import drafts, repetition
from server.volunteers.activities.drafts import Draft, Time
from server.volunteers.models import (
    ActivityTemplate,
    Field,
    Risk,
    TeamKind,
)
from server.volunteers.refusals import BadDraft, BadRule

SKIP = "skip_holidays"
TIMES = "times"
KINDS: Mapping[str, type[Field] | type[TeamKind] | type[Risk]] = {
    "field": Field,
    "team": TeamKind,
    "risk": Risk,
}
KEPT = tuple(
    each.name
    for each in fields(Draft)
    if each.name not in ("area_code", "times", "need_id", "template_id")
)
"""What a template says of an activity; the times are kept as local hours."""


@dataclass(frozen=True)
class Repeats:
    """How a template repeats: by a rule of RFC 5545 from a day on, on public holidays or not."""

    rule: str | None = None
    first_day: date | None = None
    skip_holidays: bool = False


def save(
    session: Session,
    reach: Reach,
    name: str,
    draft: Draft,
    repeats: Repeats,
    now: datetime,
) -> int:
    """Keep a draft as a template of its area and return its id; with a rule it makes activities."""
    area = tree.by_code(session, draft.area_code)
    reach.require(Right.MANAGE_ACTIVITIES, area.path)
    drafts.check(draft, now)
    if not name.strip():
        raise BadDraft
    if repeats.rule:
        if repeats.first_day is None:
            raise BadRule
        repetition.check(repeats.rule, repeats.first_day)
    template = ActivityTemplate(
        area_id=area.id,
        name=name.strip()[:80],
        draft=_written(draft) | {SKIP: repeats.skip_holidays},
        repeats=repeats.rule or None,
        first_day=repeats.first_day,
        created_by=reach.person_id,
        created_at=now,
    )
    session.add(template)
    session.flush()
    _note(session, reach, "template.saved", template, area, now)
    return template.id


def switch(session: Session, reach: Reach, template_id: int, active: bool, now: datetime) -> None:
    """Let a template make activities, or pause it; what it has made stays."""
    template, area = one(session, reach, template_id, Right.MANAGE_ACTIVITIES)
    if template.active == active:
        return
    template.active = active
    action = "template.resumed" if active else "template.paused"
    _note(session, reach, action, template, area, now)


def one(
    session: Session, reach: Reach, template_id: int, right: Right = Right.SEE_ACTIVITIES
) -> tuple[ActivityTemplate, Area]:
    """Return a template with its area if the right reaches it, or refuse."""
    found = session.execute(every().where(ActivityTemplate.id == template_id)).one_or_none()
    reach.require(right, found[1].path if found else None)
    if found is None:
        raise OutOfReach
    return found[0], found[1]


def of(
    session: Session, reach: Reach, limit: int = 100
) -> list[Row[tuple[ActivityTemplate, Area]]]:
    """Return the templates in reach with their areas, the active ones first."""
    found = (
        every()
        .where(reach.inside(Right.SEE_ACTIVITIES))
        .order_by(ActivityTemplate.active.desc(), ActivityTemplate.id.desc())
        .limit(limit)
    )
    return list(session.execute(found))


def draft_on(template: ActivityTemplate, area_code: str, day: date) -> Draft:
    """Return the draft that a template makes for a day."""
    said: dict[str, Any] = {name: template.draft.get(name) for name in KEPT}
    said |= {name: kind(said[name]) for name, kind in KINDS.items()}
    times = tuple(_time(each, day) for each in template.draft[TIMES])
    return Draft(area_code=area_code, template_id=template.id, times=times, **said)


def every() -> Any:
    """Select every template with its area."""
    return select(ActivityTemplate, Area).join(Area, Area.id == ActivityTemplate.area_id)


def _written(draft: Draft) -> dict[str, Any]:
    facts = draft.facts()
    kept: dict[str, Any] = {name: facts[name] for name in KEPT}
    return kept | {TIMES: [_hours(each) for each in draft.times]}


def _hours(each: Time) -> dict[str, Any]:
    lasts = each.ends_at - each.starts_at
    return {
        "at": f"{each.starts_at.astimezone(LOCAL):%H:%M}",
        "minutes": int(lasts.total_seconds() // 60),
        "capacity": each.capacity,
    }


def _time(said: Mapping[str, Any], day: date) -> Time:
    starts_at = datetime.combine(day, time.fromisoformat(said["at"]), LOCAL)
    return Time(starts_at, starts_at + timedelta(minutes=said["minutes"]), said["capacity"])


def _note(
    session: Session,
    reach: Reach,
    action: str,
    template: ActivityTemplate,
    area: Area,
    now: datetime,
) -> None:
    subject = ("activity_template", template.id)
    trail.record(session, reach.person_id, action, subject, now, area_path=area.path)
