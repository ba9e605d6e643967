from typing import Any

import pytest

from tests.clock import Clock
from tests.emulator.conftest import Desk

CALL = "/cgi-bin/user/get"


def errcode(answer: dict[str, Any]) -> int:
    return int(answer.get("errcode", 0))


def test_the_stable_token_stays_the_same_and_grows_old(desk: Desk, clock: Clock) -> None:
    first = desk.token()
    clock.advance(seconds=1000)

    second = desk.token()

    assert first["expires_in"] == 7200
    assert second == {"access_token": first["access_token"], "expires_in": 6200}
    assert desk.world.tokens.issued["official stable_token"] == 1


def test_in_its_last_five_minutes_it_is_renewed_and_both_are_good_for_five(
    desk: Desk, clock: Clock
) -> None:
    old = desk.token()["access_token"]
    clock.advance(seconds=6950)

    new = desk.token()

    assert new["access_token"] != old
    assert new["expires_in"] == 7200
    clock.advance(seconds=299)
    assert errcode(desk.get(CALL, token=old)) == 0
    clock.advance(seconds=1)
    assert errcode(desk.get(CALL, token=old)) == 40001
    assert errcode(desk.get(CALL, token=new["access_token"])) == 0


def test_a_forced_refresh_kills_the_old_token_at_once(desk: Desk) -> None:
    old = desk.token()["access_token"]

    new = desk.token(force_refresh=True)["access_token"]

    assert new != old
    assert errcode(desk.get(CALL, token=old)) == 40001


def test_within_thirty_seconds_force_gives_the_same_again(desk: Desk, clock: Clock) -> None:
    first = desk.token(force_refresh=True)["access_token"]
    clock.advance(seconds=29)
    assert desk.token(force_refresh=True)["access_token"] == first

    clock.advance(seconds=1)

    assert desk.token(force_refresh=True)["access_token"] != first


def test_force_works_twenty_times_a_beijing_day(desk: Desk, clock: Clock) -> None:
    for _ in range(20):
        assert "access_token" in desk.token(force_refresh=True)
        clock.advance(seconds=30)

    assert errcode(desk.token(force_refresh=True)) == 45009
    clock.advance(hours=24)
    assert "access_token" in desk.token(force_refresh=True)


def test_each_plain_token_is_new_and_the_one_before_lives_five_minutes(
    desk: Desk, clock: Clock
) -> None:
    old, new = desk.plain_token()["access_token"], desk.plain_token()["access_token"]
    assert old != new

    clock.advance(seconds=299)
    assert errcode(desk.get(CALL, token=old)) == 0
    clock.advance(seconds=1)
    assert errcode(desk.get(CALL, token=old)) == 40001
    assert errcode(desk.get(CALL, token=new)) == 0


def test_the_two_families_do_not_touch_each_other(desk: Desk, clock: Clock) -> None:
    stable, plain = desk.token()["access_token"], desk.plain_token()["access_token"]
    desk.plain_token()
    desk.token(force_refresh=True)

    clock.advance(seconds=10)

    assert errcode(desk.get(CALL, token=stable)) == 40001
    assert errcode(desk.get(CALL, token=plain)) == 0


def test_a_token_ends(desk: Desk, clock: Clock) -> None:
    token = desk.token()["access_token"]
    clock.advance(seconds=7200)

    answer = desk.get(CALL, token=token)

    assert answer["errcode"] == 42001
    assert " rid: " in answer["errmsg"]


def test_plain_tokens_have_a_daily_number(desk: Desk) -> None:
    desk.turn(quotas={"/cgi-bin/token": 2})

    codes = [errcode(desk.plain_token()) for _ in range(3)]

    assert codes == [0, 0, 45009]


@pytest.mark.parametrize(
    ("token", "code"),
    [("foreign", 40001), ("bad token!", 40014), ("x" * 513, 40014), ("令牌", 40014)],
)
def test_a_token_that_is_none_is_refused(desk: Desk, token: str, code: int) -> None:
    assert errcode(desk.get(CALL, token=token)) == code


def test_a_call_without_a_token_is_refused(desk: Desk) -> None:
    assert errcode(desk.get(CALL, token=None)) == 41001


def test_all_tokens_can_be_revoked(desk: Desk) -> None:
    old, other = desk.token()["access_token"], desk.token("miniprogram")["access_token"]

    desk.ask("POST", "/_/tokens/revoke", {"app": "official"})

    assert errcode(desk.get(CALL, token=old)) == 40001
    assert desk.token()["access_token"] != old
    assert desk.token("miniprogram")["access_token"] == other


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"appid": "wx-other"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": "wrong"}, 40125),
        ({"secret": ""}, 41004),
        ({"grant_type": "password"}, 40002),
    ],
)
def test_wrong_credentials_have_their_codes(desk: Desk, wrong: dict[str, str], code: int) -> None:
    assert errcode(desk.token(**wrong)) == code
    assert errcode(desk.plain_token(**wrong)) == code


def test_force_must_be_true_or_false(desk: Desk) -> None:
    assert errcode(desk.token(force_refresh="yes")) == 47001


def test_the_method_must_be_the_right_one(desk: Desk) -> None:
    assert errcode(desk.get("/cgi-bin/stable_token", token=None)) == 43002
    assert errcode(desk.post("/cgi-bin/token", {}, token=None)) == 43001
    assert errcode(desk.post("/cgi-bin/stable_token", b"", token=None)) == 44002
    assert errcode(desk.post("/cgi-bin/stable_token", b"{", token=None)) == 47001
    assert errcode(desk.get("/cgi-bin/no/such", token=None)) == 40066


def test_the_same_seed_and_moment_give_the_same_tokens(desk: Desk) -> None:
    twin = Desk(desk.settings, desk.service, Clock(desk.clock.moment))

    assert desk.token() == twin.token()
    assert desk.person() == twin.person()
    twin.close()
