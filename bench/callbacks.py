"""A text comes in encrypted and is answered encrypted: ours with its database, others without."""

from collections.abc import Iterator
from itertools import count, islice

from bench import contest, hosts, letters, wire
from bench.contest import Bench, Contender, Load
from bench.district import Plan, build
from bench.figures import Row, compared, reference

PEOPLE = 2_000
ASK = "活动"
HELLO = "bare Flask hello"
WECHATPY = "echo, plain wechatpy + Flask"
WEROBOT = "echo, WeRoBot"
OURS = "“活动” → list, {}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table."""
    contenders = [
        Contender(HELLO, "bench.baselines.hello:app", {}, _hello, b"hello".__eq__),
        _echo(WEROBOT, "bench.baselines.echo_werobot:app"),
        _echo(WECHATPY, "bench.baselines.echo_wechatpy:app"),
        *(_filled(bench, backend) for backend in ("sqlite", "postgres")),
    ]
    rounds = contest.run(bench, contenders)
    yield reference(HELLO, rounds[HELLO])
    for name in (WEROBOT, WECHATPY):
        yield compared(name, rounds[name], rounds[HELLO], HELLO)
    for contender in contenders[3:]:
        mine = rounds[contender.name]
        yield compared(contender.name, mine, rounds[HELLO], HELLO)
        yield compared(contender.name, mine, rounds[WEROBOT], WEROBOT)
        yield compared(contender.name, mine, rounds[WECHATPY], WECHATPY, "≥ 0.5")


def ours(url: str, people: int, name: str) -> Contender:
    """Return our service, asked for the list by the people of this database."""
    return Contender(name, hosts.SERVICE, hosts.settings(url), asking(people), is_list)


def asking(people: int) -> Load:
    """Return a load in which one person after the other asks for the list."""
    senders = count()

    def load(port: int, many: int) -> list[bytes]:
        asked = islice(senders, many)
        return letters.requests(port, ((letters.openid(n % people + 1), ASK) for n in asked))

    return load


def is_list(body: bytes) -> bool:
    """Tell whether this is a reply that lists activities."""
    return "社区服务示例" in letters.content(body)


def _filled(bench: Bench, backend: str) -> Contender:
    url = bench.place.empty_database(backend)
    build(url, Plan(people=PEOPLE))
    return ours(url, PEOPLE, OURS.format(backend))


def _echo(name: str, target: str) -> Contender:
    return Contender(name, target, {}, asking(PEOPLE), lambda body: letters.content(body) == ASK)


def _hello(port: int, many: int) -> list[bytes]:
    return [wire.get(port, "/")] * many
