"""Whoever unfollowed long ago is forgotten, unless they are still here by another door."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import followers, jobs
from server.areas import tree
from server.people import identities, leaving, posts
from server.people.models import Account, ApiSession, App, Channel, Person, Role
from server.volunteers.models import Signup
from tests.factories import a_person, a_shift

assert followers


@pytest.fixture
def person(runtime, clock) -> int:
    """Somebody who has just unfollowed."""
    with runtime.db.transaction() as session:
        person = a_person(session, clock.now(), "o-leaver")
        follow(session, person, False, clock.advance(seconds=1))
    return person


def follow(session, person: int, following: bool, at) -> None:
    for account in session.scalars(select(Account.id).where(Account.person_id == person)):
        identities.set_following(session, account, following, at)


def is_erased(runtime, person: int) -> bool:
    with runtime.db.reading() as session:
        return session.get_one(Person, person).erased_at is not None


def accounts(runtime, person: int) -> int:
    with runtime.db.reading() as session:
        return len(session.scalars(select(Account).where(Account.person_id == person)).all())


def test_a_month_after_unfollowing_somebody_is_forgotten(runtime, person, clock) -> None:
    clock.advance(days=29)
    assert leaving.erase_left(runtime) == 0
    clock.advance(days=1)

    assert jobs.run_once(runtime, "erase") == 1

    assert is_erased(runtime, person)
    assert leaving.erase_left(runtime) == 0


def test_whoever_came_back_stays(runtime, person, clock) -> None:
    with runtime.db.transaction() as session:
        follow(session, person, True, clock.advance(days=29))
    clock.advance(days=300)

    assert leaving.erase_left(runtime) == 0


def test_whoever_is_logged_in_to_the_mini_program_stays(runtime, person, clock) -> None:
    with runtime.db.transaction() as session:
        account = Account(
            person_id=person, app=App.MINIPROGRAM, openid="o-m", created_at=clock.now()
        )
        session.add(account)
        session.flush()
        login = ApiSession(token_mark="x", person_id=person, account_id=account.id)
        login.created_at = login.seen_at = clock.now()
        login.expires_at = clock.now() + timedelta(days=90)
        session.add(login)
    clock.advance(days=89)
    assert leaving.erase_left(runtime) == 0
    clock.advance(days=2)

    assert leaving.erase_left(runtime) == 1
    assert is_erased(runtime, person)


def test_whoever_holds_a_post_stays(runtime, person, clock) -> None:
    with runtime.db.transaction() as session:
        root = tree.plant(session, "D", "示例区", tree.AreaKind.DISTRICT, None)
        posts.appoint(session, person, Role.GRID_WORKER, root, clock.now(), until=None)
    clock.advance(days=60)

    assert leaving.erase_left(runtime) == 0
    assert accounts(runtime, person) == 1


def test_whoever_is_served_on_paper_loses_only_the_account(runtime, person, clock) -> None:
    with runtime.db.transaction() as session:
        signup = Signup(
            shift_id=a_shift(session, clock.now()),
            person_id=person,
            state="confirmed",
            channel=Channel.PAPER,
            created_at=clock.now(),
            changed_at=clock.advance(days=3),
        )
        session.add(signup)
    clock.advance(days=60)

    assert leaving.erase_left(runtime) == 1

    assert not is_erased(runtime, person)
    assert accounts(runtime, person) == 0
    assert leaving.erase_left(runtime) == 0


def test_many_are_forgotten_in_bounded_pieces(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        for _ in range(5):
            follow(session, a_person(session, clock.now()), False, clock.advance(seconds=1))
    clock.advance(days=31)

    done = [leaving.erase_left(runtime, most=2) for _ in range(4)]

    assert done == [2, 2, 1, 0]
