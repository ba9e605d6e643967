"""Eight threads do whatever people and staff may do, by all doors; jobs run beside them.

Two that wait for each other must not be noticed by anybody: the database ends one of the two, and
the service does it again. Whatever surfaces as a 5xx, an apology or a late reply is counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench import hosts
from bench.district import opened
from bench.places import Place
from bench.rigs import books, clockwork, leftovers, presences, street, trails
from bench.rigs.bustle import Player
from bench.rigs.clockwork import Clockwork, Times
from bench.rigs.outcome import Order, Outcome
from bench.rigs.routes import Routes
from bench.rigs.scene import Cast
from bench.rigs.stage import staged
from bench.rigs.standin import StandIn
from bench.rigs.street import Street

NAME = "tangle"
MUTANT = "crossed"
THREADS = 8
DEEDS = 25
"""What each thread does in a round."""
JOBS = (
    *("expire-offers", "close-attendances", "erase", "note-no-shows", "settle-activities"),
    *("finish-hours", "remind-of-hours", "look-for-oddities", "queue-reminders"),
)
PAUSE = {"sqlite": 0.25, "postgres": 0.0}
"""Seconds between one firing of the jobs and the next: SQLite lets a second process that asks to
write without end go first for ever, and the service's own line ends at the process."""
LAST = 10_000_000
"""A slot that comes after all others."""
KNOBS = {"ERASURE_COOLING_DAYS": "0", "LIMIT_GUESS": hosts.MANY, "LIMIT_GUESS_ALL": hosts.MANY}


def run(place: Place, order: Order) -> Outcome:
    """Let them loose for so many rounds, each with fresh activities; then look at what is left."""
    mutant = MUTANT if order.mutant else ""
    plan = street.plan(order.rounds)
    log = place.folder / f"{NAME}-{order.backend}-{'mutant' if order.mutant else 'guarded'}.log"
    with staged(place, order.backend, plan, mutant, knobs=KNOBS) as stage:
        scene = street.settle(stage.url, order.rounds)
        work = Clockwork(
            stage.settings, log, partial(Times, JOBS, None, pause=PAUSE[order.backend])
        )
        [process] = work.start(1, 0)
        try:
            players = play(scene, stage.ports, order)
        finally:
            clockwork.kill(process)
        found = look(scene, players)
        scene.open(order.rounds)
        work.finish(LAST, partial(leftovers.still_to_do, stage.url))
    return outcome(scene, players, found, clockwork.failures(log.read_text()), order)


def play(scene: Street, ports: list[int], order: Order) -> Sequence[Player]:
    """Play all rounds and return who played."""
    clerk = scene.worker
    routes = Routes.of(Cast(scene.tokens, clerk))
    with opened(scene.url) as database:
        standin = StandIn(database, clerk.person_id, scene.colleague.person_id)
        players = [
            Player(scene, database, routes, standin, f"{order.seed}:{order.backend}:{number}")
            for number in range(THREADS)
        ]
        for number in range(order.rounds):
            now = scene.open(number)
            for player in players:
                player.round = now
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(partial(_act, players, ports, order), players))
            order.progress(number + 1)
    return players


def _act(players: Sequence[Player], ports: list[int], order: Order, player: Player) -> None:
    for _ in range(DEEDS):
        # a control has shown what it is for with the first that surfaces
        if order.mutant and any(each.surfaced for each in players):
            return
        player.act(ports)


def look(scene: Street, players: Sequence[Player]) -> dict[str, int]:
    """Look at what must not be while the day still lasts."""
    flaws = books.flaws(scene.url)
    return {
        "shifts that do not add up": len(flaws),
        "expected though forgotten": leftovers.of_the_forgotten(scene.url),
        "deeds outside standing in": players[0].standin.outside,
    }


def outcome(
    scene: Street,
    players: Sequence[Player],
    found: Mapping[str, int],
    failures: Counter[str],
    order: Order,
) -> Outcome:
    """Hold what was answered, and what is left after all, against what ought to be."""
    url = scene.url
    did = sum((player.did for player in players), Counter())
    surfaced = sum((player.surfaced for player in players), Counter())
    present, _over = presences.pairs(url)
    untrue = presences.untrue_states(url)
    facts = {
        "deeds": order.rounds * THREADS * DEEDS,
        "turned down": sum(sum(player.refused.values()) for player in players),
        **{name: did[name] for name in sorted(did)},
        "forgotten": leftovers.forgotten(url),
        "deadlocks in the database": leftovers.deadlocks(url),
        "slowest answer ms": round(max(player.slowest for player in players) * 1000),
    }
    nought = {
        "surfaced": surfaced.total(),
        "jobs that failed": failures.total(),
        **found,
        "present twice": sum(count - 1 for count in present.values()),
        "states that do not fit": len(untrue),
        "presences without their record": presences.without_record(url),
        "presences or wishes that wait": leftovers.still_to_do(url),
        "expected at what was called off": leftovers.in_what_was_called_off(url),
        "flaws of the trail": int(trails.verify(url).flaw is not None),
    }
    told = [f"{count} x {what}" for what, count in (surfaced + failures).most_common()]
    return Outcome(NAME, order, facts, nought, [*books.flaws(url), *untrue, *told], ("surfaced",))
