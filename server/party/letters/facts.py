"""What a year has brought: each fact on a line behind its label, in words that are kind.

They are gathered anew until the letter is sent, and frozen with it as these very lines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import say
from server.party import contents, lines
from server.party.keys import PartyVault
from server.party.letters import records, years
from server.party.letters.records import Record
from server.party.models import Branch, PartyFile, PartyNeed, PartyReport
from server.party.needs import views
from server.party.quarters import Quarter
from server.party.reports import windows
from server.party.reports.windows import Standing

LABELS = {
    "to": "收信人",
    "home": "所在支部",
    "host": "流入地支部",
    "reports": "季度汇报",
    "contacts": "一对一联系",
    "reviews": "季度考评",
    "service": "志愿服务",
    "needs": "困难和请求",
}
"""The facts, each with the label under which it is sealed: never to be changed."""
TOLD = ("reports", "contacts", "reviews", "service", "needs")
"""Those that tell of the year; the others say from whom and to whom the letter is."""
SHORT, NAMED = 24, 3
"""So many signs of a need, and so many needs, are named in a letter."""

Facts = dict[str, str]

Deeds = Callable[[Session, Sequence[int], datetime, datetime], Mapping[int, str]]
SERVICE: list[Deeds] = []
"""What works beside this one know persons did for others between two moments, each in words.

Filled on the floor above, since works that stand side by side do not know each other. One statement
each, however many persons.
"""


def gather(
    session: Session,
    files: Sequence[PartyFile],
    year: int,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> dict[int, Facts]:
    """Return the facts of a year of each file, which somebody has noted as read.

    As many statements for many files as for one.
    """
    known = records.of(session, [file.id for file in files], year)
    served = _served(session, [file.person_id for file in files], year)
    names = _branches(session, files)
    found = {}
    for file in files:
        facts = {
            "to": contents.text_of(file, "name", vault),
            "home": names[file.home_id],
            "host": names[file.host_id] if file.host_id else "",
            "reports": _reports(file, known[file.id], year, now, rules),
            "contacts": _contacts(known[file.id]),
            "reviews": _reviews(known[file.id], vault),
            "service": served.get(file.person_id, ""),
            "needs": _needs(known[file.id].needs, year, vault),
        }
        found[file.id] = {label: words for label, words in facts.items() if words}
    return found


def text(facts: Facts) -> str:
    """Write the facts of a letter as they are kept, and read in a copy of one's own data."""
    return lines.written(facts, LABELS)


def parsed(sealed: str) -> Facts:
    """Return the facts of a letter that was sent."""
    return lines.read(sealed, LABELS)


def _reports(file: PartyFile, record: Record, year: int, now: datetime, rules: Reports) -> str:
    quarters = [Quarter(year, number) for number in range(1, 5)]
    return _joined(
        say(f"party.letter_report_{how}", number=quarter.number)
        for quarter in quarters
        if quarter.ends > file.reported_at
        for how in [_standing(file, record.reports.get(str(quarter)), quarter, now, rules)]
    )


def _standing(
    file: PartyFile, report: PartyReport | None, quarter: Quarter, now: datetime, rules: Reports
) -> str:
    """Return how a quarter went: what was handed in counts, whatever the branch did about it.

    A quarter whose window is open is not judged yet.
    """
    if report is not None and report.number:
        return "submitted_late" if report.late else "submitted"
    if report is not None and report.excused_at is not None:
        return "excused"
    found = windows.standing(file, report, windows.of(quarter, rules), now, rules)
    return found.value if found in (Standing.EXEMPT, Standing.MISSED) else "waits"


def _contacts(record: Record) -> str:
    if record.last is None:
        return say("party.letter_no_contact")
    day, way = record.last
    return say("party.letter_contacts", count=record.touches, day=day, way=say(f"copies.way_{way}"))


def _reviews(record: Record, vault: PartyVault) -> str:
    grades = ((review, records.grade(review, vault)) for review in record.reviews)
    return _joined(
        say("party.letter_review", number=review.quarter[-1], grade=grade)
        for review, grade in grades
        if grade
    )


def _needs(rows: Sequence[PartyNeed], year: int, vault: PartyVault) -> str:
    if not rows:
        return ""
    # one that was solved after the year is told as solved: the member knows it by now
    solved = sum(row.solved_at is not None for row in rows)
    named = _joined(
        say(
            "party.letter_need" if each.outcome else "party.letter_need_open",
            words=short(each.words),
            outcome=short(each.outcome),
        )
        for each in views.opened(rows[:NAMED], vault)
    )
    return say("party.letter_needs", count=len(rows), solved=solved, named=named)


def _served(session: Session, people: Sequence[int], year: int) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for deeds in SERVICE:
        told = deeds(session, people, years.begins(year), years.ends(year))
        for person_id, words in told.items():
            found.setdefault(person_id, []).append(words)
    return {person_id: _joined(words) for person_id, words in found.items()}


def _branches(session: Session, files: Sequence[PartyFile]) -> dict[int, str]:
    here = {branch_id for file in files for branch_id in (file.home_id, file.host_id) if branch_id}
    rows = session.execute(select(Branch.id, Branch.name).where(Branch.id.in_(here)))
    return {row.id: row.name for row in rows}


def _joined(told: Iterable[str]) -> str:
    return "；".join(told)


def short(words: str) -> str:
    """Return words cut to what a letter has room for."""
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"
