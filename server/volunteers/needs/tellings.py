"""What the leaders of teams are told about needs sent to them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from server.notices import outbox
from server.volunteers.models import Need, Team


def tell_leaders(session: Session, need: Need, teams: Iterable[Team], now: datetime) -> None:
    """Tell the leader of each team of a need they may take; once each time it is sent."""
    for team in teams:
        if team.leader_id is not None:
            key = f"needs.sent:{need.id}:{team.id}:{need.changed_at.timestamp():.0f}"
            facts = _facts(need, team, now)
            outbox.queue(session, team.leader_id, "needs.sent", key, now, facts)


def tell_taken_back(session: Session, need: Need, team_id: int | None, now: datetime) -> None:
    """Tell the leader of the team that had the need that it is not theirs any more."""
    team = session.get(Team, team_id) if team_id is not None else None
    if team is not None and team.leader_id is not None:
        key = f"needs.taken_back:{need.id}:{team.id}:{need.changed_at.timestamp():.0f}"
        facts = _facts(need, team, now)
        outbox.queue(session, team.leader_id, "needs.taken_back", key, now, facts)


def _facts(need: Need, team: Team, now: datetime) -> dict[str, object]:
    return {
        "number": need.number,
        "title": need.title,
        "place": need.place,
        "team": team.name,
        "at": now,
    }
