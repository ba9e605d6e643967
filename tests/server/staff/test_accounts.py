"""Accounts of staff, where pages do not reach."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import select, update

from server.people import identities, joining
from server.staff import accounts, second_factor, sessions, signing_in, slips
from server.staff.accounts import BadLogin, LoginTaken
from server.staff.models import ConsoleSession, StaffAccount, StaffState

NOBODY = 999_999


@pytest.fixture
def vault(runtime):
    return runtime.vault


def an_account(session, clock, vault, login: str) -> StaffAccount:
    person = identities.put_down(session, clock.now())
    invited = accounts.invite(session, person, login, clock.now(), vault=vault)
    return session.get_one(StaffAccount, invited.staff_id)


@pytest.mark.parametrize("login", ["ab", "1zhang", "zhang min", "张敏", "x" * 41, "a/b"])
def test_a_login_is_plain(session, clock, vault, login) -> None:
    with pytest.raises(BadLogin):
        an_account(session, clock, vault, login)


def test_a_login_is_borne_by_one_and_a_person_bears_one(session, clock, vault) -> None:
    first = an_account(session, clock, vault, "Zhang")

    with pytest.raises(LoginTaken):
        an_account(session, clock, vault, "zhang ")
    with pytest.raises(LoginTaken):
        accounts.invite(session, first.person_id, "other", clock.now(), vault=vault)


def test_the_link_of_before_ends_with_a_new_one(session, clock, vault) -> None:
    account = an_account(session, clock, vault, "zhang")
    links = [
        accounts.invite_again(session, account.id, clock.now(), vault=vault).token for _ in range(2)
    ]

    with pytest.raises(accounts.InvitationOver):
        accounts.invitee(session, links[0], clock.now(), vault=vault)
    assert accounts.invitee(session, links[1], clock.now(), vault=vault).id == account.id


def test_the_secret_of_the_second_factor_is_sealed_at_its_place(session, clock, vault) -> None:
    account = an_account(session, clock, vault, "zhang")
    token = accounts.invite_again(session, account.id, clock.now(), vault=vault).token
    secret = second_factor.drawn_from(token, vault=vault)
    code = _code(secret, clock.now())

    accounts.accept(session, token, "kept", code, clock.now(), vault=vault)

    assert secret.encode() not in account.totp
    assert vault.open(account.totp, second_factor.place(account.id)) == secret
    assert account.state is StaffState.ACTIVE
    # the very code that proved the app is used up
    assert not second_factor.take(session, account.id, code, clock.now(), vault=vault)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34 56 78"])
def test_what_is_no_code_is_no_code(clock, code) -> None:
    assert second_factor.step_of("A" * 32, code, clock.now()) is None


def test_nobody_without_a_second_factor_shows_a_code(session, clock, vault) -> None:
    assert not second_factor.take(session, NOBODY, "123456", clock.now(), vault=vault)


def test_rests_double_up_to_a_quarter_of_an_hour_and_are_forgotten(session, clock, vault) -> None:
    account = an_account(session, clock, vault, "zhang")
    _activate(session, account)

    minutes = []
    for _ in range(11):
        signing_in.admit(session, account.id, False, clock.now(), spared=False)
        session.refresh(account)
        rest = account.locked_until - clock.now()
        minutes.append(rest.total_seconds() / 60)
        clock.advance(minutes=rest.total_seconds() / 60)
    clock.advance(hours=1, seconds=1)
    signing_in.admit(session, account.id, False, clock.now(), spared=False)
    session.refresh(account)

    assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
    assert account.failures == 1


def test_tries_during_a_rest_do_not_make_it_longer(session, clock, vault) -> None:
    account = an_account(session, clock, vault, "zhang")
    _activate(session, account)
    for _ in range(50):
        signing_in.admit(session, account.id, False, clock.now(), spared=False)
    session.refresh(account)

    assert account.failures == 5
    assert (account.locked_until - clock.now()).total_seconds() == 60


def test_guesses_at_once_are_each_counted(db, clock, vault) -> None:
    with db.transaction() as session:
        account = an_account(session, clock, vault, "zhang")
        _activate(session, account)

    def guess(_number: int) -> None:
        with db.transaction() as session:
            signing_in.admit(session, account.id, False, clock.now(), spared=False)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(guess, range(4)))

    with db.reading() as session:
        assert session.get_one(StaffAccount, account.id).failures == 4


def test_a_device_knows_the_five_who_used_it_last(clock, vault) -> None:
    slip = ""
    for number in range(7):
        slip = signing_in.remember(slip, number, clock.now(), vault=vault)

    known = [n for n in range(7) if signing_in.is_known(slip, n, clock.now(), vault=vault)]
    assert known == [2, 3, 4, 5, 6]
    assert not signing_in.is_known(slip, None, clock.now(), vault=vault)
    clock.advance(days=181)
    assert not signing_in.is_known(slip, 6, clock.now(), vault=vault)


@pytest.mark.parametrize("slip", ["", "x", "é" * 40, "QUJD" * 30])
def test_a_slip_that_is_not_ours_says_nothing(clock, vault, slip) -> None:
    assert slips.read("device", slip, clock.now(), vault=vault) is None


def test_a_slip_is_good_for_its_kind_alone(clock, vault) -> None:
    slip = signing_in.remember("", 7, clock.now(), vault=vault)

    assert slips.read("pending", slip, clock.now(), vault=vault) is None


@pytest.mark.parametrize("active", ["older", "younger"])
def test_of_two_accounts_of_one_person_the_one_in_use_stays(session, clock, vault, active) -> None:
    older, younger = (an_account(session, clock, vault, login) for login in ("zhang", "zhang2"))
    stays = {"older": older, "younger": younger}[active]
    _activate(session, stays)
    for account in (older, younger):
        sessions.start(session, account.id, "test", clock.now())

    keep = joining.join(session, older.person_id, younger.person_id, clock.now())

    left = session.execute(select(StaffAccount.id, StaffAccount.person_id)).all()
    assert [tuple(row) for row in left] == [(stays.id, keep)]
    assert session.scalars(select(ConsoleSession.staff_id)).all() == [stays.id]


def _activate(session, account: StaffAccount) -> None:
    session.execute(
        update(StaffAccount).where(StaffAccount.id == account.id).values(state=StaffState.ACTIVE)
    )


def _code(secret: str, now) -> str:
    return pyotp.TOTP(secret).at(now)
