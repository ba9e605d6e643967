"""A restored backup brings nobody back (P2)."""

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from server import followers
from server.db import Base, Database
from server.people import ages, erasing, erasures, identities, linking, profile, tombstones
from server.people.models import App, Channel, Erasure, ErasureState, Person
from tests.factories import a_person

assert followers
CHAINED = ("audit_entry", "audit_head")


def backup(db: Database, folder) -> Callable[[], None]:
    """Take a backup and return what restores it."""
    if db.is_sqlite:
        kept = folder / "backup.db"
        _copy(db.url.removeprefix("sqlite:///"), kept)
        return lambda: _copy(kept, db.url.removeprefix("sqlite:///"))
    tables = [table for table in Base.metadata.sorted_tables if table.name not in CHAINED]
    with db.reading() as session:
        rows = {table: session.execute(table.select()).mappings().all() for table in tables}

    def restore() -> None:
        with db.transaction() as session:
            # as a restore does, past the guards of what is only ever added to
            session.execute(text("SET LOCAL session_replication_role = replica"))
            for table in reversed(tables):
                session.execute(table.delete())
            for table in tables:
                if rows[table]:
                    session.execute(table.insert(), [dict(row) for row in rows[table]])

    return restore


def _copy(source, target) -> None:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)
    one.close()
    other.close()


def listed(runtime) -> list[dict]:
    with runtime.db.reading() as session:
        written = [json.dumps(row) for row in tombstones.listed(session, runtime.vault)]
    return [json.loads(line) for line in written]


def alive(runtime, ids) -> int:
    with runtime.db.reading() as session:
        found = select(Person.id).where(Person.id.in_(ids), Person.erased_at.is_(None))
        return len(session.scalars(found).all())


def erase(session, runtime, person: int) -> None:
    erasing.erase(session, person, runtime.now(), channel=Channel.CHAT, vault=runtime.vault)


@pytest.fixture
def people(runtime, clock) -> list[int]:
    with runtime.db.transaction() as session:
        made = []
        for number in range(50):
            clock.advance(seconds=1)
            made.append(a_person(session, clock.now()))
            profile.rename(session, made[-1], f"示例·{number}", vault=runtime.vault)
    return made


@pytest.fixture
def restore(runtime, people, tmp_path, clock) -> Callable[[], None]:
    """Erase all fifty after a backup, and return what restores it."""
    back = backup(runtime.db, tmp_path)
    clock.advance(hours=1)
    with runtime.db.transaction() as session:
        for person in people:
            erase(session, runtime, person)
    return back


def test_nobody_is_brought_back(runtime, people, restore) -> None:
    stones = listed(runtime)

    restore()
    assert alive(runtime, people) == 50
    told = tombstones.apply(runtime, tombstones.read(stones))
    again = tombstones.apply(runtime, tombstones.read(stones))

    assert alive(runtime, people) == 0
    assert (told["erased"], again["erased"]) == (50, 0)
    assert len(listed(runtime)) == 50


def test_control_without_the_list_all_are_back(runtime, people, restore) -> None:
    restore()

    assert tombstones.apply(runtime, [])["erased"] == 0
    assert alive(runtime, people) == 50


def test_whoever_bears_the_number_of_another_is_not_erased(
    runtime, people, tmp_path, clock
) -> None:
    back = backup(runtime.db, tmp_path)
    clock.advance(hours=1)
    with runtime.db.transaction() as session:
        late = a_person(session, clock.now())
        erase(session, runtime, late)
    stones = listed(runtime)
    back()
    clock.advance(hours=1)
    with runtime.db.transaction() as session:
        session.add(Person(id=late, created_at=clock.now()))

    told = tombstones.apply(runtime, tombstones.read(stones))

    assert told["erased"] == 0
    assert alive(runtime, [late]) == 1
    assert [row["person"] for row in listed(runtime)] == [late]


def test_an_account_joined_after_the_backup_is_forgotten_too(
    runtime, people, tmp_path, clock
) -> None:
    with runtime.db.transaction() as session:
        mini = identities.welcome(session, App.MINIPROGRAM, "o-mini", clock.now()).person_id
    back = backup(runtime.db, tmp_path)
    with runtime.db.transaction() as session:
        code = linking.offer(session, mini, clock.now(), vault=runtime.vault).code
        linking.redeem(session, people[0], code, clock.now(), vault=runtime.vault)
        erase(session, runtime, people[0])
    stones = listed(runtime)
    back()

    tombstones.apply(runtime, tombstones.read(stones))

    assert alive(runtime, [people[0], mini]) == 0


def test_whoever_came_back_since_is_somebody_else(runtime, people, clock) -> None:
    with runtime.db.transaction() as session:
        person = identities.welcome(session, App.OFFICIAL, "o-returns", clock.now()).person_id
        erase(session, runtime, person)
        clock.advance(hours=1)
        fresh = identities.welcome(session, App.OFFICIAL, "o-returns", clock.now()).person_id

    tombstones.apply(runtime, tombstones.read(listed(runtime)))

    assert alive(runtime, [fresh]) == 1


def test_a_wish_asked_after_the_backup_is_asked_again(runtime, people, tmp_path, clock) -> None:
    back = backup(runtime.db, tmp_path)
    week = timedelta(days=7)
    with runtime.db.transaction() as session:
        erasures.ask(session, people[0], clock.now(), channel=Channel.CHAT, cooling=week)
    stones = listed(runtime)
    back()

    assert tombstones.apply(runtime, tombstones.read(stones))["asked"] == 1
    assert tombstones.apply(runtime, tombstones.read(stones))["asked"] == 0

    with runtime.db.reading() as session:
        [wish] = session.scalars(select(Erasure))
        assert wish.state is ErasureState.ASKED
        assert wish.due_at == clock.now() + week


def test_the_commands_write_and_read_the_list(app, runtime, people, restore, tmp_path) -> None:
    run = app.test_cli_runner()
    written = run.invoke(args=["people", "erasures", "--json"])
    assert written.exit_code == 0, written.output
    file = tmp_path / "erasures.jsonl"
    file.write_text(written.output, encoding="utf-8")
    restore()

    done = run.invoke(args=["people", "erase-again", "--from", str(file)])

    assert json.loads(done.output)["erased"] == 50
    assert alive(runtime, people) == 0


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"person": "x"}', "[1]"])
def test_what_is_no_list_is_told(app, tmp_path, line) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(line, encoding="utf-8")

    done = app.test_cli_runner().invoke(args=["people", "erase-again", "--from", str(file)])

    assert done.exit_code == 1
    assert "no list of erasures" in done.output


def test_minors_are_counted_and_nobody_is_named(app, runtime, clock) -> None:
    with runtime.db.transaction() as session:
        child = a_person(session, clock.now())
        ages.declare(session, child, 2015, clock.now(), Channel.CHAT)
        profile.rename(session, child, "示例·小明", vault=runtime.vault)

    done = app.test_cli_runner().invoke(args=["people", "minors-review", "--json"])

    counted = json.loads(done.output)
    assert (counted["minors"], counted["under_14"]) == (1, 1)
    assert counted["under_14_without_guardian"] == 1
    assert "小明" not in done.output
