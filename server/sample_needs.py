"""Invented teams and needs for the sample district, so that staff find something to do."""

import tomllib
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.people import identities, profile
from server.people.models import Channel
from server.people.vault import Vault
from server.sample import SOURCE
from server.staff import reach as reaches
from server.staff import roster
from server.staff.reach import Reach
from server.volunteers.models import Need, Team, TeamKind
from server.volunteers.needs import needs, raising
from server.volunteers.needs.raising import Ask
from server.volunteers.teams import membership, teams

KEEPER = "liqiang"
"""The invented staff member who founds the teams and writes the needs down."""


def load(session: Session, now: datetime, *, vault: Vault) -> dict[str, int]:
    """Found the teams and raise the needs, once; tell how many of each."""
    keeper = roster.find(session, KEEPER)
    if keeper is None or session.scalar(select(Team.id).limit(1)) is not None:
        return {"teams": 0, "needs": 0}
    sample = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    reach = reaches.of(session, keeper.person_id, now)
    district = tree.root(session).code
    for entry in sample["team"]:
        _found(session, reach, district, entry, now, vault)
    for entry in sample["need"]:
        _raise(session, reach, district, entry, now, vault)
    return {"teams": len(sample["team"]), "needs": len(sample["need"])}


def _found(
    session: Session,
    reach: Reach,
    district: str,
    entry: dict[str, Any],
    now: datetime,
    vault: Vault,
) -> None:
    """Found a team; its invented leader asks to belong to it like anybody else."""
    what = teams.Described(
        name=entry["name"],
        kind=TeamKind(entry["kind"]),
        area_code=district + entry["area"],
        about=entry["about"],
    )
    team = teams.found(session, reach, what, now)
    leader = identities.put_down(session, now)
    profile.rename(session, leader, entry["leader"], vault=vault)
    asked = membership.join(session, leader, team.id, now, channel=Channel.PAPER)
    membership.decide_for(session, reach, asked.member_id, True, now)
    teams.appoint(session, reach, team.id, asked.member_id, now)


def _raise(
    session: Session,
    reach: Reach,
    district: str,
    entry: dict[str, Any],
    now: datetime,
    vault: Vault,
) -> Need:
    """Raise a need; some are verified already."""
    what = Ask(
        words=entry["words"],
        area_code=district + entry["area"],
        address=entry["address"],
        name=entry["name"],
        phone=entry["phone"],
        people_wanted=entry["people"],
    )
    need = raising.ask_for(session, reach, what, now, channel=Channel.PHONE, vault=vault)
    if entry["verified"]:
        needs.verify(session, reach, need.id, now, channel=Channel.CONSOLE)
    return need
