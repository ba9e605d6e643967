"""Stock of a reward at a station: what moved it, what is brought, what is counted anew."""

from flask import Response

from server.console import fields
from server.console.pages import Pages, keyed
from server.console.rewards import show as show_reward
from server.console.visit import Visit
from server.riders.rewards import editing, shelves, stocking
from server.riders.rewards.stock import Shelf
from server.riders.stations import views
from server.staff.rights import Right

pages = Pages("reward_stock", __name__)


@pages.get("/rewards/<reward_id>/stations/<station_id>", Right.SEE_REWARDS)
def show(visit: Visit, reward_id: int, station_id: int) -> Response:
    """Show what of a reward lies at a station, and what moved it."""
    where = Shelf(reward_id, station_id)
    line, keeps = shelves.of(visit.session, visit.reach, where)
    before = fields.asked_number("before")
    moves = shelves.moves(visit.session, where, before=before)
    return visit.show(
        "rewards/shelf.html",
        reward=editing.of(visit.session, reward_id)[0],
        shelf=line,
        moves=moves,
        more=moves[-1].number if len(moves) == shelves.PAGE else None,
        paged=bool(before),
        keeps=keeps,
        large=stocking.LARGE,
    )


@pages.post("/rewards/<reward_id>/stock", Right.KEEP_STOCK, again=show_reward)
def bring(visit: Visit, reward_id: int) -> Response:
    """Put down that pieces were brought to the station of a number."""
    station = views.by_number(visit.session, fields.number("station"), visit.now)
    return _receive(visit, Shelf(reward_id, station.id))


@pages.post("/rewards/<reward_id>/stations/<station_id>/receive", Right.KEEP_STOCK, again=show)
def receive(visit: Visit, reward_id: int, station_id: int) -> Response:
    """Put down that pieces were brought to this station."""
    return _receive(visit, Shelf(reward_id, station_id))


@pages.post("/rewards/<reward_id>/stations/<station_id>/correct", Right.KEEP_STOCK, again=show)
def correct(visit: Visit, reward_id: int, station_id: int) -> Response:
    """Put down that other pieces lie there than is written, and why."""
    change = fields.number("pieces") * (-1 if keyed("way") == "less" else 1)
    where = Shelf(reward_id, station_id)
    done = stocking.correct(visit.session, visit.reach, where, change, keyed("reason"), visit.now)
    said = "已更正。" if done else "已提交，要由另一位同事在“批准”里确认。"
    return visit.go("reward_stock.show", said, **where._asdict())


def _receive(visit: Visit, where: Shelf) -> Response:
    pieces = fields.number("pieces")
    note = keyed("note")
    lying = stocking.receive(visit.session, visit.reach, where, pieces, visit.now, note=note)
    said = f"已入库，架上现有{lying.free + lying.held}件。"
    return visit.go("reward_stock.show", said, **where._asdict())
