from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.errors import Refusal
from server.people import identities, linking
from server.people.linking import LinkedAlready, OwnLinkCode, WrongLinkCode
from server.people.models import Account, App, LinkCode, Person


@pytest.fixture
def chat(db, clock) -> int:
    with db.transaction() as session:
        return identities.welcome(session, App.OFFICIAL, "oChat", clock.now()).person_id


@pytest.fixture
def mini(db, clock, chat) -> int:
    with db.transaction() as session:
        return identities.welcome(session, App.MINIPROGRAM, "oMini", clock.now()).person_id


def offer(db, runtime, person: int) -> str:
    with db.transaction() as session:
        return linking.offer(session, person, runtime.now(), vault=runtime.vault).code


def redeem(db, runtime, person: int, code: str) -> int:
    with db.transaction() as session:
        return linking.redeem(session, person, code, runtime.now(), vault=runtime.vault)


def test_whoever_types_the_code_the_older_person_stays(db, runtime, chat, mini) -> None:
    assert redeem(db, runtime, chat, offer(db, runtime, mini)) == chat

    with db.reading() as session:
        assert session.scalars(select(Account.person_id)).all() == [chat, chat]
        assert session.scalars(select(Person.id)).all() == [chat]


def test_the_code_itself_is_not_kept(db, runtime, chat) -> None:
    code = offer(db, runtime, chat)

    with db.reading() as session:
        assert code not in str(session.execute(select(LinkCode.__table__)).all())


def test_a_code_serves_once(db, runtime, chat, mini) -> None:
    code = offer(db, runtime, chat)
    redeem(db, runtime, mini, code)

    with pytest.raises(WrongLinkCode):
        redeem(db, runtime, chat, code)


def test_a_fresh_code_ends_the_last_one(db, runtime, chat, mini) -> None:
    last, fresh = offer(db, runtime, chat), offer(db, runtime, chat)

    if last != fresh:
        with pytest.raises(WrongLinkCode):
            redeem(db, runtime, mini, last)
    assert redeem(db, runtime, mini, fresh) == chat


def test_a_code_is_old_after_ten_minutes(db, runtime, chat, mini, clock) -> None:
    code = offer(db, runtime, chat)
    clock.advance(minutes=10)

    with pytest.raises(WrongLinkCode):
        redeem(db, runtime, mini, code)


def test_ones_own_code_and_a_stranger_of_the_same_app_are_refused(
    db, runtime, chat, mini, clock
) -> None:
    code = offer(db, runtime, chat)
    with db.transaction() as session:
        stranger = identities.welcome(session, App.OFFICIAL, "oOther", clock.now()).person_id

    for person, refusal in ((chat, OwnLinkCode), (stranger, LinkedAlready)):
        with pytest.raises(refusal):
            redeem(db, runtime, person, code)
    assert redeem(db, runtime, mini, code) == chat


def test_a_code_in_force_is_not_given_twice(db, runtime, chat, mini, monkeypatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(linking.secrets, "randbelow", lambda _below: next(drawn))

    assert [offer(db, runtime, chat), offer(db, runtime, mini)] == ["000007", "000008"]


def test_an_old_code_may_be_given_again(db, runtime, chat, mini, clock, monkeypatch) -> None:
    monkeypatch.setattr(linking.secrets, "randbelow", lambda _below: 7)
    offer(db, runtime, chat)
    clock.advance(minutes=11)

    assert offer(db, runtime, mini) == "000007"


def test_when_every_code_is_taken_it_says_so(db, runtime, chat, mini, monkeypatch) -> None:
    monkeypatch.setattr(linking.secrets, "randbelow", lambda _below: 7)
    offer(db, runtime, chat)

    with pytest.raises(RuntimeError):
        offer(db, runtime, mini)


def test_who_is_gone_is_told_apart_from_a_code_that_is_taken(db, runtime, is_postgres) -> None:
    with pytest.raises(identities.Moved if is_postgres else IntegrityError):
        offer(db, runtime, 999_999)


def test_a_code_whose_owner_asks_for_another_meanwhile_joins_or_is_wrong(
    db, runtime, chat, mini
) -> None:
    for _ in range(5):
        code, start = offer(db, runtime, chat), Barrier(2)

        def type_it(code: str = code, start: Barrier = start) -> str:
            start.wait()
            try:
                redeem(db, runtime, mini, code)
            except Refusal as refusal:
                return refusal.code
            except identities.Moved:
                return "moved"
            return "joined"

        def ask_again(start: Barrier = start) -> str:
            start.wait()
            return offer(db, runtime, chat)

        with ThreadPoolExecutor(2) as pool:
            typed, asked = pool.submit(type_it), pool.submit(ask_again)

        assert typed.result() in {"joined", "moved", "people.wrong_link_code"}
        assert len(asked.result()) == 6


def test_a_code_typed_by_two_at_once_joins_one(db, runtime, chat, clock) -> None:
    with db.transaction() as session:
        two = [
            identities.welcome(session, App.MINIPROGRAM, f"oMini{n}", clock.now()).person_id
            for n in range(2)
        ]
    code, start = offer(db, runtime, chat), Barrier(2)

    def type_it(person: int) -> str:
        start.wait()
        try:
            redeem(db, runtime, person, code)
        except Refusal as refusal:
            return refusal.code
        return "joined"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(type_it, two))

    assert outcomes == ["joined", "people.wrong_link_code"]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2


def test_no_unionid_joins_nobody(db, runtime, chat, mini) -> None:
    with db.transaction() as session:
        for unionid in (None, "", "oNobodys"):
            kept = linking.follow_unionid(
                session, mini, unionid, runtime.now(), vault=runtime.vault
            )
            assert kept == mini
