"""A quarter that has come to its end, as tests of reviews need it. Everything is invented."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.reviews import Reviews
from config.wording import LOCAL
from server.party import contacts
from server.party.contacts import Touch
from server.party.models import PartyReview, ReviewState, Way
from server.party.reports import reports
from server.party.reviews import answering, deciding, showing
from server.party.reviews.deciding import Decision
from server.party.reviews.grades import Fact, Grade
from server.party.reviews.terms import Rules
from server.people.models import Channel
from tests.server.party.acts import GENERAL, VAULT, Cell

QUARTER = "2026Q2"
RULES = Rules(Reports(), Reviews())
DESK: dict[str, Any] = {"rules": RULES, "vault": VAULT, "names": GENERAL}
OWN: dict[str, Any] = {"rules": RULES, "vault": VAULT}
BOTH: dict[str, Any] = {"vault": VAULT, "names": GENERAL}
CHAT: dict[str, Any] = {"channel": Channel.CHAT, "vault": VAULT}
SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习两次", "needs": "没有"}
WORDS = "示例金丝雀的活动没有算"


def shanghai(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


JUNE, DUE, JULY = shanghai(6, 20, 9), shanghai(7, 11), shanghai(7, 25, 9)


def report(session: Session, cell: Cell, at: datetime = JUNE, **said: str) -> None:
    """Let the member hand in their report."""
    how = {"channel": Channel.CHAT, "rules": RULES.reports, "vault": VAULT}
    reports.submit(session, cell.member, QUARTER, at, said=SAID | said, **how)


def touch(session: Session, cell: Cell, way: Way = Way.PHONE, reached: bool = True) -> None:
    """Let the contact be in touch in the middle of the quarter."""
    told = Touch(way, reached, day=date(2026, 5, 6))
    contacts.log(session, cell.contact, cell.file, told, JUNE, channel=Channel.CHAT, vault=VAULT)


def a_good_quarter(session: Session, cell: Cell) -> None:
    """Let all be there that the proposal of a passing grade rests on."""
    report(session, cell)
    touch(session, cell)


def decide(
    session: Session,
    cell: Cell,
    grade: Grade = Grade.QUALIFIED,
    *,
    reason: str = "",
    holds: Collection[Fact] = (Fact.REPORT, Fact.CONTACT, Fact.LIFE),
    revision: int = 0,
    at: datetime = JULY,
    **more: Any,
) -> PartyReview:
    """Let the secretary decide as drafted, or otherwise."""
    decision = Decision(grade, holds, reason, revision)
    who = more.pop("by", cell.secretary), more.pop("file", cell.file)
    return deciding.decide(session, *who, QUARTER, decision, at, **(DESK | more))


def show(session: Session, cell: Cell, at: datetime = JULY) -> int:
    return showing.show(session, cell.secretary, QUARTER, [cell.file], at, **BOTH)


def shown(session: Session, cell: Cell) -> None:
    """Let a good quarter be decided and shown."""
    a_good_quarter(session, cell)
    decide(session, cell)
    show(session, cell)


def object_to(session: Session, cell: Cell, words: str = WORDS, at: datetime = JULY) -> None:
    answering.object_to(session, cell.member, QUARTER, words, at, **CHAT)


def acknowledge(session: Session, cell: Cell, at: datetime = JULY) -> None:
    answering.acknowledge(session, cell.member, QUARTER, at, channel=Channel.CHAT)


def review_of(session: Session, cell: Cell) -> PartyReview:
    wanted = select(PartyReview).where(PartyReview.file_id == cell.file)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def state(session: Session, cell: Cell) -> ReviewState:
    return review_of(session, cell).state
