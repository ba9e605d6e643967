"""Whatever people and staff may do, at once and by all doors; the rig plays it at length."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import text

from bench import hosts
from bench.district import build, opened
from bench.rigs import clockwork, leftovers, street, tangle, unguarded
from bench.rigs.outcome import Order, Outcome
from bot import exchange
from bot.face import bot
from config.settings import load_settings
from miniprogram_api import call
from miniprogram_api.face import miniprogram_api
from server.app import create_app
from server.console import pages
from server.console.face import console
from server.people import identities
from server.runtime import Runtime
from tests.serving import Place, served

GUARDS = ((identities, "lock"), (call, "TRIES"), (pages, "TRIES"), (exchange, "TRIES"))
DEEDS = 12


@pytest.fixture
def runtime(database_url, monkeypatch) -> Iterator[Runtime]:
    for name, value in hosts.settings(database_url, **tangle.KNOBS).items():
        monkeypatch.setenv(name, value)
    with closing(Runtime.open(load_settings())) as runtime:
        yield runtime


@pytest.fixture
def port(runtime) -> Iterator[int]:
    """The whole service, on a port of this process."""
    faces = [bot, miniprogram_api, console]
    app = create_app(runtime.settings, faces=faces, runtime=runtime)
    with closing(Place()) as place, served(app, place) as url:
        yield int(url.rpartition(":")[2])


@contextmanager
def jobs(runtime: Runtime) -> Iterator[None]:
    stop = threading.Event()

    def keep() -> None:
        slot = 0
        while not stop.is_set():
            clockwork.fire(runtime, tangle.JOBS, slot)
            slot += 1

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def play(runtime: Runtime, port: int, *, mutant: bool) -> Outcome:
    order = Order("here", rounds=1, seed=20260309, mutant=mutant)
    build(runtime.settings.database_url, street.plan(order.rounds))
    if not runtime.db.is_sqlite:
        with opened(runtime.settings.database_url) as db, db.transaction() as session:
            # a deadlock is noticed at once, instead of after a second
            name = session.scalar(text("SELECT current_database()"))
            session.execute(text(f"ALTER DATABASE {name} SET deadlock_timeout = '20ms'"))
    scene = street.settle(runtime.settings.database_url, order.rounds)
    with jobs(runtime):
        players = tangle.play(scene, [port], order)
    found = tangle.look(scene, players)
    scene.open(order.rounds)
    for slot in range(3):
        clockwork.fire(runtime, tangle.JOBS, tangle.LAST + slot)
    return tangle.outcome(scene, players, found, clockwork.failures(""), order)


def test_nobody_notices_that_others_are_in_the_way(runtime, port, monkeypatch, caplog) -> None:
    monkeypatch.setattr(tangle, "DEEDS", DEEDS)

    found = play(runtime, port, mutant=False)

    assert found.clean, found
    assert clockwork.failures(caplog.text).total() == 0
    assert leftovers.still_to_do(runtime.settings.database_url) == 0


def test_control_locks_in_no_order_are_noticed(runtime, port, monkeypatch) -> None:
    for where, name in GUARDS:
        monkeypatch.setattr(where, name, getattr(where, name))
    unguarded.crossed(runtime)

    found = play(runtime, port, mutant=True)

    assert found.as_it_must, found
