"""Presences and hours on which time has something to do, written straight to the database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from bench.district import insert_rows, opened
from config.wording import LOCAL
from server.db import Database
from server.people.models import Channel
from server.volunteers.models import (
    Activity,
    ActivityState,
    Attendance,
    Dispute,
    DisputeState,
    Field,
    RecordState,
    RecordVersion,
    Route,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
    TeamKind,
)

DAY = date(2026, 3, 11)
"""A Wednesday that is worked, whatever day the rig runs on."""
MOMENT = datetime.combine(DAY, time(10), LOCAL).astimezone(UTC)
EACH = 40
"""Of each kind, a batch; every fourth of the confirmed ones is disputed."""
DISPUTED = 4


@dataclass
class Batch:
    """One shift of each kind: whose presence runs on, whose hours are ripe, whose are overdue."""

    database: Database
    now: datetime
    people: range

    def put(self) -> None:
        """Write it down."""
        over = self._shift(self.now - timedelta(hours=3))
        self._open(over)
        ripe = self._shift(self.now - timedelta(days=30))
        confirmed = self._records(ripe, RecordState.CONFIRMED)
        self._dispute(confirmed[::DISPUTED])
        self._records(self._shift(self.now - timedelta(days=15)), RecordState.PENDING)

    def _shift(self, starts_at: datetime) -> int:
        with self.database.transaction() as session:
            number = (session.scalar(select(func.max(Activity.number))) or 0) + 1
            ends_at = starts_at + timedelta(hours=2)
            activity = session.scalars(
                insert(Activity)
                .values(
                    number=number,
                    title=f"社区服务示例{number}",
                    field=Field.CONVENIENCE,
                    team=TeamKind.OTHER,
                    area_id=1,
                    place="示例社区活动室",
                    leader_name="示例·王芳",
                    risk_note="请量力而行，听从带队人安排。",
                    state=ActivityState.OPEN,
                    closes_at=starts_at,
                    ends_at=ends_at,
                    created_at=starts_at,
                )
                .returning(Activity.id)
            ).one()
            moments = dict.fromkeys(("opens_at", "closes_at", "free_cancel_until"), starts_at)
            row = {"activity_id": activity, "starts_at": starts_at, "ends_at": ends_at}
            row |= {"capacity": EACH, "taken": EACH, "record_due": self._due()}
            shift = insert(Shift).values(row | moments).returning(Shift.id)
            return session.scalars(shift).one()

    def _due(self) -> date:
        return (self.now - timedelta(days=1)).date()

    def _signups(self, shift: int, state: SignupState) -> list[Any]:
        common = {"shift_id": shift, "state": state, "channel": Channel.CHAT}
        common |= {"created_at": self.now, "changed_at": self.now}
        rows = [common | {"person_id": person} for person in self.people]
        insert_rows(self.database, Signup.__table__, rows)
        with self.database.reading() as session:
            found = select(Signup.id, Signup.person_id).where(Signup.shift_id == shift)
            return list(session.execute(found.order_by(Signup.id)))

    def _attend(self, shift: int, state: SignupState, **more: Any) -> None:
        came = self.now - timedelta(hours=3)
        common = {"shift_id": shift, "in_at": came, "in_route": Route.ROSTER, "entered_at": came}
        rows = [
            common | more | {"signup_id": row.id, "person_id": row.person_id}
            for row in self._signups(shift, state)
        ]
        insert_rows(self.database, Attendance.__table__, rows)

    def _open(self, shift: int) -> None:
        self._attend(shift, SignupState.CHECKED_IN)

    def _records(self, shift: int, state: RecordState) -> list[int]:
        with self.database.reading() as session:
            starts_at, ends_at = session.execute(
                select(Shift.starts_at, Shift.ends_at).where(Shift.id == shift)
            ).one()
        self._attend(shift, SignupState.CHECKED_OUT, out_at=self.now, out_route=Route.ROSTER)
        span = {"starts_at": starts_at, "ends_at": ends_at, "minutes": 60, "state": state}
        common = span | {
            "shift_id": shift,
            "area_id": 1,
            "field": Field.CONVENIENCE,
            "day": starts_at.astimezone(LOCAL).date(),
            "source": "attendance",
            "due": self._due(),
            "disputed": False,
            "version": 1,
            "confirmed_at": starts_at + timedelta(days=1) if state == "confirmed" else None,
            "created_at": starts_at,
        }
        rows = [common | {"person_id": person} for person in self.people]
        insert_rows(self.database, ServiceRecord.__table__, rows)
        with self.database.reading() as session:
            mine = select(ServiceRecord.id).where(ServiceRecord.shift_id == shift)
            ids = list(session.scalars(mine.order_by(ServiceRecord.id)))
        told = {"version": 1, "reason": "示例", "channel": Channel.CHAT, "made_at": starts_at}
        versions = [span | told | {"record_id": record} for record in ids]
        insert_rows(self.database, RecordVersion.__table__, versions)
        return ids

    def _dispute(self, records: list[int]) -> None:
        rows = [
            {
                "record_id": record,
                "person_id": person,
                "channel": Channel.CHAT,
                "words": b"x",
                "state": DisputeState.OPEN,
                "raised_at": self.now,
                "due": self.now.date(),
            }
            for person, record in zip(self.people, records, strict=False)
        ]
        insert_rows(self.database, Dispute.__table__, rows)
        with self.database.transaction() as session:
            for record in records:
                session.get_one(ServiceRecord, record).disputed = True


def put(url: str, now: datetime, number: int) -> None:
    """Write the batch of this number down; each has people of its own."""
    with opened(url) as database:
        Batch(database, now, range(number * EACH + 1, (number + 1) * EACH + 1)).put()
