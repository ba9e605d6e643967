import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from server.store import MemoryStore, RedisStore
from server.wechat import token
from server.wechat.credential import Token
from server.wechat.errors import Misconfigured, StaleToken, Transient, WechatError
from server.wechat.http import Http
from server.wechat.token import TokenKeeper, _digest
from tests.clock import Clock
from tests.processes import free_port
from tests.server.wechat.fake_api import TOKEN_PATH, FakeApi, Hang, Page
from tests.server.wechat.letters import APP_ID, an_app

ROOT = Path(__file__).parents[3]
KEY = f"wechat:token:{APP_ID}"


def numbered(life: object = 7200) -> Callable[[object], dict[str, object]]:
    """Answer every time with a new token."""
    numbers = iter(range(1, 10_000))
    return lambda _asked: {"access_token": f"token-{next(numbers)}", "expires_in": life}


def at_once(wants: list[Callable[[], str]]) -> list[str]:
    """Let everybody want at the same moment."""
    start = threading.Barrier(len(wants))

    def want(each: Callable[[], str]) -> str:
        start.wait(5)
        try:
            return each()
        except WechatError as error:
            return f"fault: {error}"

    with ThreadPoolExecutor(len(wants)) as pool:
        return list(pool.map(want, wants))


def test_the_token_is_asked_for_as_wechat_wants_it(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens("token-1")

    assert tokens.token(clock()) == "token-1"
    assert api.last(TOKEN_PATH).query == {}
    assert api.last(TOKEN_PATH).body == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": "canary-app-secret",
        "force_refresh": False,
    }


def test_a_token_serves_until_five_minutes_before_its_end(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens("token-1", "token-2")
    tokens.token(clock())

    clock.advance(seconds=6899)
    assert tokens.token(clock()) == "token-1"
    clock.advance(seconds=1)
    assert tokens.token(clock()) == "token-2"
    assert api.count() == 2


def test_while_one_renews_the_others_use_the_old_one(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slow(_asked: object) -> dict[str, object]:
        asked.set()
        answer.wait(5)
        return {"access_token": "token-2", "expires_in": 7200}

    api.tokens("token-1", slow)
    tokens.token(clock())
    now = clock.advance(seconds=7000)
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(tokens.token, now)
        assert asked.wait(5)
        assert tokens.token(now) == "token-1"
        answer.set()
        assert renewing.result() == "token-2"


def test_the_old_one_serves_on_while_wechat_is_away(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens("token-1", Page(status=502))
    tokens.token(clock())
    clock.advance(seconds=7000)

    assert [tokens.token(clock()) for _ in range(5)] == ["token-1"] * 5
    assert api.count() == 2

    clock.advance(seconds=300)
    with pytest.raises(Transient):
        tokens.token(clock())


@pytest.mark.parametrize("life", [7200, "7200"])
def test_the_life_may_be_a_number_or_its_text(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, life: object
) -> None:
    api.tokens(numbered(life))

    assert [tokens.token(clock()), tokens.token(clock.advance(hours=1))] == ["token-1"] * 2


@pytest.mark.parametrize("life", [1, 10, 60, 299, 300, 345])
def test_a_token_that_is_almost_over_is_not_asked_for_at_every_call(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, life: int
) -> None:
    api.tokens(numbered(life))

    assert {tokens.token(clock()) for _ in range(10)} == {"token-1"}
    assert api.count() == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "", "expires_in": 7200},
        {"access_token": 7, "expires_in": 7200},
        {"access_token": "你", "expires_in": 7200},
        {"access_token": "x" * 2049, "expires_in": 7200},
        {"access_token": "x"},
        {"access_token": "x", "expires_in": "soon"},
        {"access_token": "x", "expires_in": -1},
        {"access_token": "x", "expires_in": 10**10},
        Page(),
        Page(status=502),
        {"errcode": -1, "errmsg": "busy"},
        {"errcode": 45011, "errmsg": "too often"},
    ],
)
def test_an_answer_without_a_token_is_transient_and_rested_on(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, answer: object
) -> None:
    api.tokens(answer)

    for _ in range(3):
        with pytest.raises(Transient):
            tokens.token(clock())
    assert api.count() == 1


def test_a_fault_is_over_when_its_rest_is_over(api: FakeApi, http: Http, clock: Clock) -> None:
    store = MemoryStore()
    tokens = TokenKeeper(an_app(), http, store)
    api.tokens({"errcode": -1, "errmsg": "busy"}, "token-1")
    with pytest.raises(Transient):
        tokens.token(clock())

    tokens._store.drop(f"{KEY}:fault")

    assert tokens.token(clock()) == "token-1"


