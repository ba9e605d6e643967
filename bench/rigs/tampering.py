"""The ledger is changed by plain SQL a hundred times: `flask ledger verify` finds each of them.

The database itself refuses as long as its triggers are there. What was cut off the end with all
that tells of it is found against a head that was kept elsewhere, and by nothing else.
"""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple

from flask.testing import FlaskCliRunner
from sqlalchemy import Engine

from bench import hosts
from bench.places import Place
from bench.rigs import dealings, meddling, shop, tellers
from bench.rigs.bank import KNOBS
from bench.rigs.dealings import MIDNIGHT, MIXED, Dealing, Kind
from bench.rigs.outcome import Order, Outcome
from config.settings import load_settings
from server.app import create_app
from server.chains import Proof
from server.riders.points import proof
from server.runtime import Runtime

NAME = "tampering"
DEALINGS = 2
"""For each manipulation so many are written before."""
CUTS = 10
"""A manipulation in so many is one more of a whole end that is cut off."""
LATER = MIDNIGHT.replace(year=2029)


class Scene(NamedTuple):
    """A ledger, the service on it, its commands, and a connection of whoever meddles."""

    runtime: Runtime
    flask: FlaskCliRunner
    engine: Engine

    def verify(self, *words: str) -> bool:
        """Tell whether `flask ledger verify` takes the ledger for whole."""
        result = self.flask.invoke(args=["ledger", "verify", "--json", *words])
        if result.exit_code not in (0, 1) or not result.output.startswith("{"):
            raise RuntimeError(f"flask ledger verify: {result.output or result.exception}")
        return json.loads(result.output)["whole"] is True

    def head(self) -> str:
        """Return what `flask ledger head` tells, as it is kept elsewhere."""
        told = json.loads(self.flask.invoke(args=["ledger", "head"]).output)
        return f"{told['length']}:{told['hash']}"


def run(place: Place, order: Order) -> Outcome:
    """Write a ledger, meddle with it so many times, and ask each time whether it is whole."""
    return play(place.empty_database(order.backend), order)


def play(url: str, order: Order) -> Outcome:
    """Do all that on an empty database."""
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    shop.open_for(url, MIXED)
    with _scene(url) as scene, _blind() if order.mutant else nullcontext():
        for one in dealings.planned(order.rounds * DEALINGS, MIXED, chance):
            tellers.answer(scene.runtime, one, one.at)
        whole = scene.verify()
        with scene.runtime.db.engine.begin() as connection:
            tried, taken = meddling.refused(chance, connection)
        with scene.engine.begin() as connection:
            true = meddling.state(connection)
            meddling.unguard(connection)
        missed = _missed(scene, true, order, chance)
        ends, unseen, whole_ends = _cut_ends(scene, max(1, order.rounds // CUTS))
    facts = {
        "transactions": len(true[meddling.transaction]),
        "refused by the database": tried - len(taken),
        "manipulations": order.rounds,
        "found": order.rounds - len(missed),
        "ends cut off": ends,
        "of them found without a copy": ends - whole_ends,
    }
    nought = {
        "flaws before": int(not whole),
        "taken by the database": len(taken),
        "manipulations not found": len(missed),
        "ends cut off and not found by a copy": len(unseen),
    }
    shown_by = ("manipulations not found", "ends cut off and not found by a copy")
    return Outcome(NAME, order, facts, nought, [*taken, *missed, *unseen], shown_by)


def _missed(scene: Scene, true: meddling.State, order: Order, chance: random.Random) -> list[str]:
    """Meddle, ask, take it back; return what was not found."""
    found = []
    for number in range(order.rounds):
        way = meddling.WAYS[number % len(meddling.WAYS)]
        with scene.engine.begin() as connection:
            way(chance, connection)
        if scene.verify():
            found.append(f"{number}: {way.__name__}")
        with scene.engine.begin() as connection:
            meddling.restore(connection, true)
        order.progress(number + 1)
    return found


def _cut_ends(scene: Scene, times: int) -> tuple[int, list[str], int]:
    """Write some more and take all of it back; a copy of the head was kept in between.

    Return how often, against which copy it was not seen, and how often the rest seemed whole.
    """
    unseen, whole = [], 0
    for number in range(times):
        with scene.engine.begin() as connection:
            before = meddling.state(connection)
        one = Dealing(f"end:{number}", Kind.EARN, number % MIXED.hot + 1, LATER)
        tellers.answer(scene.runtime, one, LATER)
        copy = scene.head()
        with scene.engine.begin() as connection:
            meddling.restore(connection, before)
        whole += scene.verify()
        if scene.verify("--copy", copy):
            unseen.append(copy)
    return times, unseen, whole


@contextmanager
def _scene(url: str) -> Iterator[Scene]:
    engine = meddling.engine(url)
    with hosts.lent(hosts.settings(url, **KNOBS)):
        runtime = Runtime.open(load_settings())
        try:
            app = create_app(runtime.settings, runtime=runtime)
            yield Scene(runtime, app.test_cli_runner(), engine)
        finally:
            runtime.close()
            engine.dispose()


@contextmanager
def _blind() -> Iterator[None]:
    """Let the proof look at nothing while the block runs."""
    seeing = proof.verify
    proof.verify = lambda session, known=None: Proof(*proof.end(session), None)
    try:
        yield
    finally:
        proof.verify = seeing
