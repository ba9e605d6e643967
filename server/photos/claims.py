"""Who fetches a picture just now: one worker, for a minute, after which another may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.settings import Settings
from server.db import Database
from server.people.vault import Vault
from server.photos.models import Photo, PhotoState
from server.wechat.client import Wechat

LEASE = timedelta(minutes=1)
"""Longer than fetching and reading a picture may take together."""

photo = Photo.__table__.c


class House(Protocol):
    """What is needed: settings, the database, WeChat, the vault and the clock."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def wechat(self) -> Wechat: ...
    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...


class Lost(Exception):  # noqa: N818  a fact: the picture is somebody else's, or nobody's, by now
    """The claim ran out and another worker has it, or its sender was forgotten meanwhile."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A picture that is this worker's until the moment."""

    id: int
    media_id: str
    tries: int
    noted_at: datetime
    until: datetime


def take(house: House) -> Claim | None:
    """Take the picture that has waited longest, or whose worker is gone; one worker gets it."""
    now = house.now()
    due = photo.state == PhotoState.WAITING, photo.due_at <= now
    with house.db.reading() as session:
        first = session.scalar(select(photo.id).where(*due).order_by(photo.due_at).limit(1))
    if first is None:
        return None
    with house.db.transaction() as session:
        taken = session.execute(
            update(Photo.__table__)
            .where(photo.id == first, *due)
            .values(due_at=now + LEASE, tries=photo.tries + 1)
            .returning(photo.media_id, photo.tries, photo.noted_at)
        ).one_or_none()
    if taken is None:
        return take(house)
    return Claim(first, taken.media_id, taken.tries, taken.noted_at, now + LEASE)


def settle(session: Session, claim: Claim, values: Mapping[str, Any]) -> None:
    """Write down what became of it while it is still ours, or raise `Lost`."""
    kept = session.execute(
        update(Photo.__table__)
        .where(
            photo.id == claim.id,
            photo.state == PhotoState.WAITING,
            photo.due_at == claim.until,
        )
        .values(values)
        .returning(photo.id)
    ).one_or_none()
    if kept is None:
        raise Lost
