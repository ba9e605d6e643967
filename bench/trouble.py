"""What people wait for an answer while WeChat misbehaves and notices cannot leave."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from statistics import median

from sqlalchemy import func, insert, select, update

from bench import callbacks, contest, deliveries, hosts, postbox
from bench.contest import Bench, Contender
from bench.district import Plan, build, opened
from bench.figures import Round, Row, percentile, reference
from bench.machine import wait_for_quiet
from bench.programs import Program
from bench.rigs.misbehaving import KINDS, WAYS
from bench.rigs.post import OPEN, wake
from server.notices.models import Notice, NoticeState

LATENCY = 0.03
NOTICES = 400
"""Due one after the other while a round is measured."""
LASTS = timedelta(seconds=4)
PATIENCE_SECONDS = 20
WELL = "“活动” while WeChat is well and notices leave, {}"
ILL = "“活动” while WeChat misbehaves in seven ways in turn, {}"
TARGET = "≤ 1.1"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table; their ratio is of the 99th percentiles of neighbouring rounds.

    Before each round of trouble one is measured in which all is well, with as many notices due.
    """
    for backend in ("sqlite", "postgres"):
        well, ill = _measured(bench, backend)
        pairs = zip(well, ill, strict=True)
        ratio = median(_slowest(one) / _slowest(other) for other, one in pairs)
        base = reference(WELL.format(backend), well)
        quiet = base.quiet and all(each.quiet for each in ill)
        line = replace(reference(ILL.format(backend), ill), ratio=ratio, against=base.name)
        yield base
        yield replace(line, target=TARGET, quiet=quiet)


def _slowest(measured: Round) -> float:
    return percentile(measured.seconds, 0.99)


def _measured(bench: Bench, backend: str) -> tuple[list[Round], list[Round]]:
    """Return the rounds in which WeChat was well, and those of trouble, in pairs."""
    people = callbacks.PEOPLE
    url = bench.place.empty_database(backend)
    many = people + NOTICES * (2 * len(KINDS) * bench.effort.rounds + 1)
    build(url, Plan(people=many))
    well: list[Round] = []
    ill: list[Round] = []
    numbers = count(people + 1)
    with postbox.standing(LATENCY) as wechat:
        store = bench.place.empty_store() if backend == "postgres" else None
        settings = hosts.settings(url, store, WECHAT_API_URL=wechat)
        ours = Contender(
            backend, hosts.SERVICE, settings, callbacks.asking(people), callbacks.is_list
        )
        with (
            contest.all_serving(bench, [ours]) as [port],
            Program(hosts.environment(settings), "notices", "deliver"),
        ):
            contest.fire(bench, ours, port, contest.WARM_UP)
            for kind in KINDS * bench.effort.rounds:
                for mode, rounds in ((postbox.OK, well), (kind, ill)):
                    wait_for_quiet(bench.effort.patience)
                    postbox.behave(wechat, mode)
                    _queue(url, list(islice(numbers, NOTICES)))
                    rounds.append(contest.fire(bench, ours, port, bench.effort.requests))
                    postbox.behave(wechat, postbox.OK)
                    _clear(url)
                said = f"p99 {_slowest(well[-1]) * 1000:.0f} ms, and {_slowest(ill[-1]) * 1000:.0f}"
                bench.say(f"  {backend}, {kind}: {said}")
    return well, ill


def _queue(url: str, persons: Sequence[int]) -> None:
    """Queue a notice for each of these, due one after the other."""
    now = datetime.now(UTC)
    rows = [
        {
            "key": f"bench:{person}",
            "person_id": person,
            "kind": "volunteers.cancelled",
            "facts": json.loads(deliveries.FACTS),
            "state": NoticeState.QUEUED,
            "queued_at": now,
            "due_at": now + LASTS * (at / len(persons)),
            "not_after": now + timedelta(days=1),
            "attempts": 0,
        }
        for at, person in enumerate(persons)
    ]
    with opened(url) as database, database.transaction() as session:
        session.execute(insert(Notice.__table__), rows)


def _clear(url: str) -> None:
    """Let what can still leave do so, and give the rest up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with opened(url) as database:
        while time.monotonic() < deadline:
            wake(url, WAYS)
            with database.reading() as session:
                due = Notice.state.in_(OPEN), Notice.due_at <= datetime.now(UTC)
                if not session.scalar(select(func.count()).where(*due)):
                    break
            time.sleep(0.2)
        with database.transaction() as session:
            rest = update(Notice).where(Notice.state.in_(OPEN))
            session.execute(rest.values(state=NoticeState.DROPPED))
