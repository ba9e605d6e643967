"""The activity that comes of a need, with the gates that its field asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.people import profile
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers.activities import drafts, publishing
from server.volunteers.activities.drafts import Draft, Time
from server.volunteers.models import (
    Activity,
    ActivityState,
    Field,
    Need,
    NeedState,
    Risk,
    Team,
    TeamKind,
)
from server.volunteers.needs import clock
from server.volunteers.needs.refusals import ActivityOn, GatesMissing, MovedOn
from server.volunteers.needs.steps import Deed, note, reached
from server.volunteers.needs.views import NeedView
from server.volunteers.policy import Policy
from server.volunteers.signups.gates import ADULT

LIVE = (ActivityState.DRAFT, ActivityState.REVIEW, ActivityState.OPEN)
"""States of an activity that still may serve the need."""


@dataclass(frozen=True)
class Plan:
    """The activity as staff describe it; the last three are what a dangerous field asks for."""

    title: str
    place: str
    leader_name: str
    risk_note: str
    time: Time
    qualification: str = ""
    insurance_ref: str = ""
    command_contact: str = ""


def suggested(session: Session, need: NeedView, *, vault: Vault) -> dict[str, Any]:
    """Return what is known of the activity before anybody describes it. Two statements at most."""
    team = session.get(Team, need.team_id) if need.team_id else None
    leader = team.leader_id if team else None
    return {
        "title": need.title,
        "place": need.place,
        "leader_name": (profile.name_of(session, leader, vault=vault) or "") if leader else "",
        "risk_note": say(f"needs.risk_{need.field}"),
        "capacity": max(need.people_wanted, 1),
    }


def wants(field: Field) -> tuple[str, ...]:
    """Return which of a plan's gates may not stay empty in this field."""
    if field is Field.MEDICAL_AND_HEALTH:
        return ("qualification",)
    if field is Field.EMERGENCY_RESCUE:
        return ("insurance_ref", "command_contact")
    return ()


def plan(
    session: Session, reach: Reach, need_id: int, what: Plan, now: datetime, *, policy: Policy
) -> Activity:
    """Call for volunteers to serve an accepted need; the asker is told once it is open.

    The need's row is held meanwhile: of two who plan at once the second gets the first's activity.
    What is risky is handed to the street for review, since it takes two persons to open.
    """
    need, area = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    session.refresh(need, with_for_update=True)
    live = _live(session, need)
    if live is not None:
        return live
    if need.state is not NeedState.ACCEPTED:
        raise MovedOn(number=need.number, state=say(f"needs.state_{need.state}"))
    lacking = [gate for gate in wants(need.field) if not getattr(what, gate).strip()]
    if lacking:
        raise GatesMissing(lacking="、".join(say(f"needs.gate_{gate}") for gate in lacking))
    made = drafts.create(session, reach, _draft(session, need, area, what), now, policy=policy)
    publish = publishing.submit if made.risk is Risk.HIGH else publishing.open_up
    made = publish(session, reach, made.id, made.revision, now)
    note(session, need, "planned", Deed(reach.person_id, Channel.CONSOLE, now, str(made.number)))
    need.due_at = clock.due(session, NeedState.IN_SERVICE, need.priority, what.time.ends_at)
    return made


def require_none(session: Session, need: Need) -> None:
    """Refuse while an activity for the need is on."""
    live = _live(session, need)
    if live is not None:
        raise ActivityOn(number=live.number)


def _draft(session: Session, need: Need, area: Area, what: Plan) -> Draft:
    team = session.get(Team, need.team_id) if need.team_id else None
    return Draft(
        title=what.title,
        area_code=area.code,
        place=what.place,
        leader_name=what.leader_name,
        risk_note=what.risk_note,
        times=(what.time,),
        field=need.field,
        team=team.kind if team else TeamKind.OTHER,
        team_id=need.team_id,
        need_id=need.id,
        leader_id=team.leader_id if team else None,
        qualification=what.qualification,
        insurance_ref=what.insurance_ref,
        command_contact=what.command_contact,
        min_age=ADULT if need.field is Field.EMERGENCY_RESCUE else None,
    )


def _live(session: Session, need: Need) -> Activity | None:
    found = select(Activity).where(Activity.need_id == need.id, Activity.state.in_(LIVE)).limit(1)
    return session.scalar(found)
