"""Carrying out what is due: wishes whose week is over, and followers who left long ago.

WeChat asks that a follower's data goes once they unfollow; whoever has not come back within the
time set is forgotten. Somebody whom staff still serve by other doors loses only the account.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from config.settings import Settings
from server.db import Database
from server.errors import Refusal
from server.people import erasing, erasures
from server.people.models import (
    Account,
    ApiSession,
    App,
    Channel,
    ErasureState,
    Person,
    Post,
)
from server.people.vault import Vault

log = logging.getLogger(__name__)

MOST = 200
"""Persons in one firing of the job, each in a transaction of their own."""

Serves = Callable[[Session, int, datetime], bool]

SERVED: list[Serves] = []
"""Ask packages above whether a person is served by other doors since a moment."""

BEFORE_ACCOUNT: list[Callable[[Session, int], None]] = []
"""What packages above must forget of an account before it goes."""


class House(Protocol):
    """What is needed to forget people: settings, the database, the vault and the clock."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...


def erase_due(house: House, most: int = MOST) -> int:
    """Forget those who asked for it a week ago; return how many."""
    return _repeat(house, _erase_next, most)


def erase_left(house: House, most: int = MOST) -> int:
    """Forget those who unfollowed long ago and have no other account in use; return how many."""
    return _repeat(house, _erase_next_left, most)


def _repeat(house: House, one: Callable[[Session, House], bool], most: int) -> int:
    for done in range(most):
        with house.db.transaction() as session:
            if not one(session, house):
                return done
    return most


def _erase_next(session: Session, house: House) -> bool:
    now = house.now()
    wish = erasures.next_due(session, now)
    if wish is None:
        return False
    try:
        erasures.check(session, wish.person_id, now)
    except Refusal as held:
        log.info("a wish to be forgotten waits: %s", held.code)
        erasures.put_off(wish, held.code, now)
        return True
    if not erasing.erase(session, wish.person_id, now, channel=wish.channel, vault=house.vault):
        wish.state, wish.done_at = ErasureState.DONE, now
    return True


def _erase_next_left(session: Session, house: House) -> bool:
    now = house.now()
    until = now - timedelta(days=house.settings.unfollowed_days)
    found = session.execute(_left(now, until)).first()
    if found is None:
        return False
    account_id, person_id = found
    since = session.get_one(Account, account_id).follow_changed_at
    assert since is not None
    if _stays(session, person_id, since, now):
        for forget in BEFORE_ACCOUNT:
            forget(session, account_id)
        erasing.drop_account(session, account_id)
        return True
    erasing.erase(session, person_id, now, channel=Channel.CHAT, vault=house.vault)
    return True


def _stays(session: Session, person_id: int, since: datetime, now: datetime) -> bool:
    """Tell whether others still count on the person, or they are served by other doors."""
    try:
        erasures.check(session, person_id, now)
    except Refusal:
        return True
    return any(serves(session, person_id, since) for serves in SERVED)


def _left(now: datetime, until: datetime) -> Select[int, int]:
    """Select an account that was left so long ago, of somebody who has no other in use."""
    other = aliased(Account)
    follows = exists().where(
        other.person_id == Account.person_id,
        or_(other.following, and_(other.app == App.OFFICIAL, other.follow_changed_at > until)),
    )
    logged_in = exists().where(
        ApiSession.person_id == Account.person_id, ApiSession.expires_at > now
    )
    on_duty = exists().where(
        Post.person_id == Account.person_id, or_(Post.until.is_(None), Post.until > now)
    )
    return (
        select(Account.id, Account.person_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.app == App.OFFICIAL,
            ~Account.following,
            Account.follow_changed_at <= until,
            Person.erased_at.is_(None),
            ~follows,
            ~logged_in,
            ~on_duty,
        )
        .order_by(Account.follow_changed_at, Account.id)
        .limit(1)
        .with_for_update(of=(Account, Person), skip_locked=True, key_share=True)
    )
