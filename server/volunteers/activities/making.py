"""Making the activities that templates promise for the next four weeks."""

import logging
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.audit import trail
from server.errors import Refusal
from server.staff import reach as reaches
from server.volunteers.activities import drafts, repetition, templates
from server.volunteers.activities.drafts import Draft
from server.volunteers.activities.publishing import OPENING
from server.volunteers.models import ActivityState, ActivityTemplate, Risk
from server.volunteers.policy import Policy

log = logging.getLogger(__name__)

AHEAD = timedelta(days=28)
DAY = timedelta(days=1)


def make_due(session: Session, now: datetime, policy: Policy) -> int:
    """Make the activities of the next four weeks and return how many.

    Each template's days are claimed by one conditional write in the same transaction, so that a
    day is made once however often this runs. Ordinary work is opened at once while whoever wrote
    the template may still open it; anything else waits for review.
    """
    today = now.astimezone(LOCAL).date()
    until = today + AHEAD
    behind = ActivityTemplate.made_until.is_(None) | (ActivityTemplate.made_until < until)
    active = ActivityTemplate.active, ActivityTemplate.repeats.is_not(None), behind
    found = session.execute(templates.every().where(*active).order_by(ActivityTemplate.id)).all()
    return sum(_make(session, template, area, today, now, policy) for template, area in found)


def _make(
    session: Session,
    template: ActivityTemplate,
    area: Area,
    today: date,
    now: datetime,
    policy: Policy,
) -> int:
    seen, until = template.made_until, today + AHEAD
    claimed = session.execute(
        update(ActivityTemplate)
        .where(ActivityTemplate.id == template.id, _is(seen))
        .values(made_until=until)
        .execution_options(synchronize_session=False)
        .returning(ActivityTemplate.id)
    ).first()
    if claimed is None or not template.repeats or not template.first_day:
        return 0
    begins = max(today + DAY, template.first_day, (seen or today) + DAY)
    days = repetition.days(template.repeats, template.first_day, begins, until)
    if template.draft.get(templates.SKIP):
        off = repetition.holidays(session, begins, until)
        days = [day for day in days if day not in off]
    return sum(_make_one(session, template, area, day, now, policy) for day in days)


def _make_one(
    session: Session,
    template: ActivityTemplate,
    area: Area,
    day: date,
    now: datetime,
    policy: Policy,
) -> bool:
    """Make one day's activity; a template that no longer makes sense holds up only itself."""
    draft = templates.draft_on(template, area.code, day)
    try:
        drafts.check(draft, now)
        state = _state(session, template, area, draft, now)
    except Refusal as refusal:
        log.warning("template %s makes nothing on %s: %s", template.id, day, refusal.code)
        return False
    by = template.created_by
    activity = drafts.insert(session, draft, area, now, state=state, by=by)
    drafts.put_times(session, activity, draft.times, now, policy)
    subject = ("activity", activity.id)
    trail.record(
        session, None, "activity.made", subject, now, area_path=area.path, template=template.id
    )
    return True


def _state(
    session: Session, template: ActivityTemplate, area: Area, draft: Draft, now: datetime
) -> ActivityState:
    risk = Risk(str(draft.facts()["risk"]))
    rule = OPENING[risk]
    if rule.second_person or template.created_by is None:
        return ActivityState.REVIEW
    author = reaches.of(session, template.created_by, now)
    may = author.covers(rule.right, area.path)
    return ActivityState.OPEN if may else ActivityState.REVIEW


def _is(seen: date | None) -> ColumnElement[bool]:
    column = ActivityTemplate.made_until
    return column.is_(None) if seen is None else column == seen
