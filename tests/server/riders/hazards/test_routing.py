"""R3: what is routed out keeps its date and direction; nothing leads to whoever told of it."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from server.audit.models import AuditEntry
from server.models import Base
from server.notices.models import Notice
from server.riders.hazards import hazards, pictures
from server.riders.hazards.models import (
    Direction,
    Hazard,
    HazardPhoto,
    HazardSpot,
    HazardState,
    HazardStep,
)
from server.riders.hazards.refusals import MovedOn
from tests.server.riders.acts import a_rider
from tests.server.riders.hazards.acts import CONSOLE, report, triage, triager

SECRET = "某某主任收钱"


def told(session, rider, now, vault) -> Hazard:
    hazard = report(session, rider, now, vault, words=SECRET, place="某某小区")
    pictures.add(session, hazard.id, "m-1", now)
    return hazard


def route_out(session, reach, hazard, now) -> Hazard:
    direction = Direction.ACCUSATION
    return hazards.route_out(session, reach, hazard.id, direction, now, channel=CONSOLE)


def test_date_and_direction_are_left_and_nothing_else(session, now, vault, rider, clerk) -> None:
    hazard = told(session, rider, now, vault)
    hazards.ask(session, clerk, hazard.id, "是哪一栋？", now, channel=CONSOLE)

    route_out(session, clerk, hazard, now)

    assert (hazard.state, hazard.direction) == (HazardState.ROUTED_OUT, Direction.ACCUSATION)
    kept = {
        column.key
        for column in Hazard.__table__.columns
        if getattr(hazard, column.key) not in (None, "", False, 0)
    }
    assert kept == {
        *("id", "channel", "state", "kind", "area_id", "direction"),
        *("created_at", "received_at", "changed_at"),
    }
    for table in (HazardPhoto, HazardSpot):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.scalars(select(HazardStep.action)).all() == ["routed_out"]


def names_of(session, person: int) -> list[str]:
    """Return the tables that hold both the person and the number of the report, or its words."""
    found = []
    for table in Base.metadata.sorted_tables:
        rows = session.execute(select(table)).mappings().all()
        people = {
            key.parent.name for key in table.foreign_keys if key.column.table.name == "person"
        }
        for row in rows:
            mine = any(row[name] == person for name in people if name in row)
            if mine and table.name.startswith("hazard"):
                found.append(table.name)
            if SECRET in str(dict(row)) or (mine and "随手拍1号" in str(dict(row))):
                found.append(table.name)
    return found


def test_nothing_anywhere_leads_to_whoever_told_of_it(db, clock, runtime) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider, clerk = a_rider(session, now), triager(session, now)
        hazard = told(session, rider, now, runtime.vault)
        hazards.ask(session, clerk, hazard.id, "是哪一栋？", now, channel=CONSOLE)
        assert names_of(session, rider) != []

        route_out(session, clerk, hazard, now)

    with db.reading() as session:
        assert names_of(session, rider) == []
        news = session.scalars(select(Notice).where(Notice.person_id == rider)).one()
        assert news.kind == "hazards.routed_out"
        assert str(hazard.id) not in news.facts.values()
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "hazard.routed_out")
        ).one()
        assert (entry.actor, entry.reason) == (clerk.person_id, None)


def test_the_table_itself_keeps_nobody_with_what_was_routed_out(
    session, now, vault, rider, clerk
) -> None:
    hazard = route_out(session, clerk, told(session, rider, now, vault), now)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("UPDATE hazard SET reporter_id = :who WHERE id = :id"),
            {"who": rider, "id": hazard.id},
        )


def test_control_the_table_would_take_somebody_back_elsewhere(
    session, now, vault, rider, clerk
) -> None:
    hazard = told(session, rider, now, vault)

    session.execute(
        text("UPDATE hazard SET reporter_id = :who WHERE id = :id"),
        {"who": clerk.person_id, "id": hazard.id},
    )


def test_what_was_found_true_is_a_hazard_and_not_let_go(session, now, vault, rider, clerk) -> None:
    hazard = triage(session, clerk, report(session, rider, now, vault), now)

    with pytest.raises(MovedOn):
        route_out(session, clerk, hazard, now)


def test_twice_is_the_same_as_once(session, now, vault, rider, clerk) -> None:
    hazard = told(session, rider, now, vault)

    for _ in range(2):
        route_out(session, clerk, hazard, now)

    kinds = session.scalars(select(Notice.kind).where(Notice.person_id == rider)).all()
    assert kinds == ["hazards.routed_out"]
