"""Five thousand riders want one of five hundred pieces, as fast as the server takes them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from bench import hosts, rich, riders, shelves, stations, wire
from bench.contest import WARM_UP, Bench
from bench.district import Plan, build, log_in, opened
from bench.figures import Round, Row, reference
from bench.machine import OTHER_CORES, Watch, pinned, wait_for_quiet
from server.riders.rewards.models import RewardStock, Voucher, VoucherState
from server.riders.rewards.stock import Shelf

RIDERS, A_REQUEST = 5_000, 2.5
"""At full size, of two thousand requests a round."""
PIECES_OF = 10
"""For each so many riders there is one piece."""
PRICE = 5
CONNECTIONS = 64
STATION = 1
SOLD_OUT = b"rewards.out_of_stock"
NAME = "{riders:,} riders for {pieces} pieces, {backend}"


def measure(bench: Bench) -> Iterator[Row]:
    """Yield one line a database, and note how many pieces were given too many or too few."""
    many = min(RIDERS, round(bench.effort.requests * A_REQUEST))
    pieces = many // PIECES_OF
    for backend in ("sqlite", "postgres"):
        url = bench.place.empty_database(backend)
        tokens = _fill(url, many, pieces, bench.effort.rounds)
        with hosts.serving(hosts.SERVICE, bench.place.folder, hosts.settings(url)) as port:
            path = "/api/v1/points"
            asking = [f"Authorization: Bearer {token}\r\n" for token in tokens[:WARM_UP]]
            wire.fire(port, [wire.get(port, path, header) for header in asking])
            rounds = [
                _round(bench, port, tokens, reward) for reward in range(1, bench.effort.rounds + 1)
            ]
        name = NAME.format(riders=many, pieces=pieces, backend=backend)
        over, under, untrue = count(url, pieces)
        bench.facts.append(
            f"{name}, {len(rounds)} times: oversold {over}, undersold {under}, "
            f"shelves that do not add up {untrue}"
        )
        yield reference(name, rounds)


def count(url: str, pieces: int) -> tuple[int, int, int]:
    """Return pieces given beyond what there was, those left over, and shelves that are untrue."""
    held = func.count(Voucher.id).filter(Voucher.state == VoucherState.RESERVED)
    given = (
        select(RewardStock.free, RewardStock.held, held)
        .outerjoin(Voucher, Voucher.reward_id == RewardStock.reward_id)
        .group_by(RewardStock.reward_id, RewardStock.free, RewardStock.held)
    )
    with opened(url) as database, database.reading() as session:
        rows = session.execute(given).all()
    return (
        sum(max(0, vouchers - pieces) for _free, _held, vouchers in rows),
        sum(max(0, pieces - vouchers) for _free, _held, vouchers in rows),
        sum((free, held) != (pieces - vouchers, vouchers) for free, held, vouchers in rows),
    )


def _fill(url: str, many: int, pieces: int, rushes: int) -> list[str]:
    now = datetime.now(UTC) - timedelta(days=1)
    build(url, Plan(people=many, open=0))
    riders.enrol(url, range(1, many + 1), now)
    rich.give(url, PRICE * rushes, now)
    stations.fill(url, 1, now)
    with opened(url) as database, database.transaction() as session:
        for reward in range(1, rushes + 1):
            shelves.offer(session, reward, PRICE, now)
            shelves.lay(session, Shelf(reward, STATION), pieces, now)
    return log_in(url, range(1, many + 1))


def _round(bench: Bench, port: int, tokens: list[str], reward: int) -> Round:
    wait_for_quiet(bench.effort.patience)
    body = json.dumps({"reward_id": str(reward), "station_id": str(STATION)}).encode()
    requests = [
        wire.post(
            port,
            "/api/v1/redemptions",
            body,
            "application/json",
            f"Authorization: Bearer {token}\r\nIdempotency-Key: rush-{reward}-{number}\r\n",
        )
        for number, token in enumerate(tokens)
    ]
    watch = Watch().start()
    with pinned(OTHER_CORES):
        answers, seconds = wire.fire(port, requests, CONNECTIONS)
    quiet = watch.stop().quiet
    wrong = [each for each in answers if not _is_told(each)]
    if wrong:
        bench.say(f"  such as HTTP {wrong[0].status} {wrong[0].body[:200]!r}")
    found = Round(
        (len(answers) - len(wrong)) / seconds,
        tuple(each.seconds for each in answers),
        quiet,
        len(wrong),
    )
    bench.say(f"  rush {reward}: {found.rate:,.0f}/s, {found.wrong} wrong")
    return found


def _is_told(answer: wire.Answer) -> bool:
    sold_out = answer.status == 409 and SOLD_OUT in answer.body
    return sold_out or (answer.status == 200 and b'"code"' in answer.body)
