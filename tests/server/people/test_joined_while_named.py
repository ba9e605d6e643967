"""News for somebody who is being joined with another: whoever gives way is told so, and may retry.

SQLite has one writer at a time: there news comes before a join or after it.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server import busy
from server.db import Crossed
from server.notices import outbox
from server.notices.models import Notice
from server.people import joining
from server.people.models import Person
from tests.factories import people

_keys = count()


@pytest.fixture
def two(db, clock) -> list[int]:
    """The older and the younger of two persons who prove to be one."""
    with db.transaction() as session:
        return people(session, clock.now(), 2)


def tell(session, person: int, now) -> None:
    facts = {"number": 1, "title": "社区图书角整理", "starts_at": now}
    outbox.queue(session, person, "volunteers.cancelled", f"test:{next(_keys)}", now, facts)


def tell_who_was_joined_meanwhile(db, clock, two) -> None:
    """Look somebody up, and tell them once they were joined with another."""
    keep, gone = two
    with db.transaction() as session:
        assert session.scalar(select(Person.id).where(Person.id == gone)) == gone
        with db.transaction() as other:
            joining.join(other, keep, gone, clock.now())
        tell(session, gone, clock.now())


def join_who_is_told_meanwhile(db, clock, two, monkeypatch) -> None:
    """Join two of whom one hears something after their rows were moved, and before they go."""
    keep, gone = two
    told, moved = Event(), Event()
    complete = joining._complete

    def completes(*given):
        complete(*given)
        moved.set()

    monkeypatch.setattr(joining, "_complete", completes)

    def tells() -> None:
        with db.transaction() as session:
            tell(session, gone, clock.now())
            told.set()
            moved.wait(20)

    with ThreadPoolExecutor(1) as other:
        telling = other.submit(tells)
        told.wait(20)
        with db.transaction() as session:
            joining.join(session, keep, gone, clock.now())
        telling.result(20)


def test_news_for_who_was_joined_meanwhile_is_to_be_written_anew(db, clock, two):
    if db.is_sqlite:
        return
    with pytest.raises(Crossed):
        tell_who_was_joined_meanwhile(db, clock, two)


def test_a_join_that_news_came_across_takes_the_news_along_when_it_is_done_again(
    db, clock, two, monkeypatch
):
    if db.is_sqlite:
        return
    keep, gone = two

    with pytest.raises(Crossed):
        join_who_is_told_meanwhile(db, clock, two, monkeypatch)
    with db.transaction() as session:
        joining.join(session, keep, gone, clock.now())

    with db.reading() as session:
        assert session.scalars(select(Notice.person_id)).all() == [keep]


def test_control_taken_for_a_mistake_both_would_be_answered_as_one(db, clock, two, monkeypatch):
    if db.is_sqlite:
        return
    monkeypatch.setattr(busy, "WHO_MAY_GO", ())

    with pytest.raises(IntegrityError):
        join_who_is_told_meanwhile(db, clock, two, monkeypatch)
    with pytest.raises(IntegrityError):
        tell_who_was_joined_meanwhile(db, clock, two)
