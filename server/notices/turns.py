"""One turn of a worker: settle what has been answered and begin what goes next, both or neither.

So whatever has begun and is not settled is on its way, and never more than the worker may have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from server.db import Database
from server.notices import answers, beginning, circuits, claims, digests
from server.notices.answers import Ending
from server.notices.beginning import Beginning
from server.notices.claims import Held
from server.notices.errands import Errand, Outcome
from server.notices.lessons import Lessons
from server.notices.models import NoticeState
from server.notices.openings import Openings
from server.notices.retries import Chance
from server.wechat.errors import Transient

LOST = "lost claim"


class House(beginning.House, Protocol):
    """What a turn needs of the runtime."""

    @property
    def db(self) -> Database: ...
    def now(self) -> datetime:
        """Return the moment it is, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """What a turn is to do: settle what was heard, begin what is fresh, put the rest back."""

    heard: Sequence[tuple[Errand, Outcome]] = ()
    fresh: Sequence[Errand] = ()
    back: Sequence[Errand] = ()

    @property
    def errands(self) -> list[Errand]:
        """Return all that it is about."""
        return [*(errand for errand, _ in self.heard), *self.fresh, *self.back]

    @property
    def parts(self) -> list["Work"]:
        """Return the same work, each errand by itself."""
        return [
            *(Work(heard=[each]) for each in self.heard),
            *(Work(fresh=[each]) for each in self.fresh),
            *(Work(back=[each]) for each in self.back),
        ]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a turn: the errands that go now, and in two words what became of the others."""

    going: list[Errand] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)


def take(house: House, work: Work, chance: Chance) -> Done:
    """Do the work in one transaction of a few statements; raises, and nothing is done, or all is.

    What is not ours any more is left alone: somebody else has it, or has settled it.
    """
    with house.db.transaction() as session:
        turn = _Turn(session, house, chance)
        turn.do(work)
        return turn.done


def stumble(house: House, errand: Errand, chance: Chance) -> Done:
    """Put aside a notice over which a turn of its own has stumbled."""
    with house.db.transaction() as session:
        held = claims.hold(session, [errand.claimed])
        if errand.id not in held:
            return Done(ended=[LOST])
        ending = answers.cut_short(errand, house.now(), chance)
        claims.write(session, [(held[errand.id], ending.values)])
        if errand.claimed.along:
            digests.scatter(session, [errand.id], house.now(), unknown=True)
        return Done(ended=[ending.word])


def _is_unknown(outcome: Outcome) -> bool:
    return isinstance(outcome, Transient) and outcome.outcome_unknown


class _Turn:
    def __init__(self, session: Session, house: House, chance: Chance) -> None:
        self._session = session
        self._house = house
        self._now = house.now()
        self._chance = chance
        self._changes: list[tuple[Held, Mapping[str, Any]]] = []
        self.done = Done()

    def do(self, work: Work) -> None:
        held = claims.hold(self._session, [errand.claimed for errand in work.errands])
        self.done.ended.extend(LOST for errand in work.errands if errand.id not in held)
        again = self._settle([each for each in work.heard if each[0].id in held], held)
        self._put_back([errand for errand in work.back if errand.id in held], held)
        # a claim that has run out is not begun, even if nobody has taken it over
        alive = [
            errand
            for errand in (*again, *work.fresh)
            if errand.id in held and self._is_alive(held[errand.id])
        ]
        self._begin(alive, held)
        claims.write(self._session, self._changes)

    def _settle(
        self, heard: Sequence[tuple[Errand, Outcome]], held: Mapping[int, Held]
    ) -> list[Errand]:
        """Settle what was answered; return what is to be tried by another way."""
        lessons, again = Lessons(), []
        for errand, outcome in heard:
            row = held[errand.id]
            ending = answers.read(errand, row, outcome, self._now, self._chance, lessons)
            if ending is None:
                errand.claimed = replace(errand.claimed, credit_id=None)
                again.append(errand)
            else:
                self._end(row, ending)
        lessons.write(self._session, self._now)
        self._settle_along([each for each in heard if each[0].claimed.along])
        return again

    def _settle_along(self, heard: Sequence[tuple[Errand, Outcome]]) -> None:
        """Settle what went along in messages that were answered."""
        arrived = [errand.id for errand, outcome in heard if isinstance(outcome, str)]
        unknown = [errand.id for errand, outcome in heard if _is_unknown(outcome)]
        failed = {errand.id for errand, _ in heard}.difference(arrived, unknown)
        digests.arrive(self._session, arrived, self._now)
        digests.scatter(self._session, unknown, self._now, unknown=True)
        digests.scatter(self._session, sorted(failed), self._now)

    def _put_back(self, errands: Sequence[Errand], held: Mapping[int, Held]) -> None:
        """Leave what was not begun to whoever comes next."""
        for errand in errands:
            row = held[errand.id]
            left = {"state": NoticeState.QUEUED, "due_at": row.due_at, "attempts": row.attempts - 1}
            self._end(row, Ending("left stopping", left))

    def _begin(self, errands: Sequence[Errand], held: Mapping[int, Held]) -> None:
        if not errands:
            return
        closed = circuits.closed(self._session, self._now)
        step = Beginning(self._session, self._house, self._now, self._chance)
        step.begin(errands, held, Openings(closed, self._chance))
        for errand, values in step.going:
            self._changes.append((held[errand.id], values))
            self.done.going.append(errand)
        for errand, ending in step.ended:
            self._end(held[errand.id], ending)

    def _is_alive(self, held: Held) -> bool:
        if held.claimed_until >= self._now:
            return True
        self.done.ended.append(LOST)
        return False

    def _end(self, held: Held, ending: Ending) -> None:
        self._changes.append((held, ending.values))
        self.done.ended.append(ending.word)
