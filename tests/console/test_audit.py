"""The trail as auditors see it."""

from datetime import timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.audit import reading, trail
from server.audit.models import AuditEntry
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


ACTIONS = ("need.verified", "need.rejected", "staff.rests", "import.applied")
PATHS = ("D/A/", "D/A/A1/", "D/A/A2/", "D/B/", "D/B/B1/", None)


@pytest.fixture
def many(db, clock) -> list[AuditEntry]:
    """A trail in which every action, subject, actor and area meets every other."""
    for hour, (action, path, subject) in enumerate(product(ACTIONS, PATHS, ("need", "shift"))):
        with db.transaction() as session:
            at = clock.now() + timedelta(hours=hour)
            trail.record(session, hour % 3, action, (subject, hour % 4), at, area_path=path)
    with db.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())))


def fits(entry: AuditEntry, wanted: Wanted) -> bool:
    """Tell by plain words what the statement has to find."""
    return (
        (wanted.day is None or entry.at.astimezone(LOCAL).date() == wanted.day)
        and (wanted.actor is None or entry.actor == wanted.actor)
        and entry.action.startswith(wanted.action)
        and wanted.subject in ("", entry.subject)
        and wanted.subject_id in (None, entry.subject_id)
        and (wanted.within is None or entry.area_path in wanted.within)
    )


@pytest.mark.parametrize("seed", range(24))
def test_whatever_is_asked_the_newest_that_fit_are_found(db, many, seed) -> None:
    drawn, day = Random(seed), many[0].at.astimezone(LOCAL).date()
    wanted = Wanted(
        day=drawn.choice((None, None, day)),
        actor=drawn.choice((None, 1)),
        action=drawn.choice(("", "need.", "staff.rests", "nothing")),
        subject=drawn.choice(("", "shift")),
        subject_id=drawn.choice((None, 2)),
        within=drawn.choice((None, PATHS[:3], ())),
    )
    right = [entry.id for entry in many if fits(entry, wanted)]

    with db.reading() as session:
        found = [entry.id for entry in reading.browse(session, wanted, limit=3)]
        more = reading.browse(session, wanted, before=found[-1], limit=3) if found else []

    assert found + [entry.id for entry in more] == right[:6]


def test_a_street_reads_its_trail_in_pieces_of_the_index_and_never_whole(db, many) -> None:
    whole = Wanted(within=PATHS[:3])

    with db.reading() as session:
        assert len(reading._ways(session, whole)) == 3
        assert reading._ways(session, whole._replace(actor=1)) is None
        assert len(reading._ways(session, Wanted(action="need."))) == 2
        assert len(reading._ways(session, Wanted(subject_id=1))) == 2
