"""The sample district: real streets, everything below them invented, activities always ahead."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.areas import tree
from server.areas.models import Area, AreaKind
from server.calendar import seeding
from server.people import identities, posts, profile
from server.people.models import Role
from server.people.vault import Vault
from server.staff import accounts, roster
from server.staff.accounts import Invited
from server.staff.models import StaffState
from server.volunteers.activities import staffing
from server.volunteers.models import Activity, ActivityState, Field, TeamKind
from server.volunteers.policy import Policy

SOURCE = Path(__file__).parent.parent / "config" / "sample" / "district.toml"

STAFF = (
    ("zhangmin", "示例·张敏", Role.COMMUNITY_WORKER, "140106001001"),
    ("liqiang", "示例·李强", Role.DISTRICT_OPERATOR, "140106"),
)
"""Invented staff: a community's worker, and whoever may allow what they ask for."""


def load(session: Session, now: datetime, policy: Policy) -> dict[str, int]:
    """Plant the district and publish its activities from today on; tell how many of each.

    Loading again changes nothing while an activity is still ahead, and once all are past it
    publishes them anew.
    """
    seeding.keep_ahead(session, now)
    sample = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    areas = sum(1 for _ in _plant(session, sample))
    ahead = exists().where(Activity.state == ActivityState.OPEN, Activity.closes_at > now)
    if session.scalar(select(ahead)):
        return {"areas": areas, "activities": 0}
    for entry in sample["activity"]:
        draft = _draft(session, sample["district"]["code"], entry, now)
        staffing.publish(session, draft, now, policy=policy)
    return {"areas": areas, "activities": len(sample["activity"])}


def invite_staff(session: Session, now: datetime, *, vault: Vault) -> list[Invited]:
    """Return fresh links for the invented staff who have not chosen a password yet."""
    invited = []
    for login, name, role, code in STAFF:
        account = roster.find(session, login)
        if account is None:
            person_id = identities.put_down(session, now)
            profile.rename(session, person_id, name, vault=vault)
            posts.appoint(session, person_id, role, tree.by_code(session, code), now, until=None)
            invited.append(accounts.invite(session, person_id, login, now, vault=vault))
        elif account.state is StaffState.INVITED:
            invited.append(accounts.invite_again(session, account.id, now, vault=vault))
    return invited


def _plant(session: Session, sample: dict[str, Any]) -> Iterator[Area]:
    code, grids = sample["district"]["code"], sample["district"]["grids"]
    district = tree.plant(session, code, sample["district"]["name"], AreaKind.DISTRICT, None)
    yield district
    for entry in sample["street"]:
        code = district.code + entry["code"]
        street = tree.plant(session, code, entry["name"], AreaKind.STREET, district)
        yield street
        for number, name in enumerate(entry["communities"], 1):
            code = f"{street.code}{number:03}"
            community = tree.plant(session, code, name, AreaKind.COMMUNITY, street)
            yield community
            for grid in range(1, grids + 1):
                named = f"{name}第{grid}网格"
                yield tree.plant(session, f"{code}{grid:02}", named, AreaKind.GRID, community)


def _draft(session: Session, district: str, entry: dict[str, Any], now: datetime) -> staffing.Draft:
    day = now.astimezone(LOCAL).date() + timedelta(days=entry["in_days"])
    starts_at = datetime.combine(day, time.fromisoformat(entry["at"]), LOCAL)
    ends_at = starts_at + timedelta(hours=entry["hours"])
    code = district + entry["community"]
    return staffing.Draft(
        title=entry["title"],
        area_code=code,
        place=f"{tree.by_code(session, code).name}活动室",
        leader_name=entry["leader"],
        risk_note=entry["risk_note"],
        field=Field(entry["field"]),
        team=TeamKind(entry["team"]),
        insurance_ref=entry.get("insurance"),
        command_contact=entry.get("command"),
        times=(staffing.Time(starts_at, ends_at, entry["capacity"]),),
    )
