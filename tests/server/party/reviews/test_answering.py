"""What a member says to a review, what the branch replies, and when it is final."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config.reviews import Reviews
from server.jobs import run_once
from server.notices.models import Notice
from server.party import own
from server.party.models import FileRead, Look, PartyReview, ReviewState
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    NotKeeper,
    TooLong,
    WordsNeeded,
)
from server.party.reviews import answering, proxies, settling, showing, steps, tasks, verdicts
from server.party.reviews.grades import Fact, Grade
from server.party.reviews.refusals import (
    AnswerAwaited,
    DecidedMeanwhile,
    NotShownYet,
    ObjectionOpen,
    OwnReview,
    ReviewPast,
)
from server.people import copies
from server.people.models import Channel, Role
from tests.server.party.acts import GENERAL, VAULT, a_cell, given_to, holder
from tests.server.party.reviews.acts import (
    BOTH,
    CHAT,
    JULY,
    OWN,
    QUARTER,
    RULES,
    WORDS,
    a_good_quarter,
    acknowledge,
    decide,
    object_to,
    review_of,
    shanghai,
    show,
    shown,
    state,
)

LATER = JULY + timedelta(days=RULES.reviews.answer_days)
MS = timedelta(milliseconds=1)
DAY = timedelta(days=1)


def mine(session, cell, at=JULY):
    return answering.mine(session, cell.member, at, **OWN)


def finish(session, cell, at=JULY) -> None:
    showing.finish(session, cell.secretary, cell.file, QUARTER, at, rules=RULES)


def reply(session, cell, words="已核对并补记", grade=None, revision=None) -> None:
    given = review_of(session, cell).revision if revision is None else revision
    who = session, cell.secretary, cell.file, QUARTER, words, JULY
    showing.reply(*who, grade=grade, revision=given, **BOTH)


def settle(session, at=JULY) -> int:
    return settling.settle(session, at, RULES.reviews)


def notices(session, person) -> int:
    wanted = select(func.count()).where(Notice.person_id == person, Notice.kind == "office.note")
    return session.scalar(wanted) or 0


def test_a_member_reads_the_facts_first_and_the_decision_once_it_is_shown(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        assert QUARTER not in {str(one.quarter) for one in mine(session, cell, shanghai(7, 10))}
        decide(session, cell, Grade.BASIC, reason="示例金丝雀理由")
        [draft] = mine(session, cell)
        assert (draft.state, draft.verdict) == (None, None)
        assert draft.marks[Fact.REPORT].holds
        show(session, cell)
        [told] = mine(session, cell)
        assert told.state is ReviewState.SHOWN
        assert told.verdict
        assert told.verdict.reason == "示例金丝雀理由"
        assert told.until == LATER
        looks = select(func.count()).where(FileRead.part == Look.REVIEW)
        assert session.scalar(looks) == 3


def test_whoever_has_no_file_has_no_reviews(db, cell) -> None:
    person = cell.contact.person_id
    for act in (
        lambda s: answering.mine(s, person, JULY, **OWN),
        lambda s: answering.acknowledge(s, person, QUARTER, JULY, channel=Channel.CHAT),
        lambda s: answering.object_to(s, person, QUARTER, WORDS, JULY, **CHAT),
    ):
        with pytest.raises(NothingThere), db.transaction() as session:
            act(session)


def test_what_was_not_shown_cannot_be_answered(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        with pytest.raises(NotShownYet):
            acknowledge(session, cell)
        decide(session, cell)
        with pytest.raises(NotShownYet):
            object_to(session, cell)
        with pytest.raises(NotShownYet):
            finish(session, cell)
        assert settle(session, LATER) == 0


def test_a_member_is_told_that_something_waits_once_for_each_step(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        assert show(session, cell) == 0
        assert notices(session, cell.member) == 1
        [notice] = session.scalars(select(Notice).where(Notice.person_id == cell.member))
        assert QUARTER not in notice.key
        assert "review" not in notice.key


def test_with_nothing_to_say_it_becomes_final(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        for _time in range(2):
            acknowledge(session, cell)
        assert state(session, cell) is ReviewState.ACKNOWLEDGED
        assert settle(session) == 1
        assert settle(session) == 0
        acknowledge(session, cell)
        finish(session, cell)
        assert state(session, cell) is ReviewState.FINAL


def test_an_objection_blocks_the_end_until_the_branch_replies(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        assert notices(session, cell.member) == 1
        with pytest.raises(ObjectionOpen):
            finish(session, cell, LATER)
        assert settle(session, LATER + timedelta(days=300)) == 0
        with pytest.raises(ObjectionOpen):
            acknowledge(session, cell)
        reply(session, cell)
        assert state(session, cell) is ReviewState.REVIEWED
        finish(session, cell)
        assert state(session, cell) is ReviewState.FINAL
        [told] = mine(session, cell)
    assert (told.answer, told.reply) == (WORDS, "已核对并补记")


def anything(_now, _rules):
    return PartyReview.id.is_not(None)


def test_control_without_the_condition_an_objection_would_be_overtaken(
    db, cell, monkeypatch
) -> None:
    monkeypatch.setattr(steps, "may_be_final", anything)
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        assert settle(session) == 1


def test_one_may_still_object_after_having_had_nothing_to_say(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        acknowledge(session, cell)
        object_to(session, cell)
        assert state(session, cell) is ReviewState.OBJECTED


def test_words_are_added_and_the_same_ones_are_kept_once(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        for words in (WORDS, "还有一次", WORDS):
            object_to(session, cell, words)
        assert mine(session, cell)[0].answer == f"{WORDS}\n还有一次"
        for number in range(3):
            object_to(session, cell, f"第{number}句")
        with pytest.raises(TooLong):
            object_to(session, cell, "第六句")


def test_an_objection_takes_words(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        for words, refusal in (
            (" \n", WordsNeeded),
            ("说" * 20_000, TooLong),
            ("14010619900101123X", LooksLikeId),
        ):
            with pytest.raises(refusal):
                object_to(session, cell, words)
        assert state(session, cell) is ReviewState.SHOWN


def test_after_the_reply_or_the_end_nothing_more_is_taken(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        reply(session, cell)
        with pytest.raises(ReviewPast):
            object_to(session, cell, "再说一句")
        object_to(session, cell)
        finish(session, cell)
        with pytest.raises(ReviewPast):
            object_to(session, cell, "再说一句")


def test_a_reply_may_change_the_grade_and_everything_is_kept(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell, Grade.BASIC, reason="第一个理由")
        show(session, cell)
        object_to(session, cell)
        for _time in range(2):
            reply(session, cell, grade=Grade.QUALIFIED)
        kept = verdicts.of(review_of(session, cell), VAULT)
    assert (kept.grade, kept.reason) == (Grade.QUALIFIED, "已核对并补记")
    [before] = kept.before
    assert (before.grade, before.reason) == (Grade.BASIC, "第一个理由")


def test_words_stay_as_they_were_written_with_their_chinese_signs(db, cell) -> None:
    reason, objection, answer = (
        "联系少，先这样定。",
        "我去过两次！（有照片）",
        "查到了，改为合格：谢谢。",
    )
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell, Grade.BASIC, reason=reason)
        show(session, cell)
        object_to(session, cell, objection)
        reply(session, cell, words=answer)
        [told] = mine(session, cell)
    assert (told.verdict.reason, told.answer, told.reply) == (reason, objection, answer)


def test_a_reply_is_to_what_was_read(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        read = review_of(session, cell).revision
        object_to(session, cell, "还有一次")
        with pytest.raises(DecidedMeanwhile):
            reply(session, cell, revision=read)
        with pytest.raises(WordsNeeded):
            reply(session, cell, words=" ")
        reply(session, cell)
        with pytest.raises(DecidedMeanwhile):
            reply(session, cell, words="另一个答复")


def test_nobody_replies_about_themselves(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        given_to(session, cell.file, cell.secretary.person_id)
        with pytest.raises(OwnReview):
            reply(session, cell)


def test_the_secretary_hears_that_something_waits(db, cell) -> None:
    def told(session) -> int:
        mine = Notice.person_id == cell.secretary.person_id, Notice.kind == "office.message"
        return session.scalar(select(func.count()).where(*mine)) or 0

    with db.transaction() as session:
        shown(session, cell)
        assert told(session) == 0
        object_to(session, cell)
        object_to(session, cell, "还有一次")
        assert told(session) == 1


def test_the_timetable_ends_what_nobody_answered(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        cell = a_cell(session, clock.now())
        shown(session, cell)
    for moment, becomes in (
        (LATER - MS, ReviewState.SHOWN),
        (LATER + DAY, ReviewState.FINAL),
        (LATER + 2 * DAY, ReviewState.FINAL),
    ):
        clock.set(moment)
        run_once(runtime, "settle-reviews", moment)
        with runtime.db.reading() as session:
            assert state(session, cell) is becomes


def test_silence_ends_it_after_the_days_that_were_told(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        with pytest.raises(AnswerAwaited) as refused:
            finish(session, cell, LATER - MS)
        assert refused.value.facts["until"] == LATER
        assert settle(session, LATER - MS) == 0
        assert settle(session, LATER) == 1


def test_a_contact_puts_down_what_is_said_on_the_phone_or_on_paper(db, cell) -> None:
    where = cell.file, QUARTER
    with db.transaction() as session:
        shown(session, cell)
        proxies.acknowledge(session, cell.contact, *where, JULY, channel=Channel.PAPER)
        assert review_of(session, cell).channel is Channel.PAPER
        how = {"channel": Channel.PHONE, "vault": VAULT}
        proxies.object_to(session, cell.secretary, *where, WORDS, JULY, **how)
        review = review_of(session, cell)
        assert (review.state, review.channel) == (ReviewState.OBJECTED, Channel.PHONE)
        assert mine(session, cell)[0].answer == WORDS


def test_nobody_else_puts_it_down(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        stranger = holder(session, JULY, Role.CONTACT_PERSON)
        with pytest.raises(NothingThere):
            proxies.acknowledge(session, stranger, cell.file, QUARTER, JULY, channel=Channel.PAPER)
        session.get_one(PartyReview, review_of(session, cell).id)
    assert NotKeeper


def test_consent_taken_back_stops_every_step(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        own.withdraw(session, cell.member, JULY)
        for act in (acknowledge, object_to, finish):
            with pytest.raises(ConsentWithdrawn):
                act(session, cell)
        assert settle(session, LATER) == 0
        assert mine(session, cell)[0].state is ReviewState.SHOWN


def test_control_with_consent_it_would_have_ended(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        assert settle(session, LATER) == 1


def test_a_copy_of_ones_own_data_holds_what_was_shown(db, cell) -> None:
    with db.transaction() as session:
        a_good_quarter(session, cell)
        decide(session, cell, Grade.BASIC, reason="示例金丝雀理由")
        hidden = copies.make(session, cell.member, JULY, vault=GENERAL, own=True)
        show(session, cell)
        object_to(session, cell)
        told = copies.make(session, cell.member, JULY, vault=GENERAL, own=True)
        reply(session, cell, grade=Grade.QUALIFIED)
        later = copies.make(session, cell.member, JULY, vault=GENERAL, own=True)

    assert "示例金丝雀理由" not in str(hidden)
    for words in ("基本合格", "示例金丝雀理由", WORDS, "按时交了"):
        assert words in str(told)
    assert "原来定的：基本合格（示例金丝雀理由）" in str(later)


def queued(session, reach, at=JULY) -> list[str]:
    return [task.title for task in tasks.waiting(session, reach, at, 50)]


def test_the_queue_tells_how_many_wait_and_not_who(db, cell) -> None:
    with db.transaction() as session:
        assert queued(session, cell.secretary) == ["季度考评：1人还没定"]
        assert queued(session, cell.contact) == []
        shown(session, cell)
        assert queued(session, cell.secretary) == []
        object_to(session, cell)
        assert queued(session, cell.secretary) == ["季度考评：1人有话说，等答复"]
        assert queued(session, cell.secretary, shanghai(11, 1)) == [
            "季度考评：1人有话说，等答复，1人还没定"
        ]


def test_the_days_may_be_set(db, cell) -> None:
    with db.transaction() as session:
        shown(session, cell)
        assert settling.settle(session, JULY + timedelta(days=3), Reviews(answer_days=3)) == 1
