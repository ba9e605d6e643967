"""Several at once: one decision, one reply, and never an end that overtakes an objection."""

from functools import partial

import pytest
from sqlalchemy import func, literal, select, true

from server.audit.models import AuditEntry
from server.party.models import Office, PartyReview, ReviewState
from server.party.reviews import deciding, settling, showing, steps, verdicts
from server.party.reviews.grades import Grade
from server.party.reviews.refusals import DecidedMeanwhile, ObjectionOpen, ReviewPast
from server.people.models import Role
from tests.server.party.acts import VAULT, holder, seated
from tests.server.party.reviews.acts import (
    BOTH,
    DESK,
    JULY,
    QUARTER,
    RULES,
    a_good_quarter,
    acknowledge,
    decide,
    object_to,
    review_of,
    shown,
)

CROWD = 6
ROUNDS = 5


@pytest.fixture
def deciders(db, cell):
    """Several who may decide about the member."""
    with db.transaction() as session:
        a_good_quarter(session, cell)
        able = [holder(session, JULY, Role.CONTACT_PERSON) for _ in range(CROWD)]
        return [seated(session, cell.branch, one, Office.COMMITTEE, JULY) for one in able]


def decisions(db) -> int:
    with db.reading() as session:
        wanted = select(func.count()).where(AuditEntry.action == "party.review_decided")
        return session.scalar(wanted) or 0


def test_of_several_who_decide_at_once_one_does_and_the_others_are_told(
    db, cell, deciders, race
) -> None:
    acts = [
        partial(decide, cell=cell, grade=Grade.BASIC, reason=f"理由{number}", by=one)
        for number, one in enumerate(deciders)
    ]
    got = race(acts)

    made = [each for each in got if isinstance(each, PartyReview)]
    assert len(made) == 1
    assert sum(isinstance(each, DecidedMeanwhile) for each in got) == CROWD - 1
    with db.reading() as session:
        kept = review_of(session, cell)
        reason = verdicts.of(kept, VAULT).reason
    winner = next(number for number, each in enumerate(got) if isinstance(each, PartyReview))
    assert (kept.decided_by, reason) == (deciders[winner].person_id, f"理由{winner}")
    assert decisions(db) == 1


def test_of_several_who_change_a_decision_at_once_one_does(db, cell, deciders, race) -> None:
    with db.transaction() as session:
        decide(session, cell)
    acts = [
        partial(decide, cell=cell, grade=Grade.BASIC, reason=f"理由{number}", by=one, revision=1)
        for number, one in enumerate(deciders)
    ]

    got = race(acts)

    assert sum(isinstance(each, DecidedMeanwhile) for each in got) == CROWD - 1
    assert decisions(db) == 2


def test_control_without_the_condition_the_later_would_write_over_the_earlier(
    db, cell, deciders, race, monkeypatch
) -> None:
    with db.transaction() as session:
        decide(session, cell)
    monkeypatch.setattr(steps, "unchanged", lambda *_: true())
    acts = [
        partial(decide, cell=cell, grade=Grade.BASIC, reason=f"理由{number}", by=one, revision=1)
        for number, one in enumerate(deciders)
    ]

    assert not any(isinstance(each, DecidedMeanwhile) for each in race(acts))
    assert decisions(db) == 1 + CROWD


def test_drafts_accepted_by_several_taps_are_decided_once(db, cell, deciders, race) -> None:
    seen = {cell.file: Grade.QUALIFIED}

    got = race(
        [
            lambda s, one=one: deciding.accept(s, one, QUARTER, seen, JULY, **DESK)
            for one in deciders
        ]
    )

    assert sorted(got) == [0] * (CROWD - 1) + [1]
    assert decisions(db) == 1


def test_of_two_replies_at_once_one_stands(db, cell, race) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
        revision = review_of(session, cell).revision

    def reply(session, words):
        who = session, cell.secretary, cell.file, QUARTER, words, JULY
        return showing.reply(*who, grade=None, revision=revision, **BOTH)

    got = race([partial(reply, words=f"答复{number}") for number in range(CROWD)])

    assert sum(isinstance(each, DecidedMeanwhile) for each in got) == CROWD - 1


def outcomes(db, cell, race) -> tuple[list[object], ReviewState, bytes | None]:
    """Let the job, the button and an objection come at once."""
    got = race(
        [
            lambda s: settling.settle(s, JULY, RULES.reviews),
            lambda s: object_to(s, cell),
            lambda s: showing.finish(s, cell.secretary, cell.file, QUARTER, JULY, rules=RULES),
        ]
    )
    with db.reading() as session:
        review = review_of(session, cell)
        return got, review.state, review.answer


def test_an_end_never_overtakes_an_objection(db, cell, race) -> None:
    with db.transaction() as session:
        shown(session, cell)
    for _round in range(ROUNDS):
        with db.transaction() as session:
            review = review_of(session, cell)
            review.state, review.answer, review.final_at = ReviewState.SHOWN, None, None
            session.flush()
            acknowledge(session, cell)

        got, state, answer = outcomes(db, cell, race)

        if isinstance(got[1], ReviewPast):
            assert (state, answer) == (ReviewState.FINAL, None)
        else:
            assert state is ReviewState.OBJECTED
            assert answer is not None
            assert got[0] == 0
            assert isinstance(got[2], ObjectionOpen)


def test_control_with_no_condition_on_the_end_an_objection_would_be_lost(
    db, cell, race, monkeypatch
) -> None:
    with db.transaction() as session:
        shown(session, cell)
        object_to(session, cell)
    monkeypatch.setattr(steps, "may_be_final", lambda *_: literal(True))

    race([lambda s: settling.settle(s, JULY, RULES.reviews)])

    with db.reading() as session:
        assert review_of(session, cell).state is ReviewState.FINAL
