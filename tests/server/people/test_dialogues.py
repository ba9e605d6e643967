from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from server.db import Database
from server.people import dialogues, identities
from server.people.identities import Known
from server.people.models import App, Dialogue
from tests.clock import MONDAY_MORNING as NOW

ONE = {"1": ("sign_up", 1), "2": ("sign_up", 2)}
OTHER = {"1": ("leave", 8), "9": ("leave", 9)}


@pytest.fixture
def zhao(db: Database) -> Known:
    with db.transaction() as session:
        return identities.welcome(session, App.OFFICIAL, "o-zhao", NOW)


def as_kept(choices: dict[str, tuple[object, ...]]) -> dict[str, list[object]]:
    return {answer: list(choice) for answer, choice in choices.items()}


def read(db: Database) -> dialogues.Talk:
    with db.reading() as session:
        talk = dialogues.meet(session, App.OFFICIAL, "o-zhao", "key").talk
        assert talk is not None
        return talk


def test_a_stranger_has_no_dialogue(db: Database) -> None:
    with db.reading() as session:
        assert dialogues.meet(session, App.OFFICIAL, "o-nobody", "key") == (None, None)


def test_somebody_known_was_offered_nothing_yet(db: Database, zhao: Known) -> None:
    talk = read(db)

    assert talk == dialogues.begin(zhao)
    assert not talk.is_open(NOW)


def test_a_list_is_remembered_for_half_an_hour(db: Database, zhao: Known) -> None:
    with db.transaction() as session:
        dialogues.offer(session, zhao.person_id, ONE, 0, NOW)

    talk = read(db)
    assert talk.choices == as_kept(ONE)
    assert talk.is_open(NOW + timedelta(minutes=29, seconds=59))
    assert not talk.is_open(NOW + timedelta(minutes=30))


def test_who_read_an_older_list_does_not_replace_a_newer_one(db: Database, zhao: Known) -> None:
    with db.transaction() as session:
        assert dialogues.replace(session, zhao.person_id, ONE, 0, NOW)
    with db.transaction() as session:
        assert not dialogues.replace(session, zhao.person_id, OTHER, 0, NOW)
        assert read(db).choices == as_kept(ONE)
    with db.transaction() as session:
        assert dialogues.replace(session, zhao.person_id, OTHER, 1, NOW)
    assert read(db).version == 2


def test_the_last_list_wins_whatever_was_read(db: Database, zhao: Known) -> None:
    for choices in (ONE, OTHER, ONE, OTHER):
        with db.transaction() as session:
            dialogues.offer(session, zhao.person_id, choices, 0, NOW)

    assert (read(db).choices, read(db).version) == (as_kept(OTHER), 4)


Write = Callable[[Database, int, dict[str, tuple[object, ...]], Barrier], None]


def carefully(
    db: Database, person_id: int, choices: dict[str, tuple[object, ...]], both: Barrier
) -> None:
    seen = read(db).version
    both.wait()
    with db.transaction() as session:
        dialogues.offer(session, person_id, choices, seen, NOW)


def carelessly(
    db: Database, person_id: int, choices: dict[str, tuple[object, ...]], both: Barrier
) -> None:
    """Read, add to what was read, write: as if nobody else could have written meanwhile."""
    talk = read(db)
    both.wait()
    with db.transaction() as session:
        row = session.get_one(Dialogue, person_id)
        row.choices = {**talk.choices, **choices}
        row.version = talk.version + 1


def race(db: Database, zhao: Known, write: Write) -> tuple[int, list[object]]:
    """Let two messages write at once, ten times; return the version and what was found."""
    with db.transaction() as session:
        dialogues.offer(session, zhao.person_id, {"0": ("help",)}, 0, NOW)
    found: list[object] = []
    for _ in range(10):
        both = Barrier(2)
        with ThreadPoolExecutor(2) as threads:
            for done in [
                threads.submit(write, db, zhao.person_id, choices, both) for choices in (ONE, OTHER)
            ]:
                done.result()
        found.append(read(db).choices)
    return read(db).version, found


def test_two_quick_messages_leave_one_whole_list(db: Database, zhao: Known) -> None:
    version, found = race(db, zhao, carefully)

    assert version == 21
    assert all(choices in (as_kept(ONE), as_kept(OTHER)) for choices in found)


def test_without_the_version_lists_are_mixed(db: Database, zhao: Known) -> None:
    """The control."""
    version, found = race(db, zhao, carelessly)

    assert version < 21
    assert any(choices not in (as_kept(ONE), as_kept(OTHER)) for choices in found)


def test_one_person_has_one_dialogue_through_both_apps(db: Database, zhao: Known) -> None:
    with db.transaction() as session:
        dialogues.offer(session, zhao.person_id, ONE, 0, NOW)
        dialogues.offer(session, zhao.person_id, OTHER, 1, NOW)

    with db.reading() as session:
        assert len(session.scalars(select(Dialogue)).all()) == 1
