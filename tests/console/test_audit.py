"""The trail as auditors see it."""

import pytest

from server.audit import reading, trail
from server.audit.reading import Wanted
from server.people.models import Role


@pytest.fixture
def auditor(clerk):
    return clerk(Role.AUDITOR, "D")


def note(db, clock, how_many: int, action: str = "need.verified", actor: int | None = 7) -> None:
    with db.transaction() as session:
        for number in range(how_many):
            subject = ("need", number)
            trail.record(session, actor, action, subject, clock.now(), reason="核实", field="other")


def test_an_auditor_reads_who_did_what(auditor, clerk, db, clock) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    note(db, clock, 1, actor=worker.person_id)
    note(db, clock, 1, action="staff.rests", actor=None)

    shown = auditor.get("/audit").get_data(as_text=True)

    for words in ("need.verified", "核实", "field=other", "clerk", "系统", "一致", "共2条"):
        assert words in shown
    assert "不一致" not in shown


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("action=staff.", {"staff.rests"}),
        ("subject=need&subject_id=2", {"need.verified", "staff.rests"}),
        ("day=2026-03-09", {"need.verified"}),
        ("day=2026-03-10", {"staff.rests"}),
        ("login=nobody", set()),
        ("day=rubbish&subject_id=rubbish&before=rubbish", {"need.verified", "staff.rests"}),
    ],
)
def test_the_trail_is_searched(auditor, db, clock, query, seen) -> None:
    note(db, clock, 3)
    clock.advance(hours=20)
    note(db, clock, 3, action="staff.rests")

    auditor.signs_in_again()
    shown = auditor.get(f"/audit?{query}").get_data(as_text=True)

    found = {action for action in ("need.verified", "staff.rests") if f">{action}<" in shown}
    assert found == seen


def test_the_trail_is_paged(auditor, db, clock) -> None:
    note(db, clock, reading.MOST + 5)

    first = auditor.get("/audit?subject=need").get_data(as_text=True)
    second = auditor.get("/audit?subject=need&before=6").get_data(as_text=True)

    assert "subject=need&amp;before=6" in first
    assert second.count("need.verified") == 5


def test_the_proof_is_told(auditor, db, clock) -> None:
    note(db, clock, 3)

    shown = auditor.get("/audit/proof").get_data(as_text=True)

    assert "共3条，每一条都和当时写下的一致" in shown
    with db.reading() as session:
        assert reading.end(session).hash in shown


def test_looking_things_up_is_one_indexed_statement(db, clock, statements) -> None:
    note(db, clock, 3)

    with db.reading() as session:
        found = reading.browse(session, Wanted(subject="need", subject_id=1))

    assert [entry.subject_id for entry in found] == [1]


def test_business_roles_do_not_see_the_trail(clerk) -> None:
    for role in (Role.DISTRICT_OPERATOR, Role.SYSTEM_ADMIN):
        assert clerk(role, "D").get("/audit").status_code == 403
