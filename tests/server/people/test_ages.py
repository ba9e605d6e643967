"""A year of birth is believed, but what makes a minor older counts once staff have seen it."""

import pytest
from sqlalchemy import func, select

from server.people import ages, joining
from server.people.ages import NotBornYet
from server.people.models import BirthYearClaim, Channel, Person
from tests.factories import a_person, people

CHILD, YOUTH, ADULT = 2014, 2010, 1990


@pytest.fixture
def now(clock):
    return clock.now()


@pytest.fixture
def person(session, now) -> int:
    return a_person(session, now)


def tell(session, person, year, now) -> bool:
    return ages.declare(session, person, year, now, Channel.CHAT)


def year_of(session, person) -> int | None:
    return session.get_one(Person, person, populate_existing=True).birth_year


def claimed(session, person) -> int | None:
    claim = ages.claim_of(session, person)
    return claim and claim.year


@pytest.mark.parametrize("year", [CHILD, YOUTH, ADULT])
def test_what_is_told_first_is_believed(session, now, person, year) -> None:
    assert tell(session, person, year, now)
    assert (year_of(session, person), claimed(session, person)) == (year, None)


@pytest.mark.parametrize(
    ("before", "after"), [(CHILD, YOUTH), (CHILD, ADULT), (YOUTH, ADULT), (YOUTH, YOUTH - 1)]
)
def test_no_minor_makes_themselves_older(session, now, person, before, after) -> None:
    tell(session, person, before, now)

    assert not any(tell(session, person, after, now) for _ in range(2))

    assert (year_of(session, person), claimed(session, person)) == (before, after)
    assert session.scalar(select(func.count()).select_from(BirthYearClaim)) == 1


@pytest.mark.parametrize(
    ("before", "after"), [(ADULT, 1960), (ADULT, 2000), (ADULT, YOUTH), (YOUTH, CHILD)]
)
def test_whatever_makes_nobody_grow_up_is_put_right_at_once(
    session, now, person, before, after
) -> None:
    tell(session, person, before, now)

    assert tell(session, person, after, now)
    assert year_of(session, person) == after


def test_control_without_the_rule_a_minor_would_just_tell_another_year(
    session, now, person, monkeypatch
) -> None:
    monkeypatch.setattr(ages, "needs_proof", lambda *_: False)
    tell(session, person, CHILD, now)

    assert tell(session, person, ADULT, now)


def test_telling_the_first_year_again_takes_the_correction_back(session, now, person) -> None:
    tell(session, person, CHILD, now)
    tell(session, person, ADULT, now)

    assert tell(session, person, CHILD, now)
    assert claimed(session, person) is None


def test_what_staff_have_seen_nobody_changes_by_a_word(session, now, person) -> None:
    tell(session, person, ADULT, now)
    session.get_one(Person, person).birth_year_seen_at = now
    session.flush()

    assert not tell(session, person, ADULT - 10, now)
    assert (year_of(session, person), claimed(session, person)) == (ADULT, ADULT - 10)


def test_a_year_ahead_is_none(session, now, person) -> None:
    with pytest.raises(NotBornYet):
        tell(session, person, 2027, now)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [(YOUTH, ADULT, YOUTH), (ADULT, YOUTH, YOUTH), (None, ADULT, ADULT)],
)
def test_of_two_accounts_the_younger_one_counts(session, now, first, second, kept) -> None:
    """Else a minor told another year in a second account, and joined the two."""
    stays, goes = people(session, now, 2)
    for person, year in ((stays, first), (goes, second)):
        session.get_one(Person, person).birth_year = year
    session.flush()

    joining.join(session, stays, goes, now)

    assert year_of(session, stays) == kept


def test_what_staff_have_seen_counts_when_two_are_joined(session, now) -> None:
    stays, goes, clerk = people(session, now, 3)
    tell(session, stays, YOUTH, now)
    older = session.get_one(Person, goes)
    older.birth_year, older.birth_year_seen_by, older.birth_year_seen_at = ADULT, clerk, now
    session.flush()

    joining.join(session, stays, goes, now)

    kept = session.get_one(Person, stays, populate_existing=True)
    assert (kept.birth_year, kept.birth_year_seen_by, kept.birth_year_seen_at) == (
        ADULT,
        clerk,
        now,
    )
