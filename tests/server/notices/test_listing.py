"""The outbox as staff look through it: in order, page after page, at a cost that does not grow."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from server.db import Session
from server.notices import causes, listing
from server.notices.causes import Cause
from server.notices.kinds import Way
from server.notices.listing import Group, Page, Place, Wanted
from server.notices.models import Notice, NoticeState
from server.people.models import Role
from server.runtime import Runtime
from server.staff.reach import NotAllowed, Reach
from tests.clock import MONDAY_MORNING
from tests.server.notices.people import a_person

STAFF = Reach(1, ((Role.SYSTEM_ADMIN, "D/"),))
SECOND = timedelta(seconds=1)
STATES = {
    Group.OPEN: NoticeState.QUEUED,
    Group.UNREACHABLE: NoticeState.UNREACHABLE,
    Group.DEAD: NoticeState.DEAD,
    Group.SENT: NoticeState.SENT,
    Group.DROPPED: NoticeState.DROPPED,
}


@pytest.fixture
def keep(runtime: Runtime) -> Callable[..., None]:
    """Keep so many notices in a state, one a second, two of each second."""
    with runtime.db.transaction() as session:
        person = a_person(session)
    taken = 0

    def put(number: int, state: NoticeState, kind: str = "volunteers.offered", **more: Any) -> None:
        nonlocal taken
        open_ = state in (NoticeState.QUEUED, NoticeState.SENDING)
        rows = [
            {
                "key": f"k{taken + each}",
                "person_id": person,
                "kind": kind,
                "facts": {},
                "state": state,
                "queued_at": MONDAY_MORNING,
                "due_at": MONDAY_MORNING + each // 2 * SECOND,
                "settled_at": None if open_ else MONDAY_MORNING + each // 2 * SECOND,
                "attempts": 0,
                **more,
            }
            for each in range(number)
        ]
        taken += number
        with runtime.db.transaction() as session:
            session.execute(insert(Notice), rows)

    return put


def look(runtime: Runtime, wanted: Wanted = Wanted(), after: Place | None = None) -> Page:  # noqa: B008  never changed
    with runtime.db.reading() as session:
        return listing.page(session, STAFF, wanted, after)


def walk(runtime: Runtime, wanted: Wanted) -> Iterator[list[Any]]:
    after = None
    for _ in range(20):
        page = look(runtime, wanted, after)
        yield list(page.rows)
        after = page.onward and Place.read(page.onward.text())
        if after is None:
            return


@pytest.mark.parametrize("group", list(Group))
def test_every_notice_stands_on_one_page_in_order(runtime: Runtime, keep, group: Group) -> None:
    for state in STATES.values():
        keep(120, state)

    pages = list(walk(runtime, Wanted(group)))

    assert [len(page) for page in pages] == [50, 50, 20]
    rows = [row for page in pages for row in page]
    assert {row.state for row in rows} == {STATES[group]}
    assert len({row.id for row in rows}) == 120
    moments = [(row.due_at, row.id) for row in rows]
    assert moments == sorted(moments, reverse=group is not Group.OPEN)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(Group.DEAD, kind="volunteers.reminder"), 3),
        (Wanted(Group.DEAD, way=Way.TEMPLATE), 2),
        (Wanted(Group.DEAD, cause=Cause.UNKNOWN), 2),
        (Wanted(Group.DEAD, way=Way.TEMPLATE, cause=Cause.BUG), 0),
        (Wanted(Group.DEAD, since=MONDAY_MORNING + SECOND), 2),
        (Wanted(Group.DEAD, until=MONDAY_MORNING + SECOND), 5),
    ],
)
def test_what_is_wanted_is_picked(runtime: Runtime, keep, wanted: Wanted, number: int) -> None:
    keep(2, NoticeState.DEAD, channel=Way.TEMPLATE, outcome=causes.UNKNOWN)
    keep(2, NoticeState.DEAD, "volunteers.reminder", outcome=causes.BUG)
    keep(1, NoticeState.DEAD, "volunteers.reminder", outcome="timed out")
    keep(4, NoticeState.SENT, "volunteers.reminder", channel=Way.TEMPLATE)
    keep(2, NoticeState.DEAD, settled_at=MONDAY_MORNING + SECOND)

    assert len(look(runtime, wanted).rows) == number


def test_looking_for_what_is_rare_goes_on_where_it_stopped(
    runtime: Runtime, keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "WINDOW", 60)
    keep(1, NoticeState.UNREACHABLE, "volunteers.reminder")
    keep(150, NoticeState.UNREACHABLE)

    first = look(runtime, Wanted(Group.UNREACHABLE, kind="volunteers.reminder"))
    pages = list(walk(runtime, Wanted(Group.UNREACHABLE, kind="volunteers.reminder")))

    assert (first.rows, first.looked_until) == ([], MONDAY_MORNING + 45 * SECOND)
    assert [len(page) for page in pages] == [0, 0, 1]


def test_nobody_looks_without_the_right(runtime: Runtime) -> None:
    with runtime.db.reading() as session, pytest.raises(NotAllowed):
        listing.page(session, Reach(1, ((Role.COMMUNITY_WORKER, "D/"),)), Wanted())


@pytest.mark.parametrize("said", ["", "x", "20260309T010000.000000-", "20269999T010000.000000-1"])
def test_a_place_that_is_none_is_the_beginning(said: str) -> None:
    assert Place.read(said) is None


INDEXES = {
    Group.OPEN: "ix_notice_due",
    Group.UNREACHABLE: "ix_notice_state_settled_at",
    Group.DEAD: "ix_notice_state_settled_at",
    Group.SENT: "ix_notice_settled_at",
    Group.DROPPED: "ix_notice_state_settled_at",
}


def plan(session: Session, wanted: Wanted, after: Place | None = None) -> str:
    """Return how the database finds what a page looks at; small tables are read by index, too."""
    window = select(listing._window(wanted, after))
    asked = window.compile(session.connection(), compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN"
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        how = "EXPLAIN"
    rows = session.connection().exec_driver_sql(f"{how} {asked}".replace("%%", "%"))
    return "\n".join(str(row[-1]) for row in rows)


def reads_on(found: str, group: Group) -> bool:
    """Tell whether a plan reads more than the page, or gathers it to put it in order."""
    sorted_ = "TEMP B-TREE" in found or ("Sort Key" in found and "Presorted Key" not in found)
    return sorted_ or not re.search(rf"(USING INDEX|COVERING INDEX|using) {INDEXES[group]}", found)


@pytest.mark.both
@pytest.mark.parametrize("group", list(Group))
@pytest.mark.parametrize("kind", ["", "volunteers.reminder"])
def test_a_page_is_read_from_an_index(runtime: Runtime, keep, group: Group, kind: str) -> None:
    for state in STATES.values():
        keep(200, state)
    after = Place(MONDAY_MORNING + 50 * SECOND, 7)

    for place in (None, after):
        with runtime.db.reading() as session:
            found = plan(session, Wanted(group, kind=kind), place)
        assert not reads_on(found, group), found


@pytest.mark.both
@pytest.mark.parametrize("group", [Group.OPEN, Group.DEAD, Group.SENT])
def test_control_without_its_index_it_reads_on(runtime: Runtime, keep, group: Group) -> None:
    for state in STATES.values():
        keep(200, state)

    with runtime.db.transaction() as session, session.begin_nested() as dropped:
        session.execute(text(f"DROP INDEX {INDEXES[group]}"))
        found = plan(session, Wanted(group))
        # the next test needs the index
        dropped.rollback()

    assert reads_on(found, group), found
