from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, String, cast, literal, select
from sqlalchemy.orm import Session

from server.notices import outbox
from server.notices.models import Notice, NoticeState
from server.notices.outbox import Late
from server.people.models import Person
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


DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ABOUT = {"number": 7, "title": "读书", "place": "活动室", "leader": "示例·王芳", "risk_note": "无"}


def remind(session: Session, clock: Clock, key: str = "k", offset: timedelta = -DAY, **more) -> int:
    """Queue a reminder of something in three days, and return for whom."""
    person, at = a_person(session), clock() + 3 * DAY
    given = {"anchor": "shift:12", "at": at, "offset": offset, "obligation": f"signup:{key}"}
    facts = ABOUT | {"starts_at": at}
    outbox.remind(session, person, "volunteers.reminder", key, clock(), facts, **(given | more))
    return person


def test_a_reminder_goes_so_long_before_its_moment_and_never_after(
    session: Session, clock: Clock
) -> None:
    remind(session, clock)

    notice = stored(session, "k")
    assert (notice.due_at, notice.not_after) == (clock() + 2 * DAY, clock() + 3 * DAY)
    assert notice.offset_seconds == -86_400


@pytest.mark.parametrize(
    ("at", "late", "due"),
    [
        (HOUR, Late.AT_ONCE, timedelta()),
        (HOUR, Late.NEVER, None),
        (-HOUR, Late.AT_ONCE, None),
        (timedelta(), Late.AT_ONCE, None),
    ],
)
def test_a_reminder_whose_time_is_past_goes_at_once_or_not_at_all(
    session: Session, clock: Clock, at: timedelta, late: Late, due: timedelta | None
) -> None:
    remind(session, clock, at=clock() + at, late=late)

    found = session.scalars(select(Notice.due_at)).all()
    assert found == ([] if due is None else [clock() + due])


def test_what_hangs_on_a_moment_moves_with_it_each_by_its_own_offset(
    session: Session, clock: Clock
) -> None:
    remind(session, clock)
    remind(session, clock, "near", -HOUR)
    remind(session, clock, "other", anchor="shift:13")
    remind(session, clock, "sent")
    stored(session, "sent").state = NoticeState.SENT
    session.flush()
    at = clock() + 9 * DAY

    moved = outbox.move(session, "shift:12", at, clock(), {"starts_at": at, "place": "广场"})

    assert moved == 2
    assert stored(session, "k").due_at == clock() + 8 * DAY
    assert stored(session, "near").due_at == at - HOUR
    assert stored(session, "near").not_after == at
    assert stored(session, "k").facts["starts_at.time"] == "2026年03月18日 09:00"
    assert stored(session, "k").facts["place"] == "广场"
    assert stored(session, "k").facts["title"] == "读书"
    assert stored(session, "other").due_at == clock() + 2 * DAY
    assert stored(session, "sent").due_at == clock() + 2 * DAY


def test_what_a_move_puts_into_the_past_goes_at_once_or_dies(
    session: Session, clock: Clock
) -> None:
    remind(session, clock)
    remind(session, clock, "there", anchor="quarter:2026Q1")

    dead = outbox.move(session, "shift:12", clock() + HOUR, clock(), late=Late.NEVER)
    soon = outbox.move(session, "quarter:2026Q1", clock() + HOUR, clock())

    assert (dead, soon) == (0, 1)
    assert stored(session, "k").state is NoticeState.DROPPED
    assert stored(session, "there").due_at == clock()


def test_what_it_is_about_is_over_and_so_is_the_reminder(session: Session, clock: Clock) -> None:
    remind(session, clock)

    assert outbox.move(session, "shift:12", clock() - HOUR, clock()) == 0
    assert stored(session, "k").state is NoticeState.DROPPED


def test_what_hangs_on_a_moment_is_dropped_with_it(session: Session, clock: Clock) -> None:
    for key in ("a", "b"):
        remind(session, clock, key)
    remind(session, clock, "other", anchor="shift:13")

    assert outbox.drop_anchor(session, "shift:12", clock()) == 2
    assert outbox.drop_anchor(session, "shift:12", clock()) == 0
    assert stored(session, "other").state is NoticeState.QUEUED


def test_one_persons_reminder_is_dropped_by_what_it_is_about(
    session: Session, clock: Clock
) -> None:
    for key in ("a", "b"):
        remind(session, clock, key)

    assert outbox.drop_obligation(session, "signup:a", clock()) == 1
    assert stored(session, "b").state is NoticeState.QUEUED


def chosen(key: str = "p", **facts: str) -> Select[Any]:
    """Select everybody, with a key each and what they are told besides."""
    own = (literal(text).label(name) for name, text in facts.items())
    return select(
        Person.id.label("person_id"),
        (literal(f"{key}:") + cast(Person.id, String)).label("key"),
        *own,
    )


def test_many_are_queued_for_in_one_statement_and_once(session: Session, clock: Clock) -> None:
    people = [a_person(session) for _ in range(50)]
    at = clock() + 3 * DAY
    facts, more = ABOUT | {"starts_at": at}, {"anchor": "quarter:2026Q1", "obligation": "report"}

    new = [
        outbox.queue_many(
            session, chosen(), "volunteers.reminder", clock(), facts, at - DAY, at, **more
        )
        for _ in range(2)
    ]

    assert new == [50, 0]
    rows = session.scalars(select(Notice).order_by(Notice.person_id)).all()
    assert [row.person_id for row in rows] == people
    first = rows[0]
    assert (first.due_at, first.not_after, first.queued_at) == (at - DAY, at, clock())
    assert (first.anchor, first.obligation, first.state) == (*more.values(), NoticeState.QUEUED)
    outbox.remind(
        session,
        people[0],
        "volunteers.reminder",
        "single",
        clock(),
        facts,
        anchor="a",
        at=at,
        offset=-DAY,
        obligation="b",
    )
    assert first.facts == stored(session, "single").facts


def test_of_many_each_may_be_told_in_their_own_words_at_their_own_time(
    session: Session, clock: Clock
) -> None:
    person = a_person(session)
    rows = chosen(title="“引号”与\\反斜线").add_columns(
        literal(clock() + HOUR, Notice.due_at.type).label("due_at"),
        literal("signup:1").label("obligation"),
    )
    same = {name: fact for name, fact in ABOUT.items() if name != "title"}

    outbox.queue_many(session, rows, "volunteers.reminder", clock(), same | {"starts_at": clock()})

    notice = stored(session, f"p:{person}")
    assert notice.facts["title"] == "“引号”与\\反斜线"
    assert notice.facts["place"] == "活动室"
    assert (notice.due_at, notice.obligation) == (clock() + HOUR, "signup:1")


def test_many_without_what_their_sentence_names_are_a_mistake(
    session: Session, clock: Clock
) -> None:
    with pytest.raises(ValueError, match="lacks starts_at"):
        outbox.queue_many(session, chosen(), "volunteers.reminder", clock(), ABOUT)
