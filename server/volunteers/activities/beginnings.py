"""What a new activity may begin with: another one, a template, or a need."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas.models import Area
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.activities import inspection, templates
from server.volunteers.activities.drafts import Draft, Time
from server.volunteers.models import Field, Need, Risk

TOMORROW = timedelta(days=1)
USUAL = timedelta(hours=2)


def of(
    session: Session,
    reach: Reach,
    now: datetime,
    *,
    copy: int | None = None,
    template: int | None = None,
    need: int | None = None,
) -> Draft | None:
    """Return the draft to begin with, refusing what lies out of reach; None for an empty form."""
    if copy is not None:
        return inspection.copy_of(session, reach, copy, now)
    if template is not None:
        found, area = templates.one(session, reach, template)
        tomorrow = now.astimezone(LOCAL).date() + TOMORROW
        return templates.draft_on(found, area.code, tomorrow)
    if need is not None:
        return from_need(session, reach, need, now)
    return None


def from_need(session: Session, reach: Reach, need_id: int, now: datetime) -> Draft:
    """Return a draft for a need: its title, field and coarse place, at the time it is wanted.

    Rescue work begins as risky. The exact address stays with the need.
    """
    found = session.execute(
        select(Need, Area).join(Area, Area.id == Need.area_id).where(Need.id == need_id)
    ).one_or_none()
    reach.require(Right.SEE_NEEDS, found[1].path if found else None)
    if found is None:
        raise OutOfReach
    need, area = found
    starts_at = need.wanted_from if need.wanted_from and need.wanted_from > now else now + TOMORROW
    wanted = need.wanted_until
    ends_at = wanted if wanted and starts_at < wanted <= starts_at + TOMORROW else starts_at + USUAL
    rescue = need.field is Field.EMERGENCY_RESCUE
    return Draft(
        title=need.title,
        area_code=area.code,
        place=need.place,
        leader_name="",
        risk_note="",
        times=(Time(starts_at, ends_at, max(need.people_wanted, 1)),),
        field=need.field,
        need_id=need.id,
        team_id=need.team_id,
        risk=Risk.HIGH if rescue else Risk.NORMAL,
    )
