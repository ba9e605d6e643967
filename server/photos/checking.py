"""WeChat's own look at pictures: what it passes is shown, what it does not waits for a person.

It fetches a picture from an address of ours that holds for an hour and for that picture alone, and
tells what it thinks as an event. Where it cannot be asked, fails, or says nothing in time, a member
of staff looks: nothing is ever shown because a check did not come.
"""

import hmac
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.db import Busy
from server.people.models import Account, App
from server.people.vault import Vault
from server.photos import files, settling
from server.photos.claims import House
from server.photos.files import Size
from server.photos.models import Photo, PhotoState
from server.photos.refusals import PhotoMissing
from server.wechat.errors import WechatError

log = logging.getLogger(__name__)

MOST = 20
PATIENCE = timedelta(minutes=35)
"""WeChat answers within 30."""
LENT_FOR = timedelta(hours=1)

photo = Photo.__table__.c


class Asked(NamedTuple):
    """A picture that this worker asks about, and who sent it."""

    id: int
    person_id: int


def work(house: House) -> int:
    """Ask about pictures that wait for it, and give up on answers that did not come."""
    _give_up(house)
    asked = 0
    for _ in range(MOST):
        taken = _take(house)
        if taken is None:
            break
        _ask(house, taken)
        asked += 1
    return asked


def told(session: Session, trace_id: str, now: datetime, *, passed: bool) -> None:
    """Take in what WeChat thinks of the picture it was asked about under this id, once.

    Raises `Busy` where its answer came before we could write down under which id it was asked:
    WeChat brings it again.
    """
    asked = photo.state == PhotoState.CHECKING
    photo_id = session.scalar(select(photo.id).where(asked, photo.trace_id == trace_id))
    if photo_id is None or not trace_id:
        unnamed = session.scalar(select(photo.id).where(asked, photo.trace_id == "").limit(1))
        if unnamed is not None and trace_id:
            raise Busy("the id of a content check is not written down yet")
        return
    if _settle(session, photo_id, PhotoState.KEPT if passed else PhotoState.HELD, now) and passed:
        trail.record(session, None, "photo.allowed", ("photo", photo_id), now, by="wechat")


def address(house: House, photo_id: int) -> str:
    """Return the address under which WeChat may fetch a picture for an hour."""
    until = int((house.now() + LENT_FOR).timestamp())
    told = f"{photo_id}-{until}-{_mark(photo_id, until, house.vault)}"
    return f"{house.settings.public_url}/pictures/{told}.jpg"


def lent(session: Session, photo_id: int, until: int, mark: str, house: House) -> bytes:
    """Return a picture to whoever has its address, while it is being looked at."""
    fresh = house.now().timestamp() <= until
    if not fresh or not hmac.compare_digest(mark, _mark(photo_id, until, house.vault)):
        raise PhotoMissing
    wanted = photo.id == photo_id, photo.state == PhotoState.CHECKING
    name = session.scalar(select(photo.file_name).where(*wanted))
    if name is None:
        raise PhotoMissing
    return files.read(house.settings.photos_dir, name, Size.FULL, vault=house.vault)


def _mark(photo_id: int, until: int, vault: Vault) -> str:
    return vault.digest(f"{photo_id}:{until}", "photo_lent").hex()


def _give_up(house: House) -> None:
    waits = photo.state == PhotoState.CHECKING, photo.trace_id.is_not(None)
    late = *waits, photo.due_at <= house.now()
    with house.db.reading() as session:
        found = session.scalars(select(photo.id).where(*late).limit(MOST)).all()
    for photo_id in found:
        with house.db.transaction() as session:
            _settle(session, photo_id, PhotoState.HELD, house.now())


def _take(house: House) -> Asked | None:
    now = house.now()
    free = photo.state == PhotoState.CHECKING, photo.due_at <= now, photo.trace_id.is_(None)
    with house.db.reading() as session:
        first = session.scalar(select(photo.id).where(*free).order_by(photo.due_at).limit(1))
    if first is None:
        return None
    # asked about once: who is killed here leaves it to a member of staff, not to another worker
    with house.db.transaction() as session:
        taken = session.execute(
            update(Photo.__table__)
            .where(photo.id == first, *free)
            .values(due_at=now + PATIENCE, trace_id="")
            .returning(photo.id, photo.person_id)
        ).one_or_none()
    return Asked(*taken) if taken else _take(house)


def _ask(house: House, asked: Asked) -> None:
    with house.db.reading() as session:
        app = Account.person_id == asked.person_id, Account.app == App.MINIPROGRAM
        openid = session.scalar(select(Account.openid).where(*app).order_by(Account.id).limit(1))
    trace_id = None
    if openid is not None:
        try:
            url = address(house, asked.id)
            trace_id = house.wechat.miniprogram.check_picture(url, openid)
        except WechatError as away:
            log.info("WeChat does not look at photo %s: %s", asked.id, away)
    with house.db.transaction() as session:
        if trace_id is None:
            _settle(session, asked.id, PhotoState.HELD, house.now())
            return
        waits = photo.id == asked.id, photo.state == PhotoState.CHECKING
        session.execute(update(Photo.__table__).where(*waits).values(trace_id=trace_id))


def _settle(session: Session, photo_id: int, to: PhotoState, now: datetime) -> bool:
    waits = photo.id == photo_id, photo.state == PhotoState.CHECKING
    moved = session.execute(
        update(Photo.__table__)
        .where(*waits)
        .values(state=to, due_at=None, trace_id=None)
        .returning(photo.id)
    ).first()
    if moved:
        settling.tell(session, photo_id, now)
    return moved is not None
