"""Fetching pictures from WeChat by their media id, while nobody waits.

A picture is claimed for a minute, fetched and read outside of any transaction, laid on the disk,
and only then told of in its row. Whoever is killed in between leaves a claim that ends by itself
and perhaps an orphan on the disk, which nobody sees and the sweep removes.
"""

import logging
from datetime import datetime, timedelta

from server.db import Busy
from server.errors import Later, Refusal
from server.photos import claims, files, noting, pictures, settling
from server.photos.claims import Claim, House, Lost
from server.photos.models import PhotoState
from server.photos.refusals import Damaged, Gone, TooLarge
from server.wechat.errors import CallRejected, Oversized, RateLimited, WechatError

log = logging.getLogger(__name__)

MOST = 20
"""Pictures in one firing of the job."""
SECONDS = 12
"""How long a picture may take to come, however slowly it drips."""
LIFE = timedelta(days=3)
"""So long WeChat keeps what somebody sent."""
PLAN = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 180))
"""When it is tried again after failures that may pass; the last goes on until `LIFE` is over."""
MOST_TRIES = 60
"""More than the plan has in three days: so many only if it ends every worker that takes it."""


def work(house: House) -> int:
    """Fetch the pictures that are due, at most 20, and return how many have come."""
    come = 0
    for _ in range(MOST):
        claim = claims.take(house)
        if claim is None:
            break
        come += _try(house, claim)
    return come


def _try(house: House, claim: Claim) -> bool:
    try:
        _fetch(house, claim)
    except Lost:
        log.warning("photo %s was taken up by another worker, or is wanted no more", claim.id)
    except Busy:
        # the claim runs out, and whoever takes it up begins anew
        raise
    except RateLimited as limit:
        _put_off(house, claim, limit.until)
    except Later as crowd:
        _put_off(house, claim, house.now() + timedelta(seconds=crowd.retry_after))
    except (CallRejected, Oversized, Refusal) as fault:
        _give_up(house, claim, _said(fault))
    except WechatError as away:
        log.warning("photo %s could not be fetched: %s", claim.id, away)
        _put_off(house, claim, house.now() + _pause(claim))
    except Exception:
        log.exception("photo %s could not be fetched", claim.id)
        _put_off(house, claim, house.now() + _pause(claim))
    else:
        return True
    return False


def _fetch(house: House, claim: Claim) -> None:
    if claim.tries > MOST_TRIES:
        raise Damaged
    most, folder = pictures.MOST_BYTES, house.settings.photos_dir
    content = house.wechat.official.media(claim.media_id, most=most, seconds=SECONDS)
    laid = files.lay(folder, pictures.look(content), vault=house.vault)
    try:
        with house.db.transaction() as session:
            now, ask = house.now(), house.settings.photos_check
            claims.settle(session, claim, noting.here(laid, now, ask=ask))
            settling.tell(session, claim.id, now)
    except Lost:
        files.remove(folder, laid.name)
        raise


def _pause(claim: Claim) -> timedelta:
    return PLAN[min(claim.tries, len(PLAN)) - 1]


def _put_off(house: House, claim: Claim, until: datetime) -> None:
    if until > claim.noted_at + LIFE:
        _give_up(house, claim, Gone())
        return
    try:
        with house.db.transaction() as session:
            claims.settle(session, claim, {"due_at": until})
    except Lost:
        log.warning("photo %s was taken up by another worker, or is wanted no more", claim.id)


def _give_up(house: House, claim: Claim, why: Refusal) -> None:
    """Keep nothing but why, and tell whoever asked for the picture."""
    log.info("photo %s is given up: %s", claim.id, why.code)
    now = house.now()
    told = {"state": PhotoState.FAILED, "fault": why.code, "due_at": None, "media_id": None}
    try:
        with house.db.transaction() as session:
            claims.settle(session, claim, told | {"settled_at": now})
            settling.tell(session, claim.id, now)
    except Lost:
        log.warning("photo %s was taken up by another worker, or is wanted no more", claim.id)


def _said(fault: CallRejected | Oversized | Refusal) -> Refusal:
    """Return why there is no picture, in our words: WeChat refuses what it no longer has."""
    if isinstance(fault, Refusal):
        return fault
    return TooLarge() if isinstance(fault, Oversized) else Gone()
