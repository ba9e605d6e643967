"""Ledgers, figures and exports in the console, each community for itself."""

import re

import pytest
from sqlalchemy import select

from server.areas import tree
from server.audit.models import AuditEntry
from server.ledgers import copying, files
from server.people.models import Channel, Role
from server.staff.models import Export
from server.volunteers.models import ServiceRecord, Shift, Signup, SignupState
from tests.server.volunteers.served import a_record, a_volunteer

WORKER = Role.COMMUNITY_WORKER
DAYS = {"since": "2026-02-01", "until": "2026-03-09"}


@pytest.fixture
def served(runtime, district):
    """Let volunteers serve in an area; return the ids of the activities."""

    def add(area: str = "A1", people: int = 1) -> list[int]:
        with runtime.db.transaction() as session:
            home = tree.by_code(session, area).id
            found = []
            for _ in range(people):
                person = a_volunteer(session, runtime.vault, runtime.now())
                record = a_record(session, person, runtime.now(), area_id=home)
                shift = session.get_one(ServiceRecord, record).shift_id
                session.add(
                    Signup(
                        shift_id=shift,
                        person_id=person,
                        state=SignupState.CREDITED,
                        channel=Channel.CHAT,
                        created_at=runtime.now(),
                        changed_at=runtime.now(),
                    )
                )
                found.append(session.get_one(Shift, shift).activity_id)
            return found

    return add


def ask(someone, **more):
    said = {"area": "A1", "kind": "service", "form": "csv", "purpose": "季度汇总", **DAYS}
    return someone.post("/exports", **(said | more))


def number_of(answer) -> int:
    found = re.fullmatch(r"/console/exports/(\d+)", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return int(found[1])


def test_the_ledger_shows_masked_names_of_ones_own_area(clerk, served) -> None:
    served("A1")
    served("B1")

    page = clerk(WORKER, "A1").get("/ledgers/service", query_string=DAYS).get_data(as_text=True)

    assert "示***明" in page
    assert "示例·李明" not in page
    assert "示例A1社区" in page
    assert "示例B1社区" not in page


@pytest.mark.parametrize(
    "path", ["/ledgers/service?area=A1", "/figures?area=A1", "/figures/unmet?area=A1"]
)
def test_another_communitys_pages_are_not_found(clerk, served, path) -> None:
    served("A1")

    assert clerk(WORKER, "B1").get(path).status_code == 404
    assert clerk(WORKER, "A1").get(path).status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSTEM_ADMIN, Role.GRID_WORKER])
def test_roles_without_the_right_see_nothing(clerk, role) -> None:
    someone = clerk(role, "A1")

    pages = ("/ledgers/service", "/figures", "/figures/unmet", "/exports")
    assert [someone.get(page).status_code for page in pages] == [403] * 4


@pytest.mark.both
@pytest.mark.parametrize(
    "query", ["since=x&until=y", "since=2026-03-09&until=2026-03-01", "after=../1", "area=%00"]
)
def test_addresses_that_make_no_sense_break_nothing(clerk, served, query) -> None:
    assert clerk(WORKER, "A1").get(f"/ledgers/service?{query}").status_code in (200, 400, 404)


def test_the_roster_is_shown_within_reach_alone(clerk, served) -> None:
    [activity] = served("A1")

    page = clerk(WORKER, "A1").get(f"/ledgers/rosters/{activity}")

    assert "示***明" in page.get_data(as_text=True)
    assert "120分钟" in page.get_data(as_text=True)
    assert clerk(WORKER, "B1").get(f"/ledgers/rosters/{activity}").status_code == 404
    assert clerk(WORKER, "A1").get("/ledgers/rosters/999").status_code == 404


def test_lists_cost_the_same_however_long(clerk, served, statements) -> None:
    someone = clerk(WORKER, "A1")
    served("A1")
    pages = (f"/ledgers/service?since={DAYS['since']}", "/figures", "/figures/unmet", "/exports")

    def costs() -> list[int]:
        found = []
        for page in pages:
            with statements() as asked:
                someone.get(page)
            found.append(len(asked))
        return found

    few = costs()
    served("A1", people=12)

    assert costs() == few


