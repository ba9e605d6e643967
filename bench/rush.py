"""Two thousand people write for fifty places, as fast as the server takes them."""

from collections.abc import Iterator

from sqlalchemy import func, select

from bench import contest, hosts, letters, wire
from bench.contest import Bench
from bench.district import Plan, build, opened
from bench.figures import Round, Row, reference
from bench.machine import wait_for_quiet
from server.volunteers.models import HOLDING, LIVE, Shift, Signup

PEOPLE = 2_000
SEATS = 50
CONNECTIONS = 64
NAME = "rush of {people:,} for {seats} places, {backend}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield one line a database, and note how many were taken in too many or too few."""
    people = min(PEOPLE, bench.effort.requests)
    plan = Plan(people=people, open=30, rushes=bench.effort.rounds, seats=SEATS)
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        build(url, plan)
        with hosts.serving(hosts.SERVICE, bench.place.folder, hosts.settings(url)) as port:
            warm = letters.requests(port, [(letters.openid(n + 1), "活动") for n in range(150)])
            wire.fire(port, warm)
            rounds = [_round(bench, port, plan, rush) for rush in range(plan.rushes)]
        oversold, undersold, doubled = count(url, plan)
        name = NAME.format(people=people, seats=SEATS, backend=backend)
        bench.facts.append(
            f"{name}, {plan.rushes} times: oversold {oversold}, undersold {undersold}, "
            f"signed up twice {doubled}"
        )
        yield reference(name, rounds)


def count(url: str, plan: Plan) -> tuple[int, int, int]:
    """Return the places given beyond the capacity, those left empty, and the doubled sign-ups."""
    held = func.count().filter(Signup.state.in_(HOLDING))
    live = func.count().filter(Signup.state.in_(LIVE))
    oversold = undersold = doubled = 0
    with opened(url) as database, database.reading() as session:
        rows = session.execute(
            select(held, live, func.count(Signup.person_id.distinct()))
            .join(Shift, Shift.id == Signup.shift_id)
            .where(Shift.capacity == plan.seats)
            .group_by(Signup.shift_id)
        ).all()
    for holding, entries, persons in rows:
        oversold += max(0, holding - plan.seats)
        undersold += max(0, min(plan.seats, plan.people) - holding)
        doubled += entries - persons
    missing = plan.rushes - len(rows)
    return oversold, undersold + missing * min(plan.seats, plan.people), doubled


def _round(bench: Bench, port: int, plan: Plan, rush: int) -> Round:
    number = plan.number_of_rush(rush)
    wait_for_quiet(bench.effort.patience)
    requests = letters.requests(
        port, [(letters.openid(n + 1), f"报名 {number}") for n in range(plan.people)]
    )
    found = contest.measured("rush", port, requests, _is_told, CONNECTIONS)
    bench.say(f"  rush {rush + 1}: {found.rate:,.0f}/s, {found.wrong} wrong")
    return found


def _is_told(body: bytes) -> bool:
    said = letters.content(body)
    return "报名成功" in said or "候补第" in said
