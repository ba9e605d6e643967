"""What waits in the queue of staff, and years of what was done before lying behind it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Date, LargeBinary, bindparam, insert, select, text, update

from bench.district import CHUNK, CODE, NUMBERS, Plan, build, insert_rows, opened, settle
from server.areas import tree
from server.areas.models import Area, AreaKind
from server.audit.models import AuditHead
from server.db import Database, UtcDateTime
from server.people.models import Channel, Erasure, ErasureState
from server.staff.models import Approval, ApprovalState
from server.volunteers.models import (
    Activity,
    ActivityState,
    Dispute,
    DisputeState,
    Field,
    NeedState,
    Oddity,
    OddityState,
    RecordState,
    Shift,
    StarAward,
    StarScheme,
    StarState,
    TeamKind,
)

PEOPLE = 20_000
COMMUNITIES = 50
EACH = 20
"""Records of one shift, and shifts of one activity."""
STAFF = 200
WAITING = 200
"""Tasks of each kind, in the whole district; as many needs are under way and not late."""
_RECORDS = f"""
INSERT INTO service_record (person_id, shift_id, area_id, field, day, starts_at, ends_at, minutes,
  state, disputed, source, version, due, created_at)
{NUMBERS} SELECT 1 + (i + :first) % {PEOPLE}, :base + (i + :first - 1) / {EACH},
  :area + (i + :first) % {COMMUNITIES}, 'convenience', :day, :then, :then, 90,
  :state, FALSE, 'attendance', 1, :day, :then
FROM n
"""
_NEEDS = f"""
INSERT INTO need (number, area_id, channel, raised_by, on_behalf, words, title, field, priority,
  place, people_wanted, state, created_at, changed_at, due_at)
{NUMBERS} SELECT :base + i + :first, :area + (i + :first) % {COMMUNITIES}, 'chat',
  1 + (i + :first) % {PEOPLE}, FALSE, :words, '示例求助', 'convenience', FALSE,
  '示例社区', 1, :state, :then, :then, :then
FROM n
"""
_AUDIT = f"""
INSERT INTO audit_entry (id, at, actor, action, subject, subject_id, area_path, reason, facts,
  previous, hash)
{NUMBERS} SELECT i + :first, :then, 1 + (i + :first) % {STAFF}, 'records.confirmed', 'shift',
  i + :first, (SELECT path FROM area WHERE id = :area + (i + :first) % {COMMUNITIES}), NULL, '{{}}',
  :hash, :hash
