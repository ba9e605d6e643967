"""A picture is put down with what it was sent for, once, and not more than fifty a day."""

import pytest
from sqlalchemy import func, select

from server.photos import noting
from server.photos.models import Photo, PhotoState, Purpose
from server.photos.refusals import NoMedia, TooManyToday
from tests.factories import a_person


@pytest.fixture
def sender(session, clock) -> int:
    """Somebody who sends pictures, met in the transaction of the test."""
    return a_person(session, clock.now())


def note(session, media_id, by, now, purpose=Purpose.HAZARD):
    return noting.note(session, media_id=media_id, by=by, purpose=purpose, now=now)


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(Photo)) or 0


def test_the_same_message_again_is_the_same_picture(session, sender, clock) -> None:
    first = note(session, "media-1", sender, clock.now())
    clock.advance(minutes=5)

    assert note(session, "media-1", sender, clock.now()) == first
    assert count(session) == 1
    assert session.get_one(Photo, first).state is PhotoState.WAITING


def test_another_person_another_message_and_another_use_are_other_pictures(
    session, sender, clock
) -> None:
    other = a_person(session, clock.now())
    now = clock.now()

    ids = {
        note(session, "media-1", sender, now),
        note(session, "media-1", other, now),
        note(session, "media-2", sender, now),
        note(session, "media-1", sender, now, Purpose.FIX),
    }

    assert len(ids) == 4


@pytest.mark.parametrize("media_id", ["", " ", "a/../b", "x" * 201, "一", "a b", "a&b=c"])
def test_a_message_that_names_no_picture_is_refused(session, sender, clock, media_id) -> None:
    with pytest.raises(NoMedia):
        note(session, media_id, sender, clock.now())


def test_a_person_sends_fifty_pictures_a_day_and_more_tomorrow(session, sender, clock) -> None:
    clock.set(clock.now().replace(hour=15, minute=59))  # one minute before midnight here
    for number in range(noting.MOST_A_DAY):
        note(session, f"media-{number}", sender, clock.now())

    with pytest.raises(TooManyToday):
        note(session, "media-one-more", sender, clock.now())
    assert note(session, "media-7", sender, clock.now())
    clock.advance(minutes=2)
    assert note(session, "media-one-more", sender, clock.now())


def test_control_without_the_count_there_is_no_end(session, sender, clock, monkeypatch) -> None:
    monkeypatch.setattr(noting, "_spend", lambda *_: None)

    for number in range(noting.MOST_A_DAY + 3):
        note(session, f"media-{number}", sender, clock.now())

    assert count(session) == noting.MOST_A_DAY + 3
