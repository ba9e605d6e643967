"""Certificates and stars at the counter, each community for itself."""

import re

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people import volunteer_numbers
from server.people.models import Channel, Person, Role
from server.volunteers.certificates import certificates
from server.volunteers.models import Certificate, StarAward, StarScheme, StarState
from tests.server.volunteers.served import a_record, a_volunteer

WORKER = Role.COMMUNITY_WORKER


@pytest.fixture
def volunteer(runtime, district):
    """Somebody who served in A1; their person id and volunteer number."""
    with runtime.db.transaction() as session:
        home = session.scalar(select(certificates.tree.Area.id).filter_by(code="A1"))
        person = a_volunteer(session, runtime.vault, runtime.now())
        a_record(session, person, runtime.now(), 130, area_id=home)
        return person, volunteer_numbers.of(session, person, runtime.now())


@pytest.fixture
def issued(runtime, volunteer):
    with runtime.db.transaction() as session:
        return certificates.issue(
            session,
            volunteer[0],
            runtime.now(),
            channel=Channel.CHAT,
            issuer=runtime.settings.issuer,
            vault=runtime.vault,
        )


def test_the_counter_issues_by_volunteer_number_and_prints(clerk, volunteer, runtime) -> None:
    here = clerk(WORKER, "A1")

    done = here.post("/certificates", who=volunteer[1])
    page = here.get("/certificates").get_data(as_text=True)
    [number] = re.findall(r"/console/certificates/(\d+)/print", page)
    paper = here.post(f"/certificates/{number}/print")

    assert done.status_code == 303
    assert "示***明" in page
    assert "示例·李明" not in page
    assert paper.data.startswith(b"%PDF-")
    with runtime.db.reading() as session:
        row = session.scalars(select(Certificate)).one()
        assert (row.channel, row.minutes) == (Channel.PAPER, 130)
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions == ["certificate.issued", "certificate.printed"]


def test_a_stranger_to_the_person_gets_nothing(clerk, volunteer, issued, runtime) -> None:
    there = clerk(WORKER, "B1")

    refused = there.post("/certificates", who=volunteer[1])
    printed = there.post(f"/certificates/{issued.id}/print")
    page = there.get("/certificates").get_data(as_text=True)

    assert (refused.status_code, printed.status_code) == (404, 404)
    assert "不在您负责的范围" in refused.get_data(as_text=True)
    assert "/print" not in page
    assert not printed.data.startswith(b"%PDF-")
    with runtime.db.reading() as session:
        assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMIN, Role.GRID_WORKER])
def test_roles_without_the_right_are_turned_away(clerk, issued, role) -> None:
    someone = clerk(role, "A1")

    assert someone.get("/certificates").status_code == 403
    assert someone.post(f"/certificates/{issued.id}/print").status_code == 403


def test_nobody_is_guessed_and_nothing_breaks(clerk, volunteer) -> None:
    here = clerk(WORKER, "A1")

    for who in ("", " ", "x" * 500, "😀", "13800000000", "'; --", "示例·李"):
        assert here.post("/certificates", who=who).status_code == 404
    assert here.post("/certificates/99999/print").status_code == 404
    assert here.get("/certificates?before=x").status_code == 200


def test_the_list_costs_the_same_however_long(clerk, volunteer, issued, statements, runtime):
    here = clerk(WORKER, "A1")
    with statements() as few:
        here.get("/certificates")
    with runtime.db.transaction() as session:
        row = session.get_one(Certificate, issued.id)
        for at in range(20):
            kept = {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key != "id"}
            session.add(Certificate(**(kept | {"number": f"NF2026{at:010}"})))

    with statements() as many:
        here.get("/certificates")

    assert len(many) == len(few)


@pytest.fixture
def application(runtime, volunteer):
    """An application for the first star that the hours are enough for."""
    with runtime.db.transaction() as session:
        scheme = StarScheme(
            version=1,
            name="示例",
            since=runtime.now().date(),
            levels={"1": 2},
            made_at=runtime.now(),
        )
        session.add(scheme)
        session.flush()
        home = session.scalar(select(certificates.tree.Area.id).filter_by(code="A1"))
        award = StarAward(
            person_id=volunteer[0],
            scheme_id=scheme.id,
            area_id=home,
            level=1,
            minutes=130,
            state=StarState.APPLIED,
            channel=Channel.CHAT,
            applied_at=runtime.now(),
        )
        session.add(award)
        session.flush()
        return award.id


def state_of(runtime, award):
    with runtime.db.reading() as session:
        return session.get_one(StarAward, award).state


def test_a_star_goes_from_the_queue_to_its_award(clerk, application, runtime) -> None:
    worker, street = clerk(WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")

    page = worker.get(f"/stars/{application}").get_data(as_text=True)
    worker.post(f"/stars/{application}/review")
    mid = state_of(runtime, application)
    street.post(f"/stars/{application}/publish")

    assert "审核通过" in page
    assert (mid, state_of(runtime, application)) == (StarState.REVIEWED, StarState.PUBLISHED)
    assert "公示中" in street.get("/stars").get_data(as_text=True)
    assert "公示到" in street.get(f"/stars/{application}").get_data(as_text=True)


def test_staff_elsewhere_get_nothing_of_a_star(clerk, application, runtime) -> None:
    there = clerk(Role.STREET_OPERATOR, "B")

    answers = [
        there.get(f"/stars/{application}"),
        there.post(f"/stars/{application}/review"),
        there.post(f"/stars/{application}/publish"),
        there.get(f"/stars/published/{application}"),
        there.post(f"/stars/published/{application}", reason="不对"),
        there.post(f"/stars/{application}/decline", reason="不行"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert state_of(runtime, application) is StarState.APPLIED


def test_a_decline_without_a_reason_keeps_the_page(clerk, application, runtime) -> None:
    answer = clerk(WORKER, "A1").post(f"/stars/{application}/decline", reason=" ")

    assert answer.status_code == 400
    assert "原因" in answer.get_data(as_text=True)
    assert state_of(runtime, application) is StarState.APPLIED


def test_the_district_makes_a_new_scheme(clerk, runtime) -> None:
    district = clerk(Role.DISTRICT_OPERATOR, "D")

    def make(hours, days="10"):
        since = "2026-04-01"
        return district.post(
            "/star-schemes", name="新", hours=hours, since=since, publish_days=days
        )

    for hours in ("", "abc", "300/100", "９９９９９９", "1 " * 40):
        assert make(hours).status_code == 400
    for days in ("", "31", "5 6", "x"):
        assert make("100", days).status_code == 400
    done = make("５０、100/200")

    assert done.status_code == 303
    shown = district.get("/star-schemes").get_data(as_text=True)
    assert "50 / 100 / 200" in shown
    assert "公示5个工作日" in shown
    refused = clerk(WORKER, "A1").post("/star-schemes", name="x", hours="1", since="2026-04-01")
    assert refused.status_code == 403


def test_the_counter_applies_for_somebody(clerk, volunteer, runtime) -> None:
    with runtime.db.transaction() as session:
        session.get_one(Person, volunteer[0])
    answer = clerk(WORKER, "A1").post("/stars", who=volunteer[1])

    assert answer.status_code == 409
    assert "满100小时" in answer.get_data(as_text=True)
