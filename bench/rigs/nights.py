"""A clock jumps through a year, hour by hour, on hosts of three time zones: nobody is woken."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import hosts, postbox
from bench.district import Plan, build
from bench.places import Place
from bench.rigs import post, warm
from bench.rigs.outcome import Order, Outcome
from config.settings import load_settings
from server.notices import delivery, outbox, quiet
from server.runtime import Runtime
from tests.clock import Clock

NAME = "nights"
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
OPEN, CLOSE = 8, 22
"""The hours of Shanghai in which somebody may be told something."""
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(hours=1)
PEOPLE = 48
PATIENCE_SECONDS = 3_600


def run(place: Place, order: Order) -> Outcome:
    """Queue two notices an hour and deliver what may go; the control keeps no hours."""
    asked = [_host(place, order, zone) for zone in ZONES]
    for process, _ in asked:
        process.wait(PATIENCE_SECONDS)
    told = [json.loads(out.read_text()) for _, out in asked]
    went = Counter(hour for each in told for hour in each["went"])
    facts = {
        "zones": len(ZONES),
        "hours": sum(each["hours"] for each in told),
        "queued": sum(each["queued"] for each in told),
        "sends": went.total(),
        "hours in which something left": len(went),
    }
    nought = {
        "left at night": sum(count for hour, count in went.items() if not OPEN <= hour < CLOSE),
        "hours of the day in which nothing left": CLOSE
        - OPEN
        - len({*went} & {*range(OPEN, CLOSE)}),
    }
    return Outcome(NAME, order, facts, nought, shown_by=("left at night",))


def _host(place: Place, order: Order, zone: str) -> tuple[hosts.Running, Path]:
    name = f"{NAME}-{order.backend}-{zone.replace('/', '-')}-{order.seed}"
    out = place.folder / f"{name}.json"
    url = place.empty_database(order.backend)
    build(url, Plan(people=PEOPLE, open=0))
    environ = {**hosts.environment(hosts.settings(url)), "TZ": zone}
    for audience in hosts.AUDIENCES:
        environ.pop(f"NUANFENG_NOTICES__{audience}")
    given = (order.rounds, order.mutant, out)
    return warm.begin(environ, place.folder / f"{name}.log", through, *given), out


def through(days: int, sleepless: bool, out: Path) -> None:
    """Live through so many days and write down in which hours of Shanghai something left."""
    if sleepless:
        quiet.is_open = lambda *_given: True
        quiet.closes = lambda *_given: None
    clock, went = Clock(), list[int]()
    with postbox.standing(0.0) as wechat:
        settings = load_settings()
        runtime = Runtime.open(settings.model_copy(update={"wechat_api_url": wechat}), clock)
        for number in range(days * 24):
            clock.set(BEGINS + number * EVERY)
            before = postbox.told(wechat)["sent"]
            _queue(runtime, number)
            delivery.deliver(runtime)
            went += [(clock().hour + 8) % 24] * (postbox.told(wechat)["sent"] - before)
        runtime.close()
    out.write_text(json.dumps({"hours": days * 24, "queued": days * 48, "went": went}))


def _queue(runtime: Runtime, number: int) -> None:
    """Queue urgent news and an ordinary word, for two people out of a few dozen."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        for kind in (post.LEAST, post.MOST):
            person = 1 + (number * 2 + (kind == post.MOST)) % PEOPLE
            outbox.queue(session, person, kind, f"{kind}:{number}", now, post.facts(kind, now))
