"""Which of the ways to somebody are open just now, when WeChat has closed some."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.notices import circuits, results
from server.notices.channels import Route, Routes, Way
from server.notices.circuits import LOOK_AGAIN, WAITS, Closed, Closure
from server.notices.errands import Errand
from server.notices.retries import Chance, jittered


@dataclass(frozen=True, slots=True)
class Open:
    """The routes to try, in order; and why others are closed, by way.

    `until` is when a way that WeChat has closed to everybody is to be looked at again (None: no
    such way led to this person), `waits_for` names it.
    """

    routes: tuple[Route, ...]
    closed: Mapping[str, str]
    until: datetime | None = None
    waits_for: str = ""


class Openings:
    """Judges routes by what is closed to everybody and by what this very errand has tried."""

    def __init__(self, closed: Closed, chance: Chance) -> None:
        self._closed = closed
        self._chance = chance

    def of(
        self,
        session: Session,
        errands: Sequence[Errand],
        chosen: Mapping[int, Routes],
        now: datetime,
    ) -> dict[Errand, Open]:
        """Return the open ways of each. At most one statement."""
        by_template = {
            errand.claimed.person_id
            for errand in errands
            if any(route.way is Way.TEMPLATE for route in chosen[errand.id].open)
        }
        blocking = results.blocking(session, by_template, now)
        return {
            errand: self._open(errand, chosen[errand.id], errand.claimed.person_id in blocking, now)
            for errand in errands
        }

    def _open(self, errand: Errand, routes: Routes, blocks: bool, now: datetime) -> Open:
        closed = dict(part.split(": ", 1) for part in routes.closed)
        found, shut = [], []
        for route in _likely_first(errand, routes):
            closure = self._closure(route)
            if closure is not None:
                shut.append(closure)
                closed[route.way] = f"closed ({closure.code})"
            elif blocks and route.way is Way.TEMPLATE:
                closed[route.way] = "user block"
            elif (route.way, route.account_id) not in errand.tried:
                found.append(route)
        if found or not shut:
            return Open(tuple(found), closed)
        waits_for = ", ".join(dict.fromkeys(closure.way for closure in shut))
        until = min(self._look(closure, now) for closure in shut)
        return Open((), closed, until, f"{WAITS}{waits_for}; ")

    def _closure(self, route: Route) -> Closure | None:
        shut = [self._closed[name] for name in circuits.names(route) if name in self._closed]
        return shut[0] if shut else None

    def _look(self, closure: Closure, now: datetime) -> datetime:
        if closure.until is not None:
            return closure.until
        return now + jittered(LOOK_AGAIN, self._chance)


def _likely_first(errand: Errand, routes: Routes) -> Sequence[Route]:
    """Return the routes in order; what may have gone by one way goes by the same way again."""
    return sorted(routes.open, key=lambda route: route.way != errand.claimed.doubtful)
