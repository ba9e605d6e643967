from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.notices.models import Notice, NoticeState
from tests.clock import Clock
from tests.server.notices.people import a_person

WORDS = {"text": "好"}


def stored(session: Session, key: str) -> Notice:
    session.expire_all()
    return session.scalars(select(Notice).where(Notice.key == key)).one()


def test_the_same_key_is_queued_once(session: Session, clock: Clock) -> None:
    person = a_person(session)

    first = outbox.queue(session, person, "chat.late_reply", "k", clock(), {"text": "一"})
    again = outbox.queue(session, person, "chat.late_reply", "k", clock(), {"text": "二"})

    assert (first, again) == (True, False)
    assert stored(session, "k").facts == {"text": "一"}


def test_facts_are_spelled_when_they_are_queued(session: Session, clock: Clock) -> None:
    person = a_person(session)

    outbox.queue(
        session, person, "chat.late_reply", "k", clock(), {"starts_at": clock(), "text": 3}
    )

    assert stored(session, "k").facts == {
        "starts_at": "3月9日（周一）09:00",
        "starts_at.time": "2026年03月09日 09:00",
        "text": "3",
    }


def test_a_notice_is_worth_sending_for_the_life_of_its_kind(session: Session, clock: Clock) -> None:
    person = a_person(session)
    later = clock() + timedelta(hours=5)

    outbox.queue(session, person, "chat.late_reply", "k", clock(), WORDS, due_at=later)
    outbox.queue(session, person, "chat.late_reply", "o", clock(), WORDS, not_after=later)

    assert stored(session, "k").not_after == later + timedelta(hours=48)
    assert stored(session, "o").not_after == later


def test_a_kind_that_nobody_wrote_down_is_a_mistake(session: Session, clock: Clock) -> None:
    person = a_person(session)

    with pytest.raises(KeyError):
        outbox.queue(session, person, "volunteers.invented", "k", clock(), {})


def test_a_notice_without_what_its_sentence_names_is_a_mistake(
    session: Session, clock: Clock
) -> None:
    person = a_person(session)
    facts = {"title": "读书", "number": 1}

    with pytest.raises(ValueError, match="lacks place, starts_at"):
        outbox.queue(session, person, "volunteers.signed_up", "k", clock(), facts)


def test_a_queued_notice_can_be_taken_back(session: Session, clock: Clock) -> None:
    outbox.queue(session, a_person(session), "chat.late_reply", "k", clock(), WORDS)

    assert outbox.drop(session, "k", clock())
    assert not outbox.drop(session, "k", clock())
    assert stored(session, "k").state is NoticeState.DROPPED


def test_a_notice_on_its_way_cannot_be_taken_back(session: Session, clock: Clock) -> None:
    outbox.queue(session, a_person(session), "chat.late_reply", "k", clock(), WORDS)
    stored(session, "k").state = NoticeState.SENDING
    session.flush()

    assert not outbox.drop(session, "k", clock())
