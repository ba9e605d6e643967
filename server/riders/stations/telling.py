"""How a station is told in a few words; the same in chat and on the page. Local time throughout."""

from datetime import datetime, timedelta

from config.wording import LOCAL, WEEKDAYS, say
from server.riders.stations import facilities
from server.riders.stations.models import HostKind
from server.riders.stations.standing import Standing
from server.riders.stations.views import StationView

SOON = timedelta(hours=1)
ALWAYS = timedelta(days=6)
"""What does not close for so long never does."""
WEEK = 7


def standing(stand: Standing, now: datetime) -> str:
    """Tell whether it is open, until when, or when it opens next."""
    if stand.is_open:
        return _open(stand, now)
    if stand.closure is not None:
        key = "stations.closure_until" if stand.opens_at else "stations.closure"
        return say(key, reason=stand.closure.reason, when=_when(stand.opens_at, now))
    if stand.opens_at is None:
        return say("stations.closed_long")
    if stand.opens_at - now <= SOON:
        return say("stations.opens_soon", minutes=_minutes(stand.opens_at - now))
    return say("stations.opens", when=when(stand.opens_at, now))


def distance(metres: float) -> str:
    """Tell how far it is as the crow flies, to ten metres or a tenth of a kilometre."""
    if metres < 995:
        return say("stations.metres", metres=max(10, round(metres / 10) * 10))
    return say("stations.kilometres", kilometres=f"{metres / 1000:.1f}")


def when(moment: datetime, now: datetime) -> str:
    """Tell a moment as people say it: 18:00, 明天8:00, 周三8:00, 3月20日8:00."""
    local, today = moment.astimezone(LOCAL), now.astimezone(LOCAL).date()
    clock = f"{local.hour}:{local.minute:02}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if days == 1:
        return say("stations.tomorrow", clock=clock)
    if 1 < days < WEEK:
        return say("stations.on_weekday", day=WEEKDAYS[local.weekday()], clock=clock)
    return say("stations.on_day", month=local.month, day=local.day, clock=clock)


def confirmed(view: StationView, now: datetime) -> str:
    """Tell when somebody last said that it is open: people go by that."""
    if view.confirmed_at is None:
        return say("stations.never_confirmed")
    days = (now.astimezone(LOCAL).date() - view.confirmed_at.astimezone(LOCAL).date()).days
    if days < 1:
        return say("stations.confirmed_today", clock=when(view.confirmed_at, now))
    return say("stations.confirmed_before", days=days)


def faults(view: StationView) -> str:
    """Tell what people say is wrong and nobody has settled; nothing where nothing is."""
    kinds = "、".join(say(f"stations.fault_{kind}") for kind in view.faults)
    return say("stations.said_wrong", kinds=kinds) if kinds else ""


def has(view: StationView) -> str:
    """Name what a station has."""
    return facilities.told(view.facilities) or say("stations.nothing_listed")


def host(kind: HostKind) -> str:
    """Name who gives the room."""
    return say(f"stations.host_{kind}")


def _open(stand: Standing, now: datetime) -> str:
    assert stand.until is not None
    if stand.until - now > ALWAYS:
        return say("stations.open_always")
    if stand.until - now <= SOON:
        return say("stations.closes_soon", minutes=_minutes(stand.until - now))
    return say("stations.open_until", when=when(stand.until, now))


def _when(moment: datetime | None, now: datetime) -> str:
    return when(moment, now) if moment else ""


def _minutes(left: timedelta) -> int:
    return max(1, -(-int(left.total_seconds()) // 60))
