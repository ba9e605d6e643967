"""Two of the staff at once, or staff and member, about one thing: one side has its way."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from bench.district import opened
from bench.rigs import customers
from bench.rigs.bank import Bank, pace
from bench.rigs.cells import Cell
from bench.rigs.customers import Customer, Line
from bench.rigs.errands import Errand, Kind
from bench.rigs.outcome import Found, Order
from bench.rigs.tellers import Answer
from config.reports import Reports
from config.reviews import Reviews
from server.audit.models import AuditEntry
from server.party.models import PartyLetter, PartyNeed, PartyReview, ReviewState
from server.party.quarters import Quarter
from server.party.reports import windows

TELLERS = 8
TIMES = 2
"""Whoever comes, comes twice."""
RULES = Reports()
HOUR = timedelta(hours=1)
ASKED, ACCEPTED, EXCUSED = (windows.of(Quarter(2026, number), RULES) for number in (2, 3, 4))
ENDED, REPLIED = ASKED, ACCEPTED
"""Which quarter each is fought about."""
SILENT = timedelta(days=Reviews().answer_days)
ONCE = (
    *("party.report_accepted", "party.report_returned", "party.report_excused"),
    *("party.letter_sent", "party.need_solved"),
)
"""What is done once about a file, and leaves one line in the trail each time."""
SENT = "letters without one sending"
Told = Sequence[tuple[Errand, Answer]]


class Arena:
    """The files that are fought about, and whoever brings what the rivals want."""

    def __init__(self, cell: Cell, crowd: Sequence[Customer], chance: random.Random) -> None:
        self.cell = cell
        self.files = range(1, cell.members + 1)
        self._crowd = crowd
        self._chance = chance
        self.brought = 0

    def prepare(self, errands: Iterable[Errand]) -> list[Answer]:
        """Bring what must be there before; nobody is in the way of it."""
        said = self._bring([(one, one.key) for one in errands])
        lacking = [(one, each) for one, each in said if each.number is None]
        if lacking:
            raise RuntimeError(f"not ready for rivals: {lacking[:2]}")
        return [each for _one, each in said]

    def fight(self, errands: Iterable[Errand]) -> Told:
        """Bring everything twice, all that is about one file at about the same time."""
        each = [
            (one.file + self._chance.random(), f"{one.key}#{time}", one)
            for one in errands
            for time in range(TIMES)
        ]
        in_order = sorted(each, key=lambda drawn: drawn[:2])
        return self._bring([(one, name) for _at, name, one in in_order])

    def _bring(self, given: Sequence[tuple[Errand, str]]) -> Told:
        self.brought += len(given)
        customers.all_bring(self._crowd, Line(given, given[0][0].at))
        told = customers.answers(self._crowd)
        return [(one, told[name]) for one, name in given]


def play(here: Bank, cell: Cell, order: Order) -> Found:
    """Let them fight about each thing in turn; return what was done, and what must be nought."""
    chance = random.Random(f"{order.seed}:rivals:{order.backend}")
    nought: Counter[str] = Counter()
    with here.serving(TELLERS) as crowd:
        arena = Arena(cell, crowd, chance)
        for fight in FIGHTS:
            with nullcontext() if order.mutant else here.robbed(chance, pace(order)):
                nought.update(fight(arena))
    nought.update(_standing(here.url))
    facts = {
        "kills amid fights": here.kills,
        "fights of rivals": len(FIGHTS) * cell.members,
        "deeds of rivals": arena.brought,
    }
    return facts, dict(nought)


def _without_one(name: str, told: Told) -> dict[str, int]:
    """Count the files of which no side has had its way, or more than one."""
    won: dict[int, set[str]] = {one.file: set() for one, _said in told}
    for one, said in told:
        if said.number is not None:
            won[one.file].add(one.side)
    failed = sum(bool(said.failed) for _one, said in told)
    return {name: sum(len(sides) != 1 for sides in won.values()), "failures": failed}


def _errand(kind: Kind, file: int, window: windows.Window, at: object, **more: object) -> Errand:
    key = ":".join(map(str, (kind, file, window.quarter, *more.values())))
    return Errand(key, kind, file, at, str(window.quarter), **more)  # type: ignore[arg-type]


def _asked(arena: Arena) -> dict[str, int]:
    """Two ask about one report with a question each: one question is asked."""
    at, cell = ASKED.opens + HOUR, arena.cell
    arena.prepare(_errand(Kind.REST, file, ASKED, at, words="第一份") for file in arena.files)
    staff = ((cell.secretary, "甲"), (cell.deputy, "乙"))
    asking = (
        _errand(Kind.ASK, file, ASKED, at, by=by, words=words, number=1, side=words)
        for file in arena.files
        for by, words in staff
    )
    return _without_one("questions asked not once", arena.fight(asking))


def _accepted(arena: Arena) -> dict[str, int]:
    """Staff accept what they have read while the member tells it anew: one of the two holds."""
    at, cell = ACCEPTED.opens + HOUR, arena.cell
    arena.prepare(_errand(Kind.REST, file, ACCEPTED, at, words="第一份") for file in arena.files)
    accepting = [
        _errand(Kind.ACCEPT, file, ACCEPTED, at, by=by, number=1, side="accept")
        for file in arena.files
        for by in (cell.secretary, cell.deputy)
    ]
    anew = [
        _errand(Kind.CHAT, file, ACCEPTED, at, words="第二份", side="anew") for file in arena.files
    ]
    return _without_one("accepted and told anew", arena.fight([*accepting, *anew]))


def _excused(arena: Arena) -> dict[str, int]:
    """Two excuse one missed report with a reason each: one reason stands."""
    staff = ((arena.cell.secretary, "甲"), (arena.cell.deputy, "乙"))
    excusing = (
        _errand(Kind.EXCUSE, file, EXCUSED, EXCUSED.grace, by=by, words=words, side=words)
        for file in arena.files
        for by, words in staff
    )
    return _without_one("excused not once", arena.fight(excusing))


def _decided(arena: Arena, window: windows.Window) -> dict[str, int]:
    """Two decide about one quarter, each with a reason: one decision stands."""
    staff = ((arena.cell.secretary, "甲"), (arena.cell.deputy, "乙"))
    deciding = (
        _errand(Kind.DECIDE, file, window, window.due, by=by, words=words, side=words)
        for file in arena.files
        for by, words in staff
    )
    return _without_one("decided not once", arena.fight(deciding))


def _ended(arena: Arena) -> dict[str, int]:
    """Let the member object at the very moment at which staff and the clock end the review.

    Each review is shown an hour after the one before, so that the clock of one ends no other.
    """
    by = arena.cell.secretary
    shown = {file: ENDED.due + file * HOUR for file in arena.files}
    arena.prepare(_errand(Kind.DISPLAY, file, ENDED, at, by=by) for file, at in shown.items())
    rivals = [
        each
        for file, at in shown.items()
        for each in (
            _errand(Kind.OBJECT, file, ENDED, at + SILENT, words="不同意", side="object"),
            _errand(Kind.FINISH, file, ENDED, at + SILENT, by=by, side="end"),
            _errand(Kind.SETTLE, file, ENDED, at + SILENT),
        )
    ]
    told = arena.fight(rivals)
    return _without_one("ended and objected to", [each for each in told if each[0].side])


def _replied(arena: Arena) -> dict[str, int]:
    """Two reply to one objection: one reply stands."""
    by, at = arena.cell.secretary, REPLIED.due + HOUR
    arena.prepare(_errand(Kind.DISPLAY, file, REPLIED, REPLIED.due, by=by) for file in arena.files)
    arena.prepare(_errand(Kind.OBJECT, file, REPLIED, at, words="不同意") for file in arena.files)
    staff = ((by, "甲"), (arena.cell.deputy, "乙"))
    replying = (
        _errand(Kind.REPLY, file, REPLIED, at, by=who, words=words, number=3, side=words)
        for file in arena.files
        for who, words in staff
    )
    return _without_one("replied not once", arena.fight(replying))


def _sent(arena: Arena) -> dict[str, int]:
    """Two send one letter, and one of them all that is written: each goes once."""
    by, at = arena.cell.secretary, ASKED.opens
    writing = (_errand(Kind.WRITE, file, ASKED, at, by=by, words="辛苦了") for file in arena.files)
    arena.prepare(writing)
    sending = (
        _errand(kind, file, ASKED, at, by=who, side="sent")
        for file in arena.files
        for kind, who in (
            (Kind.SEND, by),
            (Kind.SEND, arena.cell.deputy),
            (Kind.SEND_ALL, arena.cell.deputy),
        )
    )
    return _without_one(SENT, arena.fight(sending))


def _solved(arena: Arena) -> dict[str, int]:
    """Two put down one need, then solve it with an outcome each: one need, one outcome."""
    at, staff = ASKED.opens, ((arena.cell.secretary, "甲"), (arena.cell.deputy, "乙"))
    putting = (
        _errand(Kind.NEED, file, ASKED, at, by=by, words="孩子入学", side="need")
        for file in arena.files
        for by, _words in staff
    )
    numbers: dict[int, set[int]] = {}
    for one, said in arena.fight(putting):
        numbers.setdefault(one.file, set()).add(said.number or 0)
    solving = (
        _errand(Kind.SOLVE, file, ASKED, at, by=by, words=words, number=min(known), side=words)
        for file, known in numbers.items()
        for by, words in staff
    )
    doubled = sum(len(known) != 1 for known in numbers.values())
    found = _without_one("needs solved not once", arena.fight(solving))
    return found | {"needs put down not once": doubled}


FIGHTS: Sequence[Callable[[Arena], dict[str, int]]] = (
    _asked,
    _accepted,
    _excused,
    partial(_decided, window=ENDED),
    _ended,
    partial(_decided, window=REPLIED),
    _replied,
    _sent,
    _solved,
)


def _standing(url: str) -> dict[str, int]:
    """Count in the tables what was done more than once, and which objections were passed over."""
    entry, review = AuditEntry, PartyReview
    each = select(func.count().label("many")).where(entry.action.in_(ONCE))
    counted = each.group_by(entry.action, entry.subject_id).subquery()
    waits = review.answer.is_not(None), review.reply.is_(None)
    passed = select(func.count()).where(*waits, review.state == ReviewState.FINAL)
    unsent = select(func.count()).where(PartyLetter.sent_at.is_(None))
    unsolved = select(func.count()).where(PartyNeed.solved_at.is_(None))
    with opened(url) as database, database.reading() as session:
        twice = session.scalar(select(func.sum(counted.c.many - 1))) or 0
        return {
            "deeds traced twice": twice,
            "objections overtaken": session.scalar(passed) or 0,
            SENT: session.scalar(unsent) or 0,
            "needs left unsolved": session.scalar(unsolved) or 0,
        }
