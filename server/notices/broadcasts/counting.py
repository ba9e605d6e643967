"""Counting whom a broadcast is for before it goes; nobody learns who that is."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from config.settings import Settings
from server.notices import templates
from server.notices.broadcasts import audiences
from server.notices.broadcasts.telling import kind_of
from server.notices.kinds import CREDITED, TYPED, Way
from server.notices.models import Broadcast, Credit
from server.notices.versions import Version
from server.notices.windows import MESSAGE_LASTS
from server.people.models import Account, App, Person
from server.wechat.models import Inbound, InboundState

_account, _inbound, _credit = Account.__table__.c, Inbound.__table__.c, Credit.__table__.c

FEW = 5
"""Fewer persons than that are not told as a number: one might guess who they are."""


def count(
    session: Session, broadcast: Broadcast, path: str, now: datetime, *, settings: Settings
) -> None:
    """Write down how many it is for, how many of them want no notices, and how many are reached.

    Reached is who could be told at this very moment: by an open window, a message they allowed, or
    as a follower. It is an estimate, since five messages may have gone into a window. Two
    statements.
    """
    said = templates.of(session, kind_of(urgent=broadcast.urgent))
    meant = audiences.everybody_meant(broadcast, path)
    unwanted = audiences.unwanted()
    reached = and_(~unwanted, or_(*_ways(said, now, settings)))
    number, off, open_ = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((unwanted, 1), else_=0)), 0),
            func.coalesce(func.sum(case((reached, 1), else_=0)), 0),
        )
        .select_from(Person)
        .join(meant, meant.c.person_id == Person.id)
        .where(Person.erased_at.is_(None))
    ).one()
    broadcast.counted, broadcast.unwanted, broadcast.reachable = number, int(off), int(open_)
    session.flush()


def _ways(said: Version, now: datetime, settings: Settings) -> list[Any]:
    """Return the conditions under which a `person` can be told something, for each way in use."""
    ids = {way: settings.templates.id_of(said.kind.template, way) for way in TYPED}
    mine = _account.person_id == Person.id
    follows = and_(mine, _account.app == App.OFFICIAL, _account.following)
    spoke = and_(
        _inbound.openid == _account.openid,
        _inbound.app == App.OFFICIAL,
        _inbound.kind != "event",
        _inbound.state == InboundState.APPLIED,
        _inbound.received_at > now - MESSAGE_LASTS,
    )
    allowed = or_(_credit.balance > 0, _credit.lasting)
    found: list[Any] = []
    if Way.SERVICE in said.ways:
        found.append(exists().where(follows, spoke))
    for way in CREDITED:
        if way in said.ways and ids[way]:
            of_template = _credit.template_id == ids[way]
            theirs = _credit.account_id == _account.id
            app = App.MINIPROGRAM if way is Way.SUBSCRIPTION else App.OFFICIAL
            found.append(exists().where(mine, _account.app == app, theirs, of_template, allowed))
    if Way.TEMPLATE in said.ways and ids[Way.TEMPLATE]:
        found.append(exists().where(follows))
    return found
