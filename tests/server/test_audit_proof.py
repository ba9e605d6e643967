"""What the trail is worth: whatever is done to it behind the service's back is found."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, func, insert, select, text, update
from sqlalchemy.orm import Session

from server.audit import reading, trail
from server.audit.models import AuditEntry, AuditHead
from server.people.models import Role
from server.staff import accounts, reach
from server.staff.models import StaffAccount, StaffState
from tests.console.conftest import a_clerk, plant_district

LENGTH, TIMES = 200, 100

entry = AuditEntry.__table__
Rows = list[dict[str, Any]]
Manipulation = Callable[[random.Random, Rows], Rows]


def changed(chance: random.Random, rows: Rows) -> Rows:
    """Change one column of one entry, and let its own hash fit again unless that was changed."""
    number = chance.randrange(len(rows))
    row = dict(rows[number])
    column = chance.choice([each.name for each in entry.columns if each.name != "id"])
    row[column] = {
        "at": row["at"] + timedelta(microseconds=1),
        "actor": chance.choice([None, 8]),
        "subject_id": chance.choice([None, -1]),
        "facts": {**row["facts"], "field": "x"},
        "previous": "0" * 63 + "1",
        "hash": "0" * 63 + "1",
    }.get(column, "x")
    if column != "hash":
        row["hash"] = trail.hash_of(row)
    return [*rows[:number], row, *rows[number + 1 :]]


def deleted(chance: random.Random, rows: Rows) -> Rows:
    """Take one entry out, and close the gap in the numbers half of the time."""
    number = chance.randrange(len(rows))
    rest = [*rows[:number], *rows[number + 1 :]]
    return rest if chance.random() < 0.5 else numbered(rest)


def swapped(chance: random.Random, rows: Rows) -> Rows:
    """Let two entries change places."""
    one, other = sorted(chance.sample(range(len(rows)), 2))
    turned = list(rows)
    turned[one], turned[other] = rows[other], rows[one]
    return numbered(turned)


def inserted(chance: random.Random, rows: Rows) -> Rows:
    """Put an entry in that fits the one before it."""
    number = chance.randrange(len(rows) + 1)
    before = rows[number - 1]["hash"] if number else trail.GENESIS
    row = {**chance.choice(rows), "previous": before, "id": number + 1}
    return numbered([*rows[:number], row | {"hash": trail.hash_of(row)}, *rows[number:]])


def cut(chance: random.Random, rows: Rows) -> Rows:
    """Take some entries off the end."""
    return rows[: -chance.randint(1, 20)]


def numbered(rows: Rows) -> Rows:
    """Number the entries anew; where the number changed, let the own hash fit."""
    found = []
    for number, row in enumerate(rows, 1):
        anew = row if row["id"] == number else {**row, "id": number}
        found.append(anew if anew is row else anew | {"hash": trail.hash_of(anew)})
    return found


KINDS: tuple[Manipulation, ...] = (changed, changed, deleted, swapped, inserted, cut)


@pytest.fixture
def written(db, clock) -> Rows:
    """A trail of two hundred, its guards in the database taken away."""
    with db.transaction() as session:
        for number in range(LENGTH):
            at = clock.now() + timedelta(seconds=number)
            subject = ("need", number % 7)
            path = "D/A/" if number % 3 else None
            trail.record(
                session,
                7,
                "need.verified",
                subject,
                at,
                area_path=path,
                reason="核实",
                field="other",
            )
    _unguard(db)
    with db.reading() as session:
        return [dict(row) for row in session.execute(select(entry).order_by(entry.c.id)).mappings()]


def test_a_hundred_of_a_hundred_manipulations_are_found(db, written) -> None:
    chance = random.Random(20260309)

    missed = []
    for number in range(TIMES):
        manipulate = KINDS[number % len(KINDS)]
        rows = manipulate(chance, written)
        assert rows != written
        if _flaw_of(db, rows) is None:
            missed.append((number, manipulate.__name__))

    assert missed == []


def test_an_untouched_trail_is_whole(db, written) -> None:
    assert _flaw_of(db, written) is None


def test_a_trail_rewritten_to_its_end_is_found_by_a_copy_of_the_head(db, written) -> None:
    with db.reading() as session:
        copy = reading.end(session)
    rows, previous = [], trail.GENESIS
    for row in written:
        actor = 8 if row["id"] == 100 else row["actor"]
        row = {**row, "actor": actor, "previous": previous}
        previous = trail.hash_of(row)
        rows.append(row | {"hash": previous})

    assert _flaw_of(db, rows, head=(LENGTH, previous)) is None
    flaw = _flaw_of(db, rows, head=(LENGTH, previous), known=copy)
    assert flaw is not None
    assert flaw.number == LENGTH


def test_an_end_cut_off_with_its_head_is_found_by_a_copy(db, written) -> None:
    with db.reading() as session:
        copy = reading.end(session)
    rows = written[:150]

    assert _flaw_of(db, rows, head=(150, rows[-1]["hash"])) is None
    assert _flaw_of(db, rows, head=(150, rows[-1]["hash"]), known=copy) is not None


class Crash(Exception):  # noqa: N818  it is what happens
    """The program ends here."""


def test_a_crash_leaves_neither_a_deed_without_its_entry_nor_the_other_way_round(runtime) -> None:
    admin, staff_id = _admin_and_staff(runtime)

    step = 0
    while _crashes(runtime, admin, staff_id, step):
        assert _kept(runtime, staff_id) == (False, False), f"a crash at step {step}"
        step += 1

    assert _kept(runtime, staff_id) == (True, True)
    assert step > 5
    with runtime.db.reading() as session:
        assert trail.verify(session).flaw is None


def test_an_entry_in_a_transaction_of_its_own_would_be_seen(runtime) -> None:
    admin, staff_id = _admin_and_staff(runtime)

    with runtime.db.transaction() as session:
        subject = ("staff_account", staff_id)
        trail.record(session, admin, "staff.disabled", subject, runtime.now())

    assert _kept(runtime, staff_id) == (False, True)


def _flaw_of(
    db, rows: Rows, head: tuple[int, str] | None = None, known: tuple[int, str] | None = None
) -> trail.Flaw | None:
    """Put these rows in place of the trail, see what is found, and leave all as it was."""
    connection = db.engine.connect()
    with connection, Session(bind=connection) as session:
        session.execute(delete(entry))
        session.execute(insert(entry), rows)
        if head:
            session.execute(update(AuditHead).values(length=head[0], hash=head[1]))
        flaw = trail.verify(session, known).flaw
        session.rollback()
    return flaw


def _admin_and_staff(runtime) -> tuple[int, int]:
    with runtime.db.transaction() as session:
        plant_district(session)
        admin, _staff, _token = a_clerk(session, runtime, Role.SYSTEM_ADMIN, "D")
        _person, staff_id, _other = a_clerk(session, runtime, Role.COMMUNITY_WORKER, "A1")
    return admin, staff_id


def _crashes(runtime, admin: int, staff_id: int, step: int) -> bool:
    """Close an account in a program that ends before this statement, the last one the commit."""
    left = iter(range(step))

    def count(*_told) -> None:
        if next(left, None) is None:
            raise Crash

    engine = runtime.db.engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    try:
        with runtime.db.transaction() as session:
            mine = reach.of(session, admin, runtime.now())
            accounts.disable(session, staff_id, runtime.now(), by=mine)
    except Crash:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
        event.remove(engine, "commit", count)
    return False


def _kept(runtime, staff_id: int) -> tuple[bool, bool]:
    """Tell whether the deed was kept, and whether its entry was."""
    with runtime.db.reading() as session:
        closed = session.get_one(StaffAccount, staff_id).state is StaffState.DISABLED
        noted = session.scalar(select(func.count()).where(entry.c.action == "staff.disabled"))
    return closed, bool(noted)


def _unguard(db) -> None:
    with db.transaction() as session:
        if db.is_sqlite:
            for deed in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_entry_no_{deed}"))
        else:
            session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
