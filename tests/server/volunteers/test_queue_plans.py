"""The queue of staff costs the same however much lies behind it: it reads no table to its end."""

import re

import pytest
from sqlalchemy import event

from server.jobs import TIMETABLE
from server.people.models import Role
from server.staff import queue
from tests.server.volunteers.staff import a_reach

# PostgreSQL reads small tables whole whatever their indexes; bench/desk.py fills large ones
pytestmark = pytest.mark.once

HISTORY = re.compile(
    r"SCAN (need|star_award|star_objection|service_record|shift|signup|dispute|oddity|activity"
    r"|erasure|approval)\b"
    r"(?! USING (COVERING )?INDEX ix_oddity_open)"
)


def scans(session, source, reach, now) -> list[str]:
    """Return where the statements of a source would read a whole table on SQLite."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        source(session, reach, now, queue.MOST)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    plans = [
        row[-1]
        for statement, parameters in asked
        if statement.startswith("SELECT") and "WHERE 0 = 1" not in statement
        for row in session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", parameters
        )
    ]
    return [line for line in plans if HISTORY.search(line)]


HELD = (
    *("ix_need_state_due_at", "ix_need_state_changed_at", "ix_need_state_field"),
    "ix_star_award_state_id",
)


@pytest.mark.parametrize("role", [Role.COMMUNITY_WORKER, Role.DISTRICT_OPERATOR])
def test_no_task_of_the_queue_is_found_by_reading_history(session, now, role) -> None:
    assert TIMETABLE
    reach = a_reach(session, now, role)

    found = [scans(session, source, reach, now) for source in queue.SOURCES]

    assert len(found) >= 8
    assert found == [[]] * len(found)


def test_control_without_its_index_a_source_reads_history(session, now) -> None:
    for index in HELD:
        session.connection().exec_driver_sql(f"DROP INDEX {index}")
    reach = a_reach(session, now, Role.DISTRICT_OPERATOR)

    found = [scans(session, source, reach, now) for source in queue.SOURCES]

    assert len([lines for lines in found if lines]) == 3
