from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from server.people import linking, volunteer_numbers
from server.people.models import App, Person
from tests.factories import a_person


@pytest.fixture
def person(db, clock) -> int:
    with db.transaction() as session:
        return a_person(session, clock.now())


def number_of(db, person_id: int, clock) -> str:
    with db.transaction() as session:
        return volunteer_numbers.of(session, person_id, clock.now())


def test_a_number_is_given_once_and_for_all(db, person, clock) -> None:
    first = number_of(db, person, clock)

    assert number_of(db, person, clock) == first
    assert first.startswith("140106")
    assert len(first) == 14
    assert volunteer_numbers.is_whole(first)


def test_all_who_ask_at_once_get_the_same(db, person, clock) -> None:
    number_of(db, person, clock)
    with db.transaction() as session:
        session.get_one(Person, person).volunteer_no = None

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: number_of(db, person, clock), range(12)))

    assert len(set(found)) == 1


def test_a_number_that_is_taken_is_drawn_again(db, person, clock, monkeypatch) -> None:
    taken = number_of(db, person, clock)
    with db.transaction() as session:
        other = a_person(session, clock.now())
    draws = iter([int(taken[6:13]), int(taken[6:13]), 7])
    monkeypatch.setattr(volunteer_numbers.secrets, "randbelow", lambda _most: next(draws))

    assert number_of(db, other, clock).startswith("1401060000007")


def test_one_mistyped_digit_is_noticed(db, person, clock) -> None:
    number = number_of(db, person, clock)
    for place, digit in enumerate(number):
        wrong = f"{number[:place]}{(int(digit) + 1) % 10}{number[place + 1 :]}"
        assert not volunteer_numbers.is_whole(wrong)


@pytest.mark.parametrize("both", [True, False])
def test_who_stays_keeps_their_number_or_takes_the_other(db, runtime, clock, both) -> None:
    with db.transaction() as session:
        older = a_person(session, clock.now())
        younger = a_person(session, clock.now(), app=App.MINIPROGRAM)
        other = volunteer_numbers.of(session, younger, clock.now())
        own = volunteer_numbers.of(session, older, clock.now()) if both else other
        code = linking.offer(session, older, clock.now(), vault=runtime.vault).code

    with db.transaction() as session:
        linking.redeem(session, younger, code, clock.now(), vault=runtime.vault)

    with db.reading() as session:
        assert session.scalars(select(Person.volunteer_no)).all() == [own]
