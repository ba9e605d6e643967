"""Workers deliver notices while they are killed and paused, and the database restarts."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import BrokenBarrierError

from bench import hosts, postbox
from bench.places import Place
from bench.rigs import post, postman, warm
from bench.rigs.outcome import Order, Outcome
from bench.rigs.patience import until_done
from tests.processes import restart_postgres, start_postgres, stop

NAME = "notices"
PROCESSES = {"sqlite": 1, "postgres": 2}
LATEST = 0.8
"""Seconds from the start of a round to the kill, at most."""
RESTART_EVERY, PAUSE_EVERY, FLUSH_EVERY = 5, 7, 6
PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 60
ANSWERS_AFTER = 0.02
"""Slow enough for a kill to come in the midst of the sending."""
MUTANTS = ("no_claim_row", "settle_before_send", "credit_not_held")
SHOWN_BY = {
    "no_claim_row": "doubled beyond one a fault",
    "settle_before_send": "lost",
    "credit_not_held": "sent beyond what was allowed",
}


class Postman:
    """A worker in a process group of its own."""

    def __init__(self, settings: dict[str, str], log: Path, mutant: str) -> None:
        self._ready = warm.CONTEXT.Barrier(2)
        self._log = log
        environ = hosts.environment(settings)
        self._process = warm.begin(environ, log, postman.run, self._ready, mutant)

    def begin(self) -> None:
        """Let it deliver, once it is ready."""
        try:
            self._ready.wait(hosts.PATIENCE_SECONDS)
        except BrokenBarrierError:
            raise hosts.NoStart(self._log.read_text(errors="replace")[-2000:]) from None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.signal(signal.SIGKILL)
        self._process.wait()


@dataclass
class Office:
    """A database with its workers, and what was done to them."""

    place: Place
    order: Order
    wechat: str
    url: str
    mutant: str = ""
    server: "subprocess.Popen[bytes] | None" = None
    folder: Path = Path()
    men: list[Postman] = field(default_factory=list)
    kills: int = 0
    pauses: int = 0
    restarts: int = 0

    def hire(self) -> Postman:
        """Start one more worker; it is not yet at work."""
        store = self.place.empty_store() if self.server else None
        more = {"WECHAT_API_URL": self.wechat, "NOTICES__CONNECTIONS": "1"}
        log = self.place.folder / f"postmen-{self.order.backend}.log"
        man = Postman(hosts.settings(self.url, store, **more), log, self.mutant)
        self.men.append(man)
        return man

    def disturb(self, number: int, chance: random.Random) -> None:
        """Do to the workers and the servers what this round is about; a worker dies in each."""
        time.sleep(chance.uniform(0.0, LATEST))
        if self.server and number % RESTART_EVERY == 0:
            self.server = restart_postgres(self.server, self.folder, ())
            self.restarts += 1
        if self.server and number % FLUSH_EVERY == 0:
            self.place.empty_store()
        if number % PAUSE_EVERY == 0:
            man = chance.choice(self.men)
            man.signal(signal.SIGSTOP)
            time.sleep(PAUSE_SECONDS)
            man.signal(signal.SIGCONT)
            self.pauses += 1
        time.sleep(chance.uniform(0.0, LATEST))
        victim = self.men.pop(chance.randrange(len(self.men)))
        victim.kill()
        self.kills += 1

    def finish(self) -> None:
        """Wait until nothing is left to do; what a mutant has done shows by then."""
        if not self.mutant:
            until_done(lambda: post.left(self.url), PATIENCE_SECONDS)


def run(place: Place, order: Order) -> Outcome:
    """Queue, disturb, replace; at the end compare what was sent with what is in the books.

    The control takes off one guard after the other, and each must be found out by what it is for.
    """
    if not order.mutant:
        office, found = _played(place, order, "")
        return _outcome(order, office, found)
    missed = []
    for mutant in MUTANTS:
        office, found = _played(place, order, mutant)
        if not found.flaws(office.kills + office.pauses, post.EACH)[SHOWN_BY[mutant]]:
            missed.append(mutant)
    nought = {"guards off that were found out": len(MUTANTS) - len(missed)}
    return Outcome(NAME, order, {"guards": len(MUTANTS)}, nought if not missed else {}, missed)


def _played(place: Place, order: Order, mutant: str) -> tuple[Office, post.Found]:
    chance = random.Random(f"{order.seed}:{NAME}:{order.backend}")
    with postbox.standing(ANSWERS_AFTER) as wechat, _office(place, order, wechat) as office:
        office.mutant = mutant
        post.prepare(office.url, order.rounds)
        for number in range(1, order.rounds + 1):
            while len(office.men) < PROCESSES[order.backend]:
                office.hire().begin()
            post.queue(office.url, number)
            office.disturb(number, chance)
            order.progress(number)
        office.hire().begin()
        office.finish()
        return office, post.Found(post.states(office.url), postbox.everything(wechat))


@contextmanager
def _office(place: Place, order: Order, wechat: str) -> Iterator[Office]:
    """Open a database that may be restarted, and see to it that nobody is left over."""
    office = Office(place, order, wechat, "")
    if order.backend == "postgres":
        office.folder = place.folder / f"own-{time.monotonic_ns()}"
        office.server = start_postgres(office.folder, ())
        office.url = f"postgresql+psycopg://nuanfeng@/postgres?host={office.folder}"
    else:
        office.url = place.empty_database("sqlite")
    try:
        yield office
    finally:
        for man in office.men:
            man.kill()
        if office.server:
            stop(office.server)


def _outcome(order: Order, office: Office, found: post.Found) -> Outcome:
    arrived = found.arrived
    facts = {
        "kills": office.kills,
        "pauses": office.pauses,
        "database restarts": office.restarts,
        "notices": len(found.states),
        "sends": sum(arrived.values()),
        "doubled": sum(max(0, count - 1) for count in arrived.values()),
    }
    return Outcome(NAME, order, facts, found.flaws(office.kills + office.pauses, post.EACH))
