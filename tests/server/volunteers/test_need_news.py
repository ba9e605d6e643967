"""Whoever asked for help hears when they are served, and when that changes."""

from datetime import timedelta

import pytest

from server.notices.models import Notice
from server.people.models import Role
from server.volunteers.activities import calling_off, moves, publishing
from tests.console.conftest import plant_district
from tests.factories import POLICY
from tests.server.volunteers.need_acts import accepted, plan, staff

RESCUE = {"words": "河边护栏被冲坏，防汛巡查要人手"}
SAFE = {"insurance_ref": "示例-001", "command_contact": "示例·冯军"}


@pytest.fixture(autouse=True)
def district(session):
    return plant_district(session)


@pytest.fixture
def heard(session):
    """Return (kind, moment) of the news of whoever raised a need."""

    def of(need) -> list[tuple[str, str]]:
        rows = session.query(Notice).filter_by(person_id=need.raised_by).order_by(Notice.id)
        return [
            (row.kind.removeprefix("needs."), row.facts["at"])
            for row in rows
            if row.kind in ("needs.planned", "needs.called_off")
        ]

    return of


def test_the_news_of_the_time_goes_out_at_once(session, now, heard) -> None:
    need, _team = accepted(session, staff(session, now), now)

    plan(session, staff(session, now), need, now)

    [notice] = session.query(Notice).filter_by(kind="needs.planned")
    assert notice.due_at == now
    assert [kind for kind, _ in heard(need)] == ["planned"]


def test_what_the_street_opens_is_told_only_then(session, now, heard) -> None:
    worker, street = staff(session, now), staff(session, now, Role.STREET_OPERATOR, "A")
    need, _team = accepted(session, worker, now, **RESCUE)
    made = plan(session, worker, need, now, **SAFE)
    before = heard(need)

    publishing.open_up(session, street, made.id, made.revision, now)

    assert before == []
    assert [kind for kind, _ in heard(need)] == ["planned"]


def test_another_time_is_told_and_the_same_is_not(session, now, heard) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)
    made = plan(session, worker, need, now)
    shift, later = made.id, now + timedelta(hours=72)

    for _ in range(2):
        seen, ends_at = made.revision, later + timedelta(hours=2)
        moves.reschedule(session, worker, shift, seen, later, ends_at, now, policy=POLICY)

    assert [kind for kind, _ in heard(need)] == ["planned", "planned"]
    assert len({at for _, at in heard(need)}) == 2


def test_who_waits_hears_that_nobody_comes(session, now, heard) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)
    made = plan(session, worker, need, now)

    for _ in range(2):
        calling_off.call_off(session, worker, made.id, "大雨", now)

    assert [kind for kind, _ in heard(need)] == ["planned", "called_off"]