FROM n
"""
Row = Callable[[int], dict[str, Any]]


def fill(url: str, behind: int) -> None:
    """Migrate the empty database and fill it: what waits is the same, whatever lies behind it."""
    build(url, Plan(people=PEOPLE, open=30))
    with opened(url) as database:
        filler = Filler(database, datetime.now(UTC))
        filler.lay_behind(behind)
        filler.let_wait()
        settle(database)


class Filler:
    """Fills one database; a record lies behind for each twenty of which other tables hold one."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now
        self._then = now - timedelta(days=200)
        self._area = self._plant()
        self._shifts = self._records = self._numbers = 0
        self._first = self._newest(Shift)

    def lay_behind(self, many: int) -> None:
        """Put down so many final records, and in proportion what else was done long ago."""
        some = many // EACH
        self._serve(many, RecordState.FINAL, self._then)
        self._need(many // 5, NeedState.CLOSED, self._then)
        self._rows(some, Dispute, self._dispute(DisputeState.UPHELD))
        self._rows(some, Oddity, self._oddity(OddityState.CLEARED))
        self._rows(some, StarAward, self._star(StarState.AWARDED, 1))
        self._rows(some, Erasure, self._erasure)
        self._rows(some, Approval, self._approval(ApprovalState.GRANTED, self._then))
        self._audit(many)

    def let_wait(self) -> None:
        """Put down what waits: of each kind so many, spread over the communities."""
        ahead, late = self._now + timedelta(days=2), self._now - timedelta(days=2)
        self._serve(WAITING * EACH, RecordState.PENDING, late, due=ahead)
        for state in (NeedState.SUBMITTED, NeedState.VERIFIED, NeedState.DONE):
            self._need(WAITING, state, ahead)
        for state in (NeedState.DISPATCHED, NeedState.ACCEPTED, NeedState.IN_SERVICE):
            self._need(WAITING, state, late)
            self._need(WAITING, state, ahead)
        self._rows(WAITING, Dispute, self._dispute(DisputeState.OPEN, at=self._records))
        self._rows(WAITING, Oddity, self._oddity(OddityState.OPEN))
        self._rows(WAITING, StarAward, self._star(StarState.APPLIED, 4))
        self._rows(WAITING, StarAward, self._star(StarState.REVIEWED, 5))
        self._rows(WAITING, Activity, self._activity(ActivityState.REVIEW, ahead))
        self._rows(WAITING, Approval, self._approval(ApprovalState.ASKED, ahead))

    def _serve(
        self, many: int, state: RecordState, then: datetime, due: datetime | None = None
    ) -> None:
        """Put down records with their shifts, a day's work of one activity each."""
        shifts = many // EACH
        waits = due.date() if due else None
        first = self._rows(shifts // EACH + 1, Activity, self._activity(ActivityState.ARCHIVED))
        begun = self._rows(shifts, Shift, lambda at: self._shift(first + at // EACH, then, waits))
        facts = {"base": begun, "day": (due or then).date(), "state": state, "then": then}
        self._many(_RECORDS, many, facts, day=Date())
        self._records += many

    def _need(self, many: int, state: NeedState, then: datetime) -> None:
        facts = {"base": self._numbers, "words": b"x" * 120, "state": state, "then": then}
        self._many(_NEEDS, many, facts, words=LargeBinary())
        self._numbers += many

    def _audit(self, many: int) -> None:
        """Lay a trail of so many entries; it proves nothing, but is as long as a true one."""
        self._many(_AUDIT, many, {"hash": "0" * 64, "then": self._then})
        with self._database.transaction() as session:
            session.execute(update(AuditHead).values(length=many, hash="0" * 64))

    def _many(self, statement: str, many: int, facts: dict[str, Any], **kinds: Any) -> None:
        typed = [bindparam(name, type_=kind) for name, kind in kinds.items()]
        prepared = text(statement).bindparams(bindparam("then", type_=UtcDateTime()), *typed)
        for first in range(0, many, CHUNK):
            given = {"first": first, "many": min(CHUNK, many - first), "area": self._area}
            with self._database.transaction() as session:
                session.execute(prepared, facts | given)

    def _rows(self, many: int, model: Any, row: Row) -> int:
        """Insert so many rows and return the id of the first."""
        first = self._newest(model) + 1
        insert_rows(self._database, model.__table__, [row(at) for at in range(many)])
        return first

    def _newest(self, model: Any) -> int:
        with self._database.reading() as session:
            newest = select(model.id).order_by(model.id.desc()).limit(1)
            return session.scalar(newest) or 0

    def _plant(self) -> int:
        with self._database.transaction() as session:
            root = tree.root(session)
            street = tree.plant(session, f"{CODE}001", "示例街道", AreaKind.STREET, root)
            for at in range(COMMUNITIES):
                tree.plant(
                    session, f"{CODE}001{at:03}", f"示例{at}社区", AreaKind.COMMUNITY, street
                )
            scheme = {"version": 1, "name": "示例", "since": self._now.date(), "made_at": self._now}
            session.execute(
                insert(StarScheme).values(
                    id=1, levels={str(level): 100 * level for level in range(1, 6)}, **scheme
                )
            )
            session.flush()
            first = select(Area.id).where(Area.kind == AreaKind.COMMUNITY).order_by(Area.id)
            return session.scalars(first.limit(1)).one()

    def _where(self, at: int) -> dict[str, Any]:
        return {"area_id": self._area + at % COMMUNITIES}

    def _activity(self, state: ActivityState, closes_at: datetime | None = None) -> Row:
        closes_at, base = closes_at or self._then, self._newest(Activity) + 1

        def row(at: int) -> dict[str, Any]:
            return self._where(at) | {
                "number": base + at,
                "title": f"社区服务示例{base + at}",
                "field": Field.CONVENIENCE,
                "team": TeamKind.OTHER,
                "place": "示例社区活动室",
                "leader_name": "示例·王芳",
                "risk_note": "请量力而行，听从带队人安排。",
                "state": state,
                "closes_at": closes_at,
                "ends_at": closes_at + timedelta(hours=2),
                "created_at": self._then,
            }

        return row

    def _shift(self, activity_id: int, starts_at: datetime, due: Any) -> dict[str, Any]:
        moments = dict.fromkeys(("starts_at", "opens_at", "closes_at"), starts_at)
        return moments | {
            "activity_id": activity_id,
            "ends_at": starts_at + timedelta(hours=2),
            "free_cancel_until": starts_at,
            "capacity": EACH,
            "record_due": due,
            "recorded_at": None if due else starts_at,
        }

    def _dispute(self, state: DisputeState, at: int = 0) -> Row:
        # the newest records are those that wait
        base = at - WAITING * EACH if at else 0
        due = self._now if state is DisputeState.OPEN else self._then

        def row(number: int) -> dict[str, Any]:
            return {
                "record_id": base + 1 + number * EACH,
                "person_id": 1 + number % PEOPLE,
                "channel": Channel.CHAT,
                "words": b"x" * 120,
                "state": state,
                "raised_at": due,
                "due": due.date(),
            }

        return row

    def _oddity(self, state: OddityState) -> Row:
        return lambda at: (
            self._where(at)
            | {
                "key": f"bench:{state}:{at}",
                "kind": "short",
                "facts": {"minutes": 5},
                "shift_id": self._first + 1 + at % EACH,
                "state": state,
                "found_at": self._then,
            }
        )

    def _star(self, state: StarState, level: int) -> Row:
        return lambda at: (
            self._where(at)
            | {
                "person_id": 1 + at % PEOPLE,
                "scheme_id": 1,
                "level": level + at // PEOPLE,
                "minutes": 6_000,
                "state": state,
                "channel": Channel.CHAT,
                "applied_at": self._then,
            }
        )

    def _erasure(self, at: int) -> dict[str, Any]:
        return {
            "person_id": 10_000_000 + at,
            "channel": Channel.CHAT,
            "state": ErasureState.DONE,
            "asked_at": self._then,
            "due_at": self._then,
            "done_at": self._then,
            "marks": {},
        }

    def _approval(self, state: ApprovalState, expires_at: datetime) -> Row:
        return lambda at: (
            self._where(at)
            | {
                "kind": "hours.amend",
                "key": f"record:{state}:{at}",
                "facts": {"record": at + 1, "minutes": 60, "version": 1, "said": "示例"},
                "reason": "示例",
                "state": state,
                "asked_by": 1 + STAFF + at % STAFF,
                "asked_at": self._then,
                "expires_at": expires_at,
            }
        )
