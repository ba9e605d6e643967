"""Two persons who prove to be one keep the last word, whoever said it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import followers
from server.people import consents, erasures, guardians, joining, linking, profile
from server.people.consents import Purpose, is_withdrawn
from server.people.guardians import Given
from server.people.models import Account, App, Channel, Guardian
from server.staff.models import StaffAccount, StaffState
from server.staff.moving import TwoStaffAccounts
from tests.factories import a_person

assert followers
WEEK = timedelta(days=7)


@pytest.fixture
def pair(session, clock) -> tuple[int, int]:
    """The person who stays and the one who goes."""
    return a_person(session, clock.now()), a_person(session, clock.now(), app=App.MINIPROGRAM)


@pytest.mark.parametrize("later", [0, 1])
def test_what_was_taken_back_last_stays_taken_back(session, pair, clock, later) -> None:
    for person in pair:
        consents.grant(session, person, Purpose.SERVICE, clock.now(), channel=Channel.CHAT)
    consents.withdraw(session, pair[later], Purpose.SERVICE, clock.advance(hours=1))

    keep = joining.join(session, *pair, clock.now())

    assert is_withdrawn(session, keep, Purpose.SERVICE)


def test_what_was_given_again_last_is_given(session, pair, clock) -> None:
    consents.withdraw(session, pair[0], Purpose.NOTICES, clock.now())
    later = clock.advance(hours=1)
    consents.grant(session, pair[1], Purpose.NOTICES, later, channel=Channel.MINIPROGRAM)

    keep = joining.join(session, *pair, clock.now())

    assert not is_withdrawn(session, keep, Purpose.NOTICES)


@pytest.mark.parametrize("asker", [0, 1])
def test_the_wish_of_one_account_is_that_of_the_person(session, pair, clock, asker) -> None:
    asked = erasures.ask(session, pair[asker], clock.now(), channel=Channel.CHAT, cooling=WEEK)

    keep = joining.join(session, *pair, clock.now())

    assert erasures.of(session, keep) is asked
    assert erasures.waiting(session) == [asked]


def test_of_two_wishes_the_older_one_stands(session, pair, clock) -> None:
    first = erasures.ask(session, pair[1], clock.now(), channel=Channel.CHAT, cooling=WEEK)
    clock.advance(days=1)
    erasures.ask(session, pair[0], clock.now(), channel=Channel.CHAT, cooling=WEEK)

    keep = joining.join(session, *pair, clock.now())

    assert erasures.waiting(session) == [first]
    assert first.person_id == keep


def test_the_guardian_who_still_agrees_is_kept(session, pair, runtime, clock) -> None:
    given, staff = Given("示例·母亲", "13812345678", "母亲"), a_person(session, clock.now())
    more = {"channel": Channel.PAPER, "seen_by": staff, "vault": runtime.vault}
    rows = [guardians.agree(session, who, given, clock.now(), **more) for who in pair]
    guardians.withdraw(session, rows[0], pair[0], clock.now())

    keep = joining.join(session, *pair, clock.now())

    [kept] = session.scalars(select(Guardian))
    assert (kept.minor_id, kept.withdrawn_at) == (keep, None)


def test_nobody_answers_for_themselves(session, pair, runtime, clock) -> None:
    given = Given("示例·自己", "13812345678", "本人")
    guardians.keep(
        session,
        pair[0],
        given,
        clock.now(),
        runtime.vault,
        channel=Channel.CHAT,
        guardian_id=pair[1],
    )

    joining.join(session, *pair, clock.now())

    assert session.scalars(select(Guardian)).all() == []


def employ(session, person: int, login: str, state: StaffState, now) -> None:
    session.add(
        StaffAccount(person_id=person, login=login, state=state, created_at=now, changed_at=now)
    )
    session.flush()


def test_two_staff_accounts_in_use_are_not_joined(session, pair, clock) -> None:
    for person, login in zip(pair, ("one", "two"), strict=True):
        employ(session, person, login, StaffState.ACTIVE, clock.now())

    with pytest.raises(TwoStaffAccounts):
        joining.join(session, *pair, clock.now())


def test_whoever_cannot_be_joined_by_unionid_still_comes_in(session, pair, runtime, clock) -> None:
    for person, login in zip(pair, ("one", "two"), strict=True):
        employ(session, person, login, StaffState.ACTIVE, clock.now())
        session.scalars(select(Account).where(Account.person_id == person)).one().unionid = "u"
    session.flush()

    who = linking.follow_unionid(session, pair[1], "u", clock.now(), vault=runtime.vault)

    assert who == pair[1]
    assert len(session.scalars(select(StaffAccount)).all()) == 2


def test_name_phone_and_their_marks_are_handed_over(session, pair, runtime, clock) -> None:
    keep, gone = pair
    profile.rename(session, gone, "示例·李明", vault=runtime.vault)
    profile.set_phone(session, gone, "13812345678", vault=runtime.vault)
    profile.inherit(session, keep, gone, vault=runtime.vault)

    joining.join(session, keep, gone, clock.now())

    stays = session.get_one(profile.Person, keep)
    assert profile.name_of(session, keep, vault=runtime.vault) == "示例·李明"
    assert stays.name_mark == profile.name_mark("示例·李明", vault=runtime.vault)
    assert stays.phone_mark == runtime.vault.mark("+8613812345678", "phone")
