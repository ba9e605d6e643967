"""The mini-program's list of twenty activities, against bare Flask with two raw statements."""

import json
from collections.abc import Iterator

from bench import contest, hosts, wire
from bench.contest import Bench, Contender, Load
from bench.district import Plan, build, log_in
from bench.figures import Row, compared, reference

PEOPLE = 64
LIMIT = 20
PATH = f"/api/v1/activities?limit={LIMIT}"
BARE = "list of 20, Flask + raw SQL, {}"
OURS = "list of 20, REST, {}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table, two a database; both read the same one."""
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        build(url, Plan(people=PEOPLE))
        tokens = log_in(url, range(1, PEOPLE + 1))
        bare = Contender(
            BARE.format(backend),
            "bench.baselines.raw_list:app",
            {"BENCH_DATABASE": url},
            _asking(tokens),
            _is_list,
        )
        mine = Contender(
            OURS.format(backend), hosts.SERVICE, hosts.settings(url), _asking(tokens), _is_list
        )
        rounds = contest.run(bench, [bare, mine])
        yield reference(bare.name, rounds[bare.name])
        yield compared(mine.name, rounds[mine.name], rounds[bare.name], bare.name)


def _asking(tokens: list[str]) -> Load:
    def load(port: int, many: int) -> list[bytes]:
        headers = [f"Authorization: Bearer {token}\r\n" for token in tokens]
        return [wire.get(port, PATH, headers[n % len(headers)]) for n in range(many)]

    return load


def _is_list(body: bytes) -> bool:
    return len(json.loads(body)["items"]) == LIMIT
