"""Points for true reports: by rule, once, by two persons where it is major; never a hindrance."""

from datetime import timedelta

import pytest

from server.areas import tree
from server.people import posts
from server.people.models import Role
from server.riders.hazards import hazards
from server.riders.hazards.models import Award, HazardState
from server.riders.hazards.refusals import NothingToWeigh
from server.riders.points import reading
from server.staff import reach as reaches
from server.staff.reach import NotAllowed
from tests.factories import a_person
from tests.server.riders.acts import has
from tests.server.riders.hazards.acts import CONSOLE, report, triage, triager


@pytest.fixture
def street(session, now, rider):
    return triager(session, now, Role.STREET_OPERATOR)


def elsewhere(number: int) -> dict[str, object]:
    return {"spot": None, "place": f"示例路{number}号门口"}


def test_what_is_major_waits_for_the_street(session, now, vault, rider, clerk, street) -> None:
    hazard = report(session, rider, now, vault, words="井盖没了")
    triage(session, clerk, hazard, now)
    assert (hazard.award, has(session, rider, now)) == (Award.ASKED, 0)

    with pytest.raises(NotAllowed):
        hazards.weigh(session, clerk, hazard.id, True, now, channel=CONSOLE)
    hazards.weigh(session, street, hazard.id, True, now, channel=CONSOLE)

    assert (hazard.award, hazard.points, has(session, rider, now)) == (Award.GIVEN, 5, 5)
    with pytest.raises(NothingToWeigh):
        hazards.weigh(session, street, hazard.id, True, now, channel=CONSOLE)


def test_the_street_may_find_it_ordinary(session, now, vault, rider, clerk, street) -> None:
    hazard = triage(session, clerk, report(session, rider, now, vault, words="井盖没了"), now)

    hazards.weigh(session, street, hazard.id, False, now, channel=CONSOLE)

    assert has(session, rider, now) == 1


def test_the_street_that_looks_itself_needs_no_second_word(
    session, now, vault, rider, street
) -> None:
    triage(session, street, report(session, rider, now, vault, words="井盖没了"), now)

    assert has(session, rider, now) == 5


def test_a_cap_stops_points_and_not_the_report(session, now, vault, rider, clerk) -> None:
    found = [
        triage(session, clerk, report(session, rider, now, vault, **elsewhere(number)), now)
        for number in range(6)
    ]

    assert {one.state for one in found} == {HazardState.TRIAGED}
    assert [one.award for one in found] == [Award.GIVEN] * 5 + [Award.REFUSED]
    assert found[-1].award_refused == "points.day_cap_reached"
    assert has(session, rider, now) == 5


def test_residents_report_and_earn_nothing(session, now, vault, clerk) -> None:
    hazard = triage(session, clerk, report(session, a_person(session, now), now, vault), now)

    assert (hazard.state, hazard.award_refused) == (HazardState.TRIAGED, "points.no_account")


def test_staff_report_and_earn_nothing(session, now, vault, rider, clerk) -> None:
    posts.appoint(session, rider, Role.GRID_WORKER, tree.root(session), now, until=None)

    hazard = triage(session, clerk, report(session, rider, now, vault), now)

    assert hazard.award_refused == "points.staff_have_none"


def test_what_proves_false_is_taken_back_and_the_second_is_a_pause(
    session, now, vault, rider, clerk
) -> None:
    found = [
        triage(session, clerk, report(session, rider, now, vault, **elsewhere(number)), now)
        for number in range(3)
    ]
    hazards.prove_false(session, clerk, found[0].id, "网上的照片", now, channel=CONSOLE)
    assert reading.balance(session, rider, now).frozen_until is None

    hazards.prove_false(session, clerk, found[1].id, "又是网上的", now, channel=CONSOLE)

    has_now = reading.balance(session, rider, now)
    assert (has_now.points, has_now.frozen_until) == (1, now + timedelta(days=30))
    assert found[1].points == 0


def test_proving_it_false_twice_takes_it_back_once(session, now, vault, rider, clerk) -> None:
    hazard = triage(session, clerk, report(session, rider, now, vault), now)

    for _ in range(2):
        hazards.prove_false(session, clerk, hazard.id, "网上的照片", now, channel=CONSOLE)

    assert has(session, rider, now) == 0


def test_the_deed_is_of_the_day_it_was_reported(session, clock, vault, rider, clerk) -> None:
    hazard = report(session, rider, clock.now(), vault)
    clock.advance(days=3)
    triage(session, clerk, hazard, clock.now())

    line = reading.why(session, rider, 1)

    assert line.event_at == hazard.received_at
    assert line.source == f"hazard:{hazard.id}"


def test_whoever_has_a_post_elsewhere_does_not_reach_it(session, now, vault, rider) -> None:
    person = a_person(session, now)
    nobody = reaches.of(session, person, now)
    hazard = report(session, rider, now, vault)

    with pytest.raises(NotAllowed):
        triage(session, nobody, hazard, now)
