"""The whole encrypted job with a sign-up transaction, against a lean one on the same tables."""

from collections.abc import Iterator
from itertools import count, islice

from bench import contest, hosts, letters
from bench.contest import Bench, Contender, Load
from bench.district import Plan, build
from bench.figures import Row, compared, reference

ACTIVITIES = 30
LEAN = "“报名 N”, lean baseline, {}"
OURS = "“报名 N” → confirmed, {}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table, two a database."""
    for backend in ("sqlite", "postgres"):
        people = people_for(bench)
        urls = [bench.place.empty_database(backend) for _ in range(2)]
        for url in urls:
            build(url, Plan(people=people, open=ACTIVITIES))
        base, mine = (
            lean(urls[0], LEAN.format(backend)),
            ours(urls[1], people, OURS.format(backend)),
        )
        rounds = contest.run(bench, [base, mine])
        yield reference(base.name, rounds[base.name])
        yield compared(mine.name, rounds[mine.name], rounds[base.name], base.name, "≥ 0.5")


def people_for(bench: Bench) -> int:
    """Return how many people are needed so that none signs up twice, whatever is repeated."""
    effort = bench.effort
    return contest.WARM_UP + effort.rounds * (effort.again + 1) * effort.requests


def lean(url: str, name: str) -> Contender:
    """Return the baseline on this database."""
    target = "bench.baselines.lean_signup:app"
    return Contender(name, target, {"BENCH_DATABASE": url}, signing_up(), is_confirmed)


def ours(url: str, people: int, name: str) -> Contender:
    """Return our service on this database, where so many people are."""
    del people  # each of them comes once; `people_for` says how many are needed
    return Contender(name, hosts.SERVICE, hosts.settings(url), signing_up(), is_confirmed)


def signing_up() -> Load:
    """Return a load in which each person signs up once, for one activity after the other."""
    senders = count()

    def load(port: int, many: int) -> list[bytes]:
        return letters.requests(
            port,
            ((letters.openid(n + 1), f"报名 {n % ACTIVITIES + 1}") for n in islice(senders, many)),
        )

    return load


def is_confirmed(body: bytes) -> bool:
    """Tell whether the reply says that the place is theirs."""
    return "报名成功" in letters.content(body)
