"""Hazard reports and what staff do with them, with only what matters named."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area, AreaKind
from server.people.models import Channel, Role
from server.people.vault import Vault
from server.riders.hazards import hazards, reporting
from server.riders.hazards.models import Hazard, RejectReason
from server.riders.hazards.reporting import Told
from server.riders.stations.coordinates import Place
from server.staff.reach import Reach
from tests.server.volunteers.staff import a_reach

HERE = Place(37_860_050, 112_570_050)
CHAT, CONSOLE = Channel.CHAT, Channel.CONSOLE


def a_street(session: Session) -> Area:
    """Return a street of the district."""
    return tree.plant(session, "140106001", "柳巷街道", AreaKind.STREET, tree.root(session))


def report(session: Session, person: int, now: datetime, vault: Vault, **told: Any) -> Hazard:
    """Report a lamp that does not burn at a certain place, unless told otherwise."""
    given = {"words": "路灯不亮", "place": "柳巷口", "spot": HERE} | told
    return reporting.report(session, person, Told(**given), now, channel=CHAT, vault=vault)


def triager(session: Session, now: datetime, role: Role = Role.COMMUNITY_WORKER) -> Reach:
    return a_reach(session, now, role)


def unit(session: Session, now: datetime) -> Reach:
    """Return a grid worker, who puts right and does not decide."""
    return a_reach(session, now, Role.GRID_WORKER)


def triage(session: Session, reach: Reach, hazard: Hazard, now: datetime, **more: Any) -> Hazard:
    return hazards.triage(session, reach, hazard.id, now, channel=CONSOLE, **more)


def reject(
    session: Session,
    reach: Reach,
    hazard: Hazard,
    now: datetime,
    why: RejectReason = RejectReason.UNCLEAR,
) -> Hazard:
    words = "照片里看不出在哪里"
    return hazards.reject(session, reach, hazard.id, why, words, now, channel=CONSOLE)


def assign(session: Session, reach: Reach, hazard: Hazard, now: datetime) -> Hazard:
    code = tree.root(session).code
    return hazards.assign(session, reach, hazard.id, code, now, channel=CONSOLE)


def fix(session: Session, reach: Reach, hazard: Hazard, now: datetime) -> Hazard:
    return hazards.fix(session, reach, hazard.id, "灯泡已换好", now, channel=CONSOLE)


def fixed(session: Session, reach: Reach, hazard: Hazard, now: datetime) -> Hazard:
    """Let a report be found true, assigned and put right by one person."""
    triage(session, reach, hazard, now)
    assign(session, reach, hazard, now)
    return fix(session, reach, hazard, now)
