"""Branches with many members and a quarter behind them, written as rows; everything is invented."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert
from sqlalchemy.orm import Session

from server.party.models import (
    ContactLog,
    FileState,
    NeedSource,
    PartyFile,
    PartyLetter,
    PartyNeed,
    PartyReport,
    PartyReview,
    ReportRevision,
    ReviewState,
    Way,
)
from server.people import identities
from server.people.models import Channel
from tests.server.party.acts import VAULT


def members(
    session: Session,
    branch: int,
    many: int,
    since: datetime,
    state: FileState = FileState.ACTIVE,
    host: int | None = None,
) -> list[int]:
    """Return the files of so many members of a branch, reported at a moment."""
    made = []
    for _ in range(many):
        file = PartyFile(
            person_id=identities.put_down(session, since),
            home_id=branch,
            host_id=host,
            state=state,
            name=b"",
            name_mark="",
            channel=Channel.CONSOLE,
            reported_at=since,
            changed_at=since,
            closed_at=since if state in (FileState.RETURNED, FileState.TRANSFERRED) else None,
            revision=1,
        )
        session.add(file)
        session.flush()
        made.append(file.id)
    return made


def report(
    session: Session,
    file: int,
    quarter: str,
    at: datetime,
    *,
    channel: Channel = Channel.CHAT,
    late: bool = False,
    words: str = "都好",
) -> int:
    """Return the report of a member for a quarter, handed in once."""
    table = PartyReport.__table__
    row = {"file_id": file, "quarter": quarter, "step": 0, "number": 1, "late": late}
    fresh = insert(table).values(row | {"changed_at": at}).returning(table.c.id)
    number: int = session.execute(fresh).scalar_one()
    answers = VAULT.seal(f"工作和生活：{words}", f"party_report:{number}:1")
    revision = {"report_id": number, "number": 1, "answers": answers, "by_id": 1}
    session.execute(insert(ReportRevision.__table__), [revision | {"channel": channel, "at": at}])
    return number


def excused(session: Session, file: int, quarter: str, at: datetime) -> None:
    """Excuse a member who has not reported."""
    row = {"file_id": file, "quarter": quarter, "step": 0, "number": 0, "late": False}
    session.execute(
        insert(PartyReport.__table__),
        [row | {"changed_at": at, "excused_at": at, "excuse": b"x"}],
    )


def touch(
    session: Session, file: int, by: int, quarter: str, at: datetime, reached: bool = True
) -> None:
    """Write down that somebody was in touch with a member."""
    row = {"file_id": file, "by_id": by, "day": at.date(), "quarter": quarter, "way": Way.PHONE}
    more = {"reached": reached, "channel": Channel.CHAT, "at": at}
    session.execute(insert(ContactLog.__table__), [row | more])


def review(
    session: Session,
    file: int,
    quarter: str,
    by: int,
    at: datetime,
    grade: str = "qualified",
    words: str = "",
) -> int:
    """Return the review of a member's quarter."""
    row = PartyReview(
        file_id=file,
        quarter=quarter,
        state=ReviewState.SHOWN,
        content=b"",
        decided_by=by,
        decided_at=at,
        revision=1,
    )
    session.add(row)
    session.flush()
    told = f'{{"grade": "{grade}", "words": "{words}"}}'
    row.content = VAULT.seal(told, f"party_review:{row.id}:content")
    session.flush()
    return row.id


def need(session: Session, file: int, by: int, at: datetime, *, words: str, solved: bool) -> None:
    """Write down what a member needs."""
    row = PartyNeed(
        file_id=file,
        source=NeedSource.CONTACT,
        period="2026Q1",
        mark=VAULT.mark(words, "need"),
        words=b"",
        opened_by=by,
        channel=Channel.PHONE,
        opened_at=at,
    )
    session.add(row)
    session.flush()
    row.words = VAULT.seal(words, f"party_need:{row.id}:words")
    if solved:
        row.outcome, row.solved_at = VAULT.seal(words, f"party_need:{row.id}:outcome"), at
    session.flush()


def letter(session: Session, file: int, by: int, at: datetime, *, words: str = "好") -> None:
    """Send a member the letter of a year, and let them answer it."""
    row = PartyLetter(
        file_id=file,
        year=at.year,
        facts=b"",
        made_by=by,
        made_at=at,
        sent_at=at,
        answered_at=at,
        channel=Channel.CHAT,
        revision=1,
    )
    session.add(row)
    session.flush()
    for field in ("facts", "words", "answer"):
        setattr(row, field, VAULT.seal(words, f"party_letter:{row.id}:{field}"))
    session.flush()


def busy(
    session: Session, branch: int, many: int, quarter: str, since: datetime, by: int, seed: int
) -> None:
    """Give a branch so many members of whom most did what a quarter asks for."""
    lot, later = Random(seed), since + timedelta(days=5)
    for file in members(session, branch, many, since - timedelta(days=90)):
        if lot.random() < 0.8:
            channel = lot.choice((Channel.CHAT, Channel.CHAT, Channel.PHONE, Channel.PAPER))
            report(session, file, quarter, later, channel=channel, late=lot.random() < 0.2)
        if lot.random() < 0.9:
            touch(session, file, by, quarter, later, reached=lot.random() < 0.8)
        if lot.random() < 0.7:
            review(session, file, quarter, by, later, lot.choice(("qualified", "basic")))
        if lot.random() < 0.3:
            need(session, file, by, later, words=f"示例{file}", solved=lot.random() < 0.5)


def quarters_back(moment: datetime, many: int) -> Sequence[str]:
    """Return the names of so many quarters before a moment's, the latest first."""
    year, number = moment.year, (moment.month - 1) // 3 + 1
    found = []
    for _ in range(many):
        year, number = year - (number == 1), (number + 2) % 4 + 1
        found.append(f"{year}Q{number}")
    return found
