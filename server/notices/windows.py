"""How many customer-service messages somebody may still be sent, counted as WeChat counts them.

A message of theirs allows five within 48 hours. Following, scanning a code and tapping the menu
allow three within a minute; opening the mini-program's chat, two. Each sets its allowance to the
full number again and adds nothing to what was left. A message takes from the window that ends
first. (客服消息 on WeChat's pages of the official account and of the mini-program.)
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from server.lists import dialect_of, named
from server.notices.kinds import CHATS, Way
from server.notices.models import Notice, NoticeState
from server.people.models import Account, App
from server.wechat.models import Inbound, InboundState

MESSAGE_LASTS, MESSAGE_SENDS = timedelta(hours=48), 5
DEED_LASTS = timedelta(minutes=1)
DEED_SENDS = {App.OFFICIAL: 3, App.MINIPROGRAM: 2}
DEEDS = {
    App.OFFICIAL: ("subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"),
    App.MINIPROGRAM: ("user_enter_tempsession",),
}
MOST_DEEDS = 20
"""So many of the last deeds are looked at: whoever taps on and on may be counted too low."""

LOOK_BACK = timedelta(days=31)
"""A notice that was queued earlier is not sent in a window any more."""

_inbound = Inbound.__table__.c
_notice = Notice.__table__.c


class Opening(NamedTuple):
    """Somebody did what lets us send: until when, and how many."""

    at: datetime
    lasts: timedelta
    sends: int


class Windows(NamedTuple):
    """What was opened and used by some people, of whom each is asked about by account."""

    opened: Mapping[tuple[str, str], Sequence[Opening]]
    used: Mapping[tuple[int, Way], Sequence[datetime]]

    def left(self, account: Account, now: datetime) -> int | None:
        """Return how many messages may still go to an account, None when no window is open."""
        since = account.follow_changed_at if account.app is App.OFFICIAL else None
        opened = [
            each
            for each in self.opened.get((account.app, account.openid), ())
            # whoever left and came back begins anew
            if since is None or each.at >= since
        ]
        way = Way.SERVICE if account.app is App.OFFICIAL else Way.MINIPROGRAM_CHAT
        return left(opened, self.used.get((account.person_id, way), ()), now)


def left(opened: Iterable[Opening], used: Iterable[datetime], now: datetime) -> int | None:
    """Return how many messages are left, 0 when all are used up, None when no window is open."""
    windows: dict[timedelta, tuple[datetime, int]] = {}
    # at the very same moment the opening comes first: so nothing is counted as unused that is used
    happened: list[tuple[datetime, bool, Opening | None]] = [
        *((each.at, False, each) for each in opened),
        *((moment, True, None) for moment in used),
    ]
    for at, _, opening in sorted(happened, key=lambda each: each[:2]):
        if opening is not None:
            windows[opening.lasts] = (at + opening.lasts, opening.sends)
        else:
            _use(windows, at)
    valid = [sends for until, sends in windows.values() if now < until]
    return sum(valid) if valid else None


def of(session: Session, accounts: Sequence[Account], now: datetime) -> Windows:
    """Read what was opened and used of these accounts. Two statements for any number."""
    return Windows(_opened(session, accounts, now), _used(session, accounts, now))


def _use(windows: dict[timedelta, tuple[datetime, int]], at: datetime) -> None:
    for until, lasts in sorted((until, lasts) for lasts, (until, _) in windows.items()):
        sends = windows[lasts][1]
        if at < until and sends:
            windows[lasts] = (until, sends - 1)
            return


def _opened(
    session: Session, accounts: Sequence[Account], now: datetime
) -> dict[tuple[str, str], list[Opening]]:
    openids = [account.openid for account in accounts]
    asked = {"openids": openids, "since": now - MESSAGE_LASTS}
    opened: dict[tuple[str, str], list[Opening]] = {}
    for app, openid, kind, at, _ in session.execute(_latest(dialect_of(session)), asked):
        opened.setdefault((app, openid), []).append(_opening(app, kind, at))
    return opened


@cache
def _latest(dialect: str) -> Select[Any]:
    """Return the last message and the last deeds of some people, for `openids` and `since`."""
    is_event = _inbound.kind == "event"
    opens = or_(
        ~is_event,
        *(and_(_inbound.app == app, _inbound.event.in_(deeds)) for app, deeds in DEEDS.items()),
    )
    place = func.row_number().over(
        partition_by=(_inbound.app, _inbound.openid, case((is_event, 1), else_=0)),
        order_by=_inbound.received_at.desc(),
    )
    found = (
        select(_inbound.app, _inbound.openid, _inbound.kind, _inbound.received_at, place.label("n"))
        .where(
            named(dialect, _inbound.openid, "openids"),
            _inbound.received_at > bindparam("since"),
            # of what nobody could read one cannot tell that it was a message
            _inbound.state == InboundState.APPLIED,
            opens,
        )
        .subquery()
    )
    latest = found.c.n <= case((found.c.kind == "event", MOST_DEEDS), else_=1)
    return select(found).where(latest)


def _opening(app: str, kind: str, at: datetime) -> Opening:
    if kind == "event":
        return Opening(at, DEED_LASTS, DEED_SENDS[App(app)])
    return Opening(at, MESSAGE_LASTS, MESSAGE_SENDS)


def _used(
    session: Session, accounts: Sequence[Account], now: datetime
) -> dict[tuple[int, Way], list[datetime]]:
    """Return when messages went into the windows; one that may have gone counts, too.

    What went along in a digest is one message with it. Late replies are notices like all others.
    """
    asked = {
        "persons": list({account.person_id for account in accounts}),
        "queued_since": now - LOOK_BACK,
        "since": now - MESSAGE_LASTS,
    }
    used: dict[tuple[int, Way], list[datetime]] = {}
    for person_id, channel, at in session.execute(_gone(dialect_of(session)), asked):
        used.setdefault((person_id, Way(channel)), []).append(min(at, now))
    return used


@cache
def _gone(dialect: str) -> Select[Any]:
    """Return what went into windows, for `persons`, `queued_since` and `since`."""
    over = _notice.state.in_((NoticeState.SENT, NoticeState.DEAD))
    unknown = and_(_notice.state == NoticeState.QUEUED, _notice.claimed_until.is_not(None))
    return select(
        _notice.person_id,
        _notice.channel,
        func.coalesce(_notice.settled_at, _notice.claimed_until),
    ).where(
        named(dialect, _notice.person_id, "persons"),
        _notice.queued_at > bindparam("queued_since"),
        _notice.channel.in_(CHATS),
        _notice.digest_id.is_(None),
        or_(and_(over, _notice.settled_at > bindparam("since")), unknown),
    )
