"""R1: of one hazard the first true report earns, later ones are thanked and hear how it ended."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.notices.models import Notice
from server.riders.hazards import cases, hazards
from server.riders.hazards.models import Hazard, HazardState
from server.riders.hazards.refusals import EarlierFirst, NotTheSame
from server.riders.models import PointsTransaction, TransactionKind
from server.riders.stations.coordinates import Place
from tests.server.riders.acts import a_rider, has
from tests.server.riders.hazards.acts import (
    CONSOLE,
    HERE,
    assign,
    fix,
    fixed,
    reject,
    report,
    triage,
    triager,
)

MANY = 8


@pytest.fixture
def other(session, now, rider) -> int:
    return a_rider(session, now)


def test_the_second_of_the_same_is_merged_and_earns_nothing(
    session, now, vault, rider, other, clerk
) -> None:
    later = now + timedelta(hours=1)
    first, second = report(session, rider, now, vault), report(session, other, later, vault)

    triage(session, clerk, first, later)
    triage(session, clerk, second, later)

    assert (second.state, second.first_id) == (HazardState.MERGED, first.id)
    assert (has(session, rider, later), has(session, other, later)) == (1, 0)


def test_all_who_reported_it_hear_that_it_is_put_right(
    session, now, vault, rider, other, clerk
) -> None:
    first, second = report(session, rider, now, vault), report(session, other, now, vault)
    triage(session, clerk, first, now)
    triage(session, clerk, second, now)
    assign(session, clerk, first, now)

    fix(session, clerk, first, now)

    told = select(Notice.person_id, Notice.facts).where(Notice.kind == "hazards.fixed")
    thanks = {row.person_id: row.facts["thanks"] for row in session.execute(told)}
    assert thanks == {rider: "谢谢您留心，+1分。", other: "谢谢您留心！"}


def test_the_earlier_one_is_looked_at_first(session, now, vault, rider, other, clerk) -> None:
    first = report(session, rider, now, vault)
    second = report(session, other, now + timedelta(minutes=1), vault)

    later = now + timedelta(hours=1)
    with pytest.raises(EarlierFirst) as told:
        triage(session, clerk, second, later)
    assert told.value.facts == {"number": first.id}
    reject(session, clerk, first, later)
    triage(session, clerk, second, later)

    assert (has(session, rider, later), has(session, other, later)) == (0, 1)


def test_one_that_waits_for_its_reporter_holds_up_nobody(
    session, now, vault, rider, other, clerk
) -> None:
    first = report(session, rider, now, vault)
    second = report(session, other, now + timedelta(minutes=1), vault)
    hazards.ask(session, clerk, first.id, "哪一盏？", now, channel=CONSOLE)

    triage(session, clerk, second, now)

    assert second.state is HazardState.TRIAGED


@pytest.mark.parametrize(
    "told",
    [
        {"spot": Place(HERE.lat + 2_000, HERE.lng)},
        {"words": "井盖松动，路灯旁边"},
    ],
)
def test_another_place_or_kind_is_another_hazard(
    session, now, vault, rider, other, clerk, told
) -> None:
    triage(session, clerk, report(session, rider, now, vault), now)

    second = triage(session, clerk, report(session, other, now, vault, **told), now)

    assert second.state is HazardState.TRIAGED


def test_the_same_place_in_words_is_the_same_place(
    session, now, vault, rider, other, clerk
) -> None:
    told = {"spot": None, "place": "永辉超市 北门"}
    triage(session, clerk, report(session, rider, now, vault, **told), now)

    second = triage(
        session, clerk, report(session, other, now, vault, spot=None, place="永辉超市北门。"), now
    )

    assert second.state is HazardState.MERGED


@pytest.mark.parametrize(("hours", "state"), [(71, HazardState.MERGED), (72, HazardState.TRIAGED)])
def test_after_three_days_it_is_another_hazard(
    session, now, vault, rider, other, clerk, hours, state
) -> None:
    triage(session, clerk, report(session, rider, now, vault), now)

    later = now + timedelta(hours=hours)
    second = triage(session, clerk, report(session, other, later, vault), later)

    assert second.state is state


def test_what_breaks_again_after_it_was_put_right_is_another_hazard(
    session, now, vault, rider, other, clerk
) -> None:
    fixed(session, clerk, report(session, rider, now, vault), now)
    later = now + timedelta(hours=2)

    again = triage(session, clerk, report(session, other, later, vault), later)

    assert again.state is HazardState.TRIAGED
    assert has(session, other, later) == 1


def test_staff_merge_by_hand_what_lies_over_the_edge_of_a_cell(
    session, now, vault, rider, other, clerk
) -> None:
    first = triage(session, clerk, report(session, rider, now, vault), now)
    beside = Place(HERE.lat + 900, HERE.lng)
    second = report(session, other, now, vault, spot=beside)

    with pytest.raises(NotTheSame):
        hazards.merge(session, clerk, second.id, second.id, now, channel=CONSOLE)
    hazards.merge(session, clerk, second.id, first.id, now, channel=CONSOLE)

    assert (second.state, second.first_id) == (HazardState.MERGED, first.id)


def test_when_the_first_proves_false_the_others_are_looked_at(
    session, now, vault, rider, other, clerk
) -> None:
    first, second = report(session, rider, now, vault), report(session, other, now, vault)
    triage(session, clerk, first, now)
    triage(session, clerk, second, now)

    hazards.prove_false(session, clerk, first.id, "是网上的照片", now, channel=CONSOLE)
    session.refresh(second)
    triage(session, clerk, second, now)

    assert second.state is HazardState.TRIAGED
    assert (has(session, rider, now), has(session, other, now)) == (0, 1)


def planted(db, clock, runtime) -> tuple[list[int], list]:
    """Return as many reports of one hazard by as many riders, and as many who look at them."""
    now = clock.now()
    with db.transaction() as session:
        ids = [report(session, a_rider(session, now), now, runtime.vault).id for _ in range(MANY)]
        staff = [triager(session, now) for _ in range(MANY)]
    return ids, staff


def look(hazard_id, reach, now):
    return lambda session: hazards.triage(session, reach, hazard_id, now, channel=CONSOLE)


def earned(db) -> int:
    with db.reading() as session:
        return session.scalar(
            select(func.count()).where(PointsTransaction.kind == TransactionKind.EARN)
        )


def test_of_many_reports_looked_at_together_one_earns(db, clock, runtime, race) -> None:
    ids, staff = planted(db, clock, runtime)

    for _ in range(MANY):
        race([look(one, reach, clock.now()) for one, reach in zip(ids, staff, strict=True)])

    with db.reading() as session:
        states = session.scalars(select(Hazard.state).order_by(Hazard.id)).all()
    assert sorted(states) == [HazardState.MERGED] * (MANY - 1) + [HazardState.TRIAGED]
    assert earned(db) == 1


def test_of_many_who_look_at_one_report_together_one_decides(db, clock, runtime, race) -> None:
    ids, staff = planted(db, clock, runtime)

    race([look(ids[0], reach, clock.now()) for reach in staff])

    assert earned(db) == 1


def test_control_without_the_case_two_of_one_hazard_would_earn(
    session, now, vault, rider, other, clerk, monkeypatch
) -> None:
    monkeypatch.setattr(cases, "claim", lambda _session, hazard, _kind: hazard.id)
    later = now + timedelta(hours=1)
    first, second = report(session, rider, now, vault), report(session, other, later, vault)

    triage(session, clerk, first, later)
    triage(session, clerk, second, later)

    assert (has(session, rider, later), has(session, other, later)) == (1, 1)