def test_figures_are_drawn_beside_their_numbers(clerk, served) -> None:
    served("A1", people=5)

    page = clerk(WORKER, "A1").get("/figures").get_data(as_text=True)

    assert 'data-chart="by-month-spec"' in page
    assert "10小时" in page
    assert "2026年2月" in page


def test_a_file_is_asked_for_watched_and_taken_home(clerk, served, runtime) -> None:
    served("A1", people=2)
    someone = clerk(WORKER, "A1")

    number = number_of(ask(someone))
    before = someone.get(f"/exports/{number}/progress").get_data(as_text=True)
    early = someone.post(f"/exports/{number}/file")
    copying.work(runtime)
    after = someone.get(f"/exports/{number}/progress").get_data(as_text=True)
    file = someone.post(f"/exports/{number}/file")

    assert "排队中" in before
    assert "hx-get" in before
    assert "hx-get" not in after
    assert early.status_code == 409
    assert "下载" in after
    assert "<html" not in after
    rows = file.get_data()
    file.close()
    assert rows.startswith(b"\xef\xbb\xbf")
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    with runtime.db.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.subject_id) == ("export.fetched", number)


def test_a_file_that_is_missing_on_the_disk_is_told_so(clerk, served, runtime) -> None:
    served("A1")
    someone = clerk(WORKER, "A1")
    number = number_of(ask(someone))
    copying.work(runtime)
    with runtime.db.reading() as session:
        name = session.get_one(Export, number).file_name
    files.path_of(runtime.settings, name).unlink()

    answer = someone.post(f"/exports/{number}/file")

    assert answer.status_code == 409
    assert "重新导出" in answer.get_data(as_text=True)


def test_guessing_anothers_export_gives_nothing(clerk, served, runtime) -> None:
    served("A1")
    number = number_of(ask(clerk(WORKER, "A1")))
    copying.work(runtime)

    for other in (clerk(WORKER, "A1"), clerk(WORKER, "B1"), clerk(Role.DISTRICT_OPERATOR, "D")):
        assert other.get(f"/exports/{number}").status_code == 404
        assert other.get(f"/exports/{number}/progress").status_code == 404
        taken = other.post(f"/exports/{number}/file")
        assert taken.status_code == 404
        assert "李" not in taken.get_data(as_text=True)


def test_an_export_of_another_community_is_refused(clerk, served, runtime) -> None:
    served("A1")

    answer = ask(clerk(WORKER, "B1"))

    assert answer.status_code == 404
    with runtime.db.reading() as session:
        assert session.scalars(select(Export)).all() == []


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "x"},
        {"form": "exe"},
        {"purpose": " "},
        {"area": ""},
        {"kind": "roster", "activity_id": "x"},
        {"kind": "roster", "activity_id": "9" * 30},
        {"since": "2026-03-09", "until": "2026-03-01"},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(clerk, district, more) -> None:
    assert ask(clerk(WORKER, "A1"), **more).status_code in (400, 404)


def test_whole_names_wait_for_another_person(clerk, served) -> None:
    served("A1")
    someone = clerk(WORKER, "A1")

    answer = ask(someone, whole="yes")
    page = someone.get("/exports").get_data(as_text=True)

    assert answer.headers["Location"] == "/console/exports"
    assert "等另一位同事批准" in page
    assert "季度汇总" in page
    asked = clerk(Role.STREET_OPERATOR, "A").get("/approvals").get_data(as_text=True)
    assert "导出服务台账（CSV，2月1日至3月9日，1行，含完整姓名）" in asked


def test_who_has_not_proved_themselves_lately_is_asked_to(clerk, served, clock) -> None:
    served("A1")
    someone = clerk(WORKER, "A1")
    clock.advance(minutes=11)

    answer = ask(someone)

    assert answer.status_code == 303
    assert "/prove" in answer.headers["Location"]
