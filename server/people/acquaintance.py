"""Asking WeChat who followers are across our apps, so that both apps know one person.

A message of the official account names only an openid. WeChat tells the unionid when asked,
which happens after the message was answered: nobody waits for it, and without it nothing fails.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, select, update

from server.db import Database, Session
from server.people import linking
from server.people.models import Account
from server.people.vault import Vault
from server.wechat.client import Wechat
from server.wechat.errors import CallRejected, WechatError

log = logging.getLogger(__name__)

BATCH = 20
LATER = timedelta(minutes=10)

account = Account.__table__.c
_STRANGERS = (
    select(account.id, account.person_id, account.openid)
    .where(account.ask_after <= bindparam("now"))
    .order_by(account.ask_after)
    .limit(BATCH)
)


class House(Protocol):
    """What is needed to ask: the database, WeChat, the vault and the clock."""

    @property
    def db(self) -> Database: ...
    @property
    def wechat(self) -> Wechat: ...
    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...


class Stranger(NamedTuple):
    """A follower of whom we know only the openid."""

    account_id: int
    person_id: int
    openid: str


def ask(house: House) -> int:
    """Ask about those who came lately and return about how many we know more now.

    When WeChat does not answer, all are asked about again some minutes later.
    """
    known = 0
    for stranger in _strangers(house):
        try:
            unionid = house.wechat.official.follower(stranger.openid).unionid
        except CallRejected as refused:
            log.info("WeChat tells nothing of a follower: %s", refused)
            unionid = None
        except WechatError as away:
            log.warning("WeChat was not asked who followers are: %s", away)
            break
        known += _note(house, stranger, unionid)
    return known


def _strangers(house: House) -> Sequence[Stranger]:
    """Return those to be asked about now; nobody else asks about them for some minutes."""
    with house.db.reading() as session:
        found = [Stranger(*row) for row in session.execute(_STRANGERS, {"now": house.now()})]
    if found:
        with house.db.transaction() as session:
            _put_off(session, [one.account_id for one in found], house.now() + LATER)
    return found


def _put_off(session: Session, accounts: Sequence[int], until: datetime | None) -> None:
    session.execute(
        update(Account.__table__).where(account.id.in_(accounts)).values(ask_after=until)
    )


def _note(house: House, stranger: Stranger, unionid: str | None) -> bool:
    with house.db.transaction() as session:
        _put_off(session, [stranger.account_id], None)
        if unionid is None:
            return False
        session.execute(
            update(Account.__table__)
            .where(account.id == stranger.account_id, account.unionid.is_(None))
            .values(unionid=unionid)
        )
        person_id = session.scalar(
            select(account.person_id).where(account.id == stranger.account_id)
        )
        if person_id is not None:
            linking.follow_unionid(session, person_id, unionid, house.now(), vault=house.vault)
    return True
