"""Riders with accounts, as many as are asked for, made straight in the database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update

from bench.clerks import Clerk, seat
from bench.district import CODE, insert_rows, opened
from server.areas import tree
from server.people.models import Channel, Post, Role
from server.riders.models import AccountKind, PointsAccount, Rider, RiderState, Sector


def enrol(url: str, people: Iterable[int], now: datetime) -> None:
    """Let these persons be riders of the district, each with an account and nothing in it."""
    with opened(url) as database:
        with database.reading() as session:
            area_id = tree.root(session).id
        told = {"sector": Sector.FOOD, "area_id": area_id, "channel": Channel.CHAT}
        told |= {"state": RiderState.VERIFIED, "asked_at": now}
        people = list(people)
        insert_rows(database, Rider.__table__, [told | {"person_id": one} for one in people])
        opening = {"opened_at": now, "booked_at": now}
        rows = [
            opening | {"kind": kind, "person_id": one}
            for one in people
            for kind in (AccountKind.PERSON, AccountKind.PENDING)
        ]
        insert_rows(database, PointsAccount.__table__, rows)


def employ(url: str, person_id: int, now: datetime) -> Clerk:
    """Seat somebody who may give and take points in the whole district, since before a moment."""
    with opened(url) as database, database.transaction() as session:
        clerk = seat(session, person_id, Role.DISTRICT_OPERATOR, CODE)
        since = update(Post).where(Post.person_id == person_id)
        session.execute(since.values(since=now - timedelta(days=1)))
    return clerk
