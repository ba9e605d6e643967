"""Lists of the console cost the same whatever lies behind them: read from an index, in order."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import event

from server.audit import trail
from server.people.models import Role

# PostgreSQL reads small tables whole whatever their indexes; bench/desk.py fills large ones
pytestmark = pytest.mark.once

LONG = (
    "activity",
    "approval",
    "audit_entry",
    "certificate",
    "dispute",
    "export",
    "hazard",
    "need",
    "notice",
    "oddity",
    "photo",
    "service_record",
    "shift",
    "signup",
)
TABLES = "|".join(LONG)
WHOLE = re.compile(rf"SCAN ({TABLES})(?! USING)")
READ = re.compile(rf"(SCAN|SEARCH) ({TABLES})\b")
SORTED = "USE TEMP B-TREE FOR ORDER BY"
OUTBOX = (
    *(f"/outbox?group={group}" for group in ("open", "unreachable", "dead", "sent", "dropped")),
    *("/outbox", "/outbox?kind=volunteers.offered&since=2026-03-02", "/outbox?group=dead&why=bug"),
)
FEW = {
    "/audit?day=2026-03-09": "the entries of a day",
    "/exports": "what is asked for and not decided",
    "/fixing": "what units have to put right",
    "/hazards": "what is under way",
    "/needs": "what is under way",
    "/records": "shifts whose hours wait",
    "/shifts": "the shifts around this day",
}
"""What is put in order once it is read, since there is never much of it."""
OF_A_PAGE = "LIST SUBQUERY"
"""So are the rows of one page, looked up once it is known which they are."""
NEWEST = {"/audit", "/certificates"}
"""What is read from its end, as much as fills a page."""
PAGES = {
    Role.DISTRICT_OPERATOR: (
        *("/approvals", "/needs", "/needs?state=closed", "/needs?state=closed&field=culture"),
        *("/records", "/disputes", "/oddities", "/activities", "/activities?group=done"),
        *("/shifts", "/certificates", "/ledgers/service", "/exports"),
        *("/hazards", "/hazards?state=rated", "/fixing"),
        *OUTBOX,
    ),
    Role.AUDITOR: (
        *("/audit", "/audit?action=need.", "/audit?subject=need", "/audit?subject_id=7"),
        *("/audit?subject=need&subject_id=7", "/audit?login=clerk1", "/audit?day=2026-03-09"),
    ),
}


@pytest.fixture
def plan(runtime):
    """Return how the database goes about each selection in the statements of a page."""

    def of(clerk, path) -> Iterator[str]:
        asked = []

        def note(_connection, _cursor, statement, parameters, *_rest) -> None:
            asked.append((statement, parameters))

        event.listen(runtime.db.reader, "before_cursor_execute", note)
        try:
            assert clerk.get(path).status_code == 200, path
        finally:
            event.remove(runtime.db.reader, "before_cursor_execute", note)
        with runtime.db.reading() as session:
            explain = session.connection().exec_driver_sql
            for statement, parameters in asked:
                if statement.startswith(("SELECT", "WITH")):
                    steps: dict[int, list[str]] = {}
                    for _id, above, _, step in explain(
                        f"EXPLAIN QUERY PLAN {statement}", parameters
                    ):
                        steps.setdefault(above, []).append(step)
                    yield from ("\n".join(each) for each in steps.values())

    return of


def faults(plans, path: str) -> list[str]:
    """Return the plans that read a long table to its end, or put it in order as a whole."""
    return [
        plan
        for plan in plans
        if (WHOLE.search(plan) and path not in NEWEST)
        or (SORTED in plan and READ.search(plan) and path not in FEW and OF_A_PAGE not in plan)
    ]


@pytest.fixture(autouse=True)
def _trail(runtime):
    with runtime.db.transaction() as session:
        for action, path in product(("need.raised", "need.closed"), ("D/A/", "D/A/A1/")):
            trail.record(session, 1, action, ("need", 7), runtime.now(), area_path=path)


@pytest.mark.parametrize(
    ("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths]
)
def test_no_list_reads_what_lies_behind_it(clerk, plan, role, path) -> None:
    assert faults(plan(clerk(role, "D"), path), path) == []


@pytest.mark.parametrize("path", ["/audit", "/audit?action=need."])
def test_the_trail_of_a_street_is_read_in_order_too(clerk, plan, path) -> None:
    assert faults(plan(clerk(Role.AUDITOR, "A"), path), "") == []


@pytest.mark.parametrize(
    ("index", "role", "path"),
    [
        ("ix_approval_state", Role.DISTRICT_OPERATOR, "/approvals"),
        ("ix_need_state_changed_at", Role.DISTRICT_OPERATOR, "/needs?state=closed"),
        ("ix_service_record_day", Role.DISTRICT_OPERATOR, "/ledgers/service"),
        ("ix_notice_due", Role.DISTRICT_OPERATOR, "/outbox"),
        ("ix_notice_settled_at", Role.DISTRICT_OPERATOR, "/outbox?group=sent"),
        ("ix_audit_entry_subject_newest", Role.AUDITOR, "/audit?subject=need"),
        ("ix_audit_entry_action", Role.AUDITOR, "/audit?action=need."),
    ],
)
def test_control_without_its_index_a_list_reads_more(clerk, plan, runtime, index, role, path):
    with runtime.db.transaction() as session:
        session.connection().exec_driver_sql(f"DROP INDEX {index}")

    assert faults(plan(clerk(role, "D"), path), path) != []
