"""A refused token is renewed once a call, whatever is under way beside it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from server.wechat.calls import Post
from server.wechat.dispatch import Dispatch
from server.wechat.errors import Misconfigured, StaleToken
from server.wechat.token import TokenKeeper
from tests.clock import Clock
from tests.server.wechat.fake_api import Asked, FakeApi

PATH = "/cgi-bin/x"


@pytest.fixture
def dispatch(api: FakeApi, clock: Clock) -> Iterator[Dispatch]:
    with closing(Dispatch(api.url, clock, 4)) as dispatch:
        yield dispatch


def outcomes(dispatch: Dispatch, posts: list[Post]) -> list[object]:
    told: list[object] = []
    left = threading.Semaphore(0)

    def hear(outcome: object) -> None:
        told.append(outcome)
        left.release()

    for post in posts:
        dispatch.send(post, hear, lambda: True)
    assert all(left.acquire(timeout=10) for _ in posts)
    return told


def only(good: str) -> Callable[[Asked], dict]:
    stale = {"errcode": 40001, "errmsg": "invalid credential"}
    return lambda asked: {"errcode": 0} if asked.query["access_token"] == good else stale


def test_a_refused_token_is_renewed_once_for_all_that_were_under_way(
    dispatch: Dispatch, api: FakeApi, tokens: TokenKeeper
) -> None:
    api.tokens("old", "new")
    api.on(PATH, only("new"))

    told = outcomes(dispatch, [Post(tokens, PATH, {"n": n}) for n in range(12)])

    assert told == [{"errcode": 0}] * 12
    assert api.count() == 2


def test_control_without_looking_whose_token_it_is_each_call_fetches_one(
    dispatch: Dispatch, api: FakeApi, tokens: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.tokens("old", "new")
    api.on(PATH, only("new"))
    outcomes(dispatch, [Post(tokens, PATH, {})])
    tokens._mine = None
    api.tokens("new")
    api.on(PATH, only("newer"))
    monkeypatch.setattr(TokenKeeper, "_usable", lambda *_: None)

    outcomes(dispatch, [Post(tokens, PATH, {"n": n}) for n in range(4)])

    assert api.count() > 4


def test_a_token_refused_twice_is_over(
    dispatch: Dispatch, api: FakeApi, tokens: TokenKeeper
) -> None:
    api.tokens("old", "new")
    api.on(PATH, only("never"))

    [told] = outcomes(dispatch, [Post(tokens, PATH, {})])

    assert isinstance(told, StaleToken)
    assert api.count(PATH) == 2


@pytest.mark.parametrize("answers", [[{"errcode": 40013}], ["old", {"errcode": 40013}]])
def test_without_a_token_nothing_is_sent_and_it_is_told(
    dispatch: Dispatch, api: FakeApi, tokens: TokenKeeper, answers: list
) -> None:
    api.tokens(*answers)
    api.on(PATH, only("never"))

    [told] = outcomes(dispatch, [Post(tokens, PATH, {})])

    assert isinstance(told, Misconfigured)
    assert api.count(PATH) == len(answers) - 1


def test_whatever_goes_wrong_with_a_token_is_told(
    dispatch: Dispatch, api: FakeApi, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.on(PATH, only("never"))
    keeper = TokenKeeper.__new__(TokenKeeper)
    monkeypatch.setattr(TokenKeeper, "token", lambda *_: "old")

    [told] = outcomes(dispatch, [Post(keeper, PATH, {})])

    assert isinstance(told, AttributeError)
