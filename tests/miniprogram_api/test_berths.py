"""WeChat hangs: whoever logs in waits, and nobody else."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from miniprogram_api import berths
from miniprogram_api.berths import LINE, PLACES, Berths, NoBerth
from tests.miniprogram_api.conftest import API
from tests.serving import Place

pytestmark = pytest.mark.once

THREADS = 16
"""What serves requests at once in one process (`tools.run`)."""


class Hanging:
    """A stand-in for WeChat that takes every call and answers none until it is let go."""

    def __init__(self, place: Place) -> None:
        self.calls = threading.Semaphore(0)
        self._socket = place.socket
        self._socket.listen(128)
        self._taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    def wait_for(self, calls: int) -> None:
        """Return when so many have called."""
        for number in range(calls):
            assert self.calls.acquire(timeout=10), f"only {number} calls came"

    def let_go(self) -> None:
        """Hang up on all."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for taken in self._taken:
            taken.close()

    def _take(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
            except OSError:
                return
            self._taken.append(taken)
            self.calls.release()


@pytest.fixture
def hanging(emulator_place) -> Iterator[Hanging]:
    """WeChat, where the settings say it is."""
    hanging = Hanging(emulator_place)
    yield hanging
    hanging.let_go()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """The threads of a server: who comes when all are busy stands in line for one."""
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool


def logging_in(app, threads: ThreadPoolExecutor, how_many: int) -> list[Future]:
    def log_in(number: int) -> int:
        body = {"code": f"code-{number}"}
        return app.test_client().post(f"{API}/login", json=body).status_code

    return [threads.submit(log_in, number) for number in range(how_many)]


def test_a_page_is_shown_while_wechat_hangs(app, device, threads, hanging) -> None:
    somebody = device()

    logins = logging_in(app, threads, 40)
    hanging.wait_for(PLACES)
    page = threads.submit(somebody.ask, "GET", "/me").result(timeout=10)

    assert page.status_code == 200
    # the page came although those at WeChat are still there
    assert sum(not login.done() for login in logins) >= PLACES
    assert not hanging.calls.acquire(blocking=False)


def test_without_berths_the_page_waits_for_wechat(
    app, device, threads, hanging, monkeypatch
) -> None:
    monkeypatch.setattr(berths, "opened", lambda _runtime: Berths(places=1_000))
    somebody = device()

    logins = logging_in(app, threads, 40)
    hanging.wait_for(THREADS)
    page = threads.submit(somebody.ask, "GET", "/me")

    assert not any(login.done() for login in logins)
    assert not page.running()
    assert not page.done()
    for login in logins:
        login.cancel()


def test_whoever_finds_no_berth_is_told_when_to_come_back(client, monkeypatch) -> None:
    monkeypatch.setattr(berths, "opened", lambda _runtime: Berths(places=0, line=0))

    answer = client.post(f"{API}/login", json={"code": "x"})

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "request.wechat_away"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_link_asks_nobody_outside_and_needs_no_berth(device, monkeypatch) -> None:
    monkeypatch.setattr(berths, "opened", lambda _runtime: Berths(places=0, line=0))

    assert device().ask("POST", "/me/link", {"code": "000000"}).status_code == 404


def test_who_stands_in_line_gets_the_place_that_comes_free() -> None:
    berths, taken, leave = Berths(places=1, line=1), threading.Event(), threading.Event()

    def stay() -> None:
        with berths.taken():
            taken.set()
            leave.wait(10)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(stay)
        assert taken.wait(10)
        leave.set()
        with berths.taken():
            pass


def test_a_place_is_free_again_whatever_happened_in_it() -> None:
    berths = Berths(places=1, line=0)

    for _ in range(2):
        with pytest.raises(KeyError), berths.taken():
            raise KeyError


def test_a_line_is_short_and_patient_for_a_moment_only() -> None:
    berths = Berths(places=1, line=LINE)

    with berths.taken(), pytest.raises(NoBerth), berths.taken():
        raise AssertionError("there was a second place")
