"""A volunteer may object to any record at any time, and somebody else answers."""

from datetime import date, timedelta

import pytest

from server.people.models import Channel, Role
from server.staff import queue
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed
from server.volunteers.hours import answering, disputes, finishing, histories
from server.volunteers.hours.answering import Answer
from server.volunteers.hours.refusals import (
    ChangedMeanwhile,
    DisputedAlready,
    DisputeMissing,
    NothingDisputed,
    OtherJudgeNeeded,
    OwnRecord,
    RecordMissing,
    TooManyMinutes,
    Voided,
    WordsNeeded,
)
from server.volunteers.models import DisputeState, RecordState
from server.volunteers.typed import TooManyWords
from tests.factories import a_person
from tests.server.volunteers.records.acts import (
    a_past_shift,
    a_record,
    confirm,
    record_of,
    staff,
    story,
)

WORDS = "我14点就到了，少记了半小时"


@pytest.fixture
def dispute(session, now, runtime):
    """Dispute a record as the person whose it is."""

    def raise_it(record, words=WORDS, person=None):
        return disputes.raise_dispute(
            session,
            person or record_of(session, record).person_id,
            record,
            words,
            now,
            channel=Channel.CHAT,
            vault=runtime.vault,
        )

    return raise_it


def test_a_dispute_is_sealed_has_a_deadline_and_stands_in_the_queue(session, now, runtime, dispute):
    record = a_record(session, now)

    raised = dispute(record)

    assert WORDS.encode() not in raised.words
    assert disputes.words_of(raised, vault=runtime.vault) == WORDS
    assert (raised.due, record_of(session, record).disputed) == (date(2026, 3, 16), True)
    tasks = [task.kind for task in queue.tasks(session, staff(session, now), now)]
    assert sorted(tasks) == ["dispute", "records"]
    assert queue.tasks(session, staff(session, now, Role.GRID_WORKER), now) == []


def test_one_dispute_of_a_record_at_a_time_and_only_of_ones_own(session, now, dispute):
    record = a_record(session, now)
    dispute(record)

    with pytest.raises(DisputedAlready) as refused:
        dispute(record)
    assert refused.value.facts == {"due": date(2026, 3, 16)}
    with pytest.raises(RecordMissing):
        dispute(record, person=a_person(session, now))
    with pytest.raises(WordsNeeded):
        dispute(a_record(session, now), words=" ")


def test_words_nobody_would_read_to_their_end_are_refused_whole(session, now, dispute):
    record = a_record(session, now)

    with pytest.raises(TooManyWords) as refused:
        dispute(record, words="长" * 401)
    assert refused.value.facts == {"most": 400, "given": 401}
    dispute(record, words="长" * 400)


def test_many_taps_at_once_make_one_dispute(race, db, now, runtime):
    with db.transaction() as session:
        record = a_record(session, now)
        person = record_of(session, record).person_id
    more = {"channel": Channel.CHAT, "vault": runtime.vault}

    got = race(
        [lambda s: disputes.raise_dispute(s, person, record, WORDS, now, **more)] * 4,
    )

    assert sum(isinstance(one, DisputedAlready) for one in got) == 3


def test_a_dispute_may_be_taken_back(session, now, dispute):
    record = a_record(session, now)
    person = record_of(session, record).person_id
    with pytest.raises(NothingDisputed):
        disputes.withdraw(session, person, record, now)
    dispute(record)

    disputes.withdraw(session, person, record, now)
    disputes.withdraw(session, person, record, now)

    assert not record_of(session, record).disputed
    assert histories.disputes(session, record)[0].state is DisputeState.WITHDRAWN
    with pytest.raises(RecordMissing):
        disputes.withdraw(session, a_person(session, now), record, now)


def test_a_dispute_of_final_hours_amends_them(session, now, dispute, changed, queued):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift, late=timedelta(minutes=30), stayed=timedelta(minutes=90))
    confirm(session, staff(session, now), shift, now)
    finishing.finish(session, now + timedelta(days=7))
    raised = dispute(record)

    becomes = answering.answer(
        session, staff(session, now), raised.id, Answer("核对了签到表，更正。", 120), now
    )

    seen = record_of(session, record)
    assert (becomes, raised.state) == (DisputeState.AMENDED, DisputeState.AMENDED)
    assert (seen.state, seen.minutes, seen.disputed) == (RecordState.FINAL, 120, False)
    assert [minutes for _, _, minutes in story(session, record)] == [90, 90, 90, 120]
    assert changed == [record]
    assert queued(session) == [("records.answered", seen.person_id)]


def test_a_dispute_that_is_upheld_confirms_what_waited(session, now, dispute):
    record = a_record(session, now)
    raised = dispute(record)
    reach = staff(session, now)

    assert answering.answer(session, reach, raised.id, Answer("有照片为证。"), now) == "upheld"

    assert story(session, record)[-1] == (2, "confirmed", 120)
    with pytest.raises(ChangedMeanwhile):
        answering.answer(session, reach, raised.id, Answer("有照片为证。"), now)


def test_somebody_else_answers_as_long_as_there_is_somebody(session, now, dispute):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    alone = staff(session, now)
    confirm(session, alone, shift, now)
    raised = dispute(record)
    other = staff(session, now)

    with pytest.raises(OtherJudgeNeeded):
        answering.answer(session, alone, raised.id, Answer("没错。"), now)
    answering.answer(session, other, raised.id, Answer("没错。"), now)


def test_where_nobody_else_is_there_the_same_person_answers(session, now, dispute):
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    alone = staff(session, now)
    confirm(session, alone, shift, now)

    raised = dispute(record)

    assert answering.answer(session, alone, raised.id, Answer("没错。"), now) == "upheld"


def test_nobody_answers_their_own_dispute_or_beyond_their_reach(session, now, dispute):
    own = staff(session, now)
    raised = dispute(a_record(session, now, person=own.person_id))

    with pytest.raises(OwnRecord):
        answering.answer(session, own, raised.id, Answer("加。", 135), now)
    with pytest.raises(NotAllowed):
        answering.answer(
            session, staff(session, now, Role.GRID_WORKER), raised.id, Answer("好。"), now
        )
    with pytest.raises(DisputeMissing):
        answering.answer(session, own, 999, Answer("好。"), now)


def test_an_answer_makes_sense(session, now, dispute):
    reach = staff(session, now)
    record = a_record(session, now)
    raised = dispute(record)
    with pytest.raises(ReasonNeeded):
        answering.answer(session, reach, raised.id, Answer(" "), now)
    with pytest.raises(TooManyMinutes):
        answering.answer(session, reach, raised.id, Answer("加。", 481), now)
    record_of(session, record).state = RecordState.VOID
    session.flush()
    with pytest.raises(Voided):
        answering.answer(session, reach, raised.id, Answer("恢复。", 60), now)
