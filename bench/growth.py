"""What a callback costs after years: a million messages and a hundred thousand activities."""

from collections.abc import Iterator

from bench import callbacks, contest, signups
from bench.contest import Bench
from bench.district import Plan, build
from bench.figures import Row, compared, reference

YOUNG, OLD = "young", "old"
TARGET = "≤ 1.2"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the lines of the table: each job on a young and on an old database."""
    people = signups.people_for(bench)
    young = Plan(people=people, open=signups.ACTIVITIES)
    old = Plan(
        people=people,
        open=signups.ACTIVITIES,
        past=max(0, bench.past - signups.ACTIVITIES),
        inbound=bench.inbound,
    )
    bench.facts.append(
        f"the {YOUNG} database starts without history; the {OLD} one holds {old.inbound:,} inbound "
        f"messages and {old.open + old.past:,} activities"
    )
    for backend in ("sqlite", "postgres"):
        yield from _both_jobs(bench, backend, young, old)


def _both_jobs(bench: Bench, backend: str, young: Plan, old: Plan) -> Iterator[Row]:
    urls = {}
    for age, plan in ((YOUNG, young), (OLD, old)):
        bench.say(f"  filling the {age} database on {backend}")
        urls[age] = bench.place.empty_database(backend)
        build(urls[age], plan)
    for job, name in ((callbacks.ours, "“活动”"), (signups.ours, "“报名 N”")):
        pair = [job(url, young.people, f"{name}, {age}, {backend}") for age, url in urls.items()]
        rounds = contest.run(bench, pair)
        base, mine = (rounds[each.name] for each in pair)
        yield reference(pair[0].name, base)
        yield compared(pair[1].name, mine, base, pair[0].name, TARGET, cost=True)