@pytest.mark.parametrize("code", [40001, 40002, 40013, 40125, 40164, 40243, 41002, 50007, 89503])
def test_a_wrong_configuration_is_not_asked_about_again(
    api: FakeApi, http: Http, store: MemoryStore, clock: Clock, code: int
) -> None:
    api.tokens({"errcode": code, "errmsg": "invalid ip 1.2.3.4, not in whitelist rid: 6-7"})

    for _ in range(5):
        # a keeper of its own each time, as another process would have
        with pytest.raises(Misconfigured) as caught:
            TokenKeeper(an_app(), http, store).token(clock())
        assert (caught.value.code, caught.value.rid) == (code, "6-7")
    assert api.count() == 1


def test_twenty_cold_threads_make_one_fetch(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens(numbered())

    assert set(at_once([lambda: tokens.token(clock())] * 20)) == {"token-1"}
    assert api.count() == 1


def test_without_a_shared_turn_twenty_cold_threads_make_twenty(
    http: Http, api: FakeApi, clock: Clock
) -> None:
    api.tokens(numbered())
    each = [TokenKeeper(an_app(), http, MemoryStore()) for _ in range(20)]

    found = at_once([lambda one=one: one.token(clock()) for one in each])  # type: ignore[misc]

    assert len(set(found)) == 20
    assert api.count() == 20


def test_keepers_that_share_a_store_make_one_fetch(
    http: Http, api: FakeApi, store: MemoryStore, clock: Clock
) -> None:
    api.tokens(numbered())
    each = [TokenKeeper(an_app(), http, store) for _ in range(20)]

    found = at_once([lambda one=one: one.token(clock()) for one in each])  # type: ignore[misc]

    assert set(found) == {"token-1"}
    assert api.count() == 1


def test_eight_cold_processes_with_twenty_threads_make_one_fetch(
    api: FakeApi, valkey_url: str, clock: Clock
) -> None:
    api.tokens(numbered())
    command = [sys.executable, "-m", "tests.server.wechat.cold_process"]
    given = [api.url, valkey_url, str(clock().timestamp()), "8"]

    cold = subprocess.run(command + given, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert (cold.stderr, cold.stdout.split("\n")[:-1]) == ("", ["token-1"] * 160)
    assert api.count() == 1


def test_without_a_shared_store_eight_cold_processes_make_eight(api: FakeApi, clock: Clock) -> None:
    api.tokens(numbered())
    command = [sys.executable, "-m", "tests.server.wechat.cold_process"]
    given = [api.url, "", str(clock().timestamp()), "8"]

    subprocess.run(command + given, cwd=ROOT, capture_output=True, check=True, timeout=60)

    assert api.count() == 8


def test_a_token_endpoint_that_hangs_holds_nobody_longer_than_three_seconds(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens(Hang)

    def want() -> str:
        started = time.monotonic()
        with pytest.raises(Transient):
            tokens.token(clock())
        return str(time.monotonic() - started)

    waited = [float(each) for each in at_once([want] * 8)]

    assert max(waited) < 3
    assert api.count() == 1


def test_control_without_the_bound_a_hanging_endpoint_holds_its_caller(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token, "FETCH_SECONDS", 60.0)
    monkeypatch.setattr(token, "PATIENCE", 60.0)
    api.tokens(Hang)
    told: list[object] = []

    def want() -> None:
        try:
            tokens.token(clock())
        except Transient as late:
            told.append(late)

    caller = threading.Thread(target=want)
    caller.start()
    caller.join(3.2)

    assert caller.is_alive()
    api.closing.set()
    caller.join(10)
    assert told


def test_a_process_that_dies_with_the_lock_holds_the_others_up_only_briefly(
    http: Http, api: FakeApi, clock: Clock
) -> None:
    store = MemoryStore()
    tokens = TokenKeeper(an_app(), http, store)
    api.tokens("token-1")
    with store.lock(KEY, 60) as held, pytest.raises(Transient, match="in time"):
        tokens.token(clock())

    assert held
    assert tokens.token(clock()) == "token-1"


def test_nobody_waits_for_their_turn_longer_than_said(
    tokens: TokenKeeper, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token, "PATIENCE", 0.05)

    with tokens._turn, pytest.raises(Transient, match="in time"):
        tokens.token(clock())


@pytest.fixture
def away() -> Iterator[RedisStore]:
    """A store whose server is not there."""
    with closing(RedisStore(f"redis://127.0.0.1:{free_port()}/0")) as store:
        yield store


def test_without_the_store_each_process_keeps_its_own_token(
    http: Http, api: FakeApi, away: RedisStore, clock: Clock
) -> None:
    api.tokens(numbered())
    tokens = TokenKeeper(an_app(), http, away)

    assert set(at_once([lambda: tokens.token(clock())] * 20)) == {"token-1"}
    assert tokens.refresh("token-1", clock()) == "token-2"
    assert tokens.token(clock()) == "token-2"
    assert api.count() == 2


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[]", "null", '{"text": "x"}', '{"text":1,"due":"x"}']
)
def test_rubbish_in_the_store_is_no_token(
    tokens: TokenKeeper, api: FakeApi, store: MemoryStore, clock: Clock, rubbish: str
) -> None:
    store.put(KEY, rubbish, 60)
    api.tokens("token-1")

    assert tokens.token(clock()) == "token-1"
    assert json.loads(store.get(KEY) or "")["text"] == "token-1"


def test_a_refused_token_is_fetched_anew(tokens: TokenKeeper, api: FakeApi, clock: Clock) -> None:
    api.tokens(numbered())

    stale = tokens.token(clock())

    assert tokens.refresh(stale, clock()) == "token-2"
    assert tokens.token(clock()) == "token-2"
    assert api.count() == 2


def test_a_refused_token_that_somebody_has_renewed_is_not_fetched(
    http: Http, api: FakeApi, store: MemoryStore, clock: Clock
) -> None:
    api.tokens(numbered())
    one, two = (TokenKeeper(an_app(), http, store) for _ in range(2))
    stale = one.token(clock())
    two.token(clock())

    assert one.refresh(stale, clock()) == "token-2"
    assert two.refresh(stale, clock()) == "token-2"
    assert two.token(clock()) == "token-2"
    assert api.count() == 2


def test_twenty_refusals_at_once_make_one_fetch(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens(numbered())
    stale = tokens.token(clock())

    assert set(at_once([lambda: tokens.refresh(stale, clock())] * 20)) == {"token-2"}
    assert api.count() == 2


def forced(api: FakeApi) -> int:
    return sum(asked.path == TOKEN_PATH and asked.body["force_refresh"] for asked in api.asked)


def test_a_new_token_is_forced_only_after_asking_kindly(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    def answer(asked: Any) -> dict[str, object]:
        text = "token-2" if asked.body["force_refresh"] else "token-1"
        return {"access_token": text, "expires_in": 7200}

    api.tokens(answer)
    stale = tokens.token(clock())

    assert tokens.refresh(stale, clock()) == stale
    assert forced(api) == 0
    assert tokens.refresh(stale, clock()) == "token-2"
    assert forced(api) == 1


def test_force_is_used_at_most_twenty_times_a_day_and_thirty_seconds_apart(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    api.tokens("token-1")
    began, at = clock(), []
    for _ in range(1_200):
        before = forced(api)
        refuse(tokens, clock)
        if forced(api) > before:
            at.append((clock() - began).total_seconds())
        clock.advance(seconds=1)

    assert 2 <= len(at) <= 20
    assert all(later - earlier >= 30 for earlier, later in pairwise(at))

    for _ in range(100):
        tokens._store.put(f"{KEY}:doubted", _digest("token-1"), 60)
        refuse(tokens, clock)
        clock.advance(minutes=5)
    assert forced(api) == 20


def refuse(tokens: TokenKeeper, clock: Clock) -> None:
    with suppress(StaleToken):
        tokens.refresh("token-1", clock())


def test_refusals_of_ever_new_tokens_are_bounded_too(
    tokens: TokenKeeper, api: FakeApi, clock: Clock
) -> None:
    api.tokens(numbered())
    stale = tokens.token(clock())
    for _ in range(120):
        stale = tokens.refresh(stale, clock())

    with pytest.raises(StaleToken):
        tokens.refresh(stale, clock())
    assert api.count() == 121
    assert tokens.refresh(stale, clock.advance(hours=1)) == "token-122"


def test_what_another_has_kept_meanwhile_is_not_overwritten(
    http: Http, api: FakeApi, store: MemoryStore, clock: Clock
) -> None:
    tokens = TokenKeeper(an_app(), http, store)
    theirs = Token("theirs", clock().timestamp() + 6900, clock().timestamp() + 7180)

    def while_we_slept(_asked: object) -> dict[str, object]:
        store.put(KEY, theirs.dumped(), 7180)
        return {"access_token": "ours", "expires_in": 7200}

    api.tokens(while_we_slept)

    assert tokens.token(clock()) == "theirs"
    assert Token.loaded(store.get(KEY)) == theirs


def test_no_token_or_secret_is_in_any_log_repr_or_fault(
    tokens: TokenKeeper, api: FakeApi, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.tokens("canary-1", "canary-2", {"errcode": 40125, "errmsg": "bad canary-app-secret"})
    shown = repr(Token("canary-0", 0, 0))

    tokens.refresh(tokens.token(clock()), clock())
    with pytest.raises(Misconfigured) as caught:
        tokens.refresh("canary-2", clock())

    kept = tokens._store.get(f"{KEY}:fault")
    assert "canary" not in f"{caplog.text}{shown}{caught.value!r}{tokens!r}{kept}"
    assert "renewed" in caplog.text
