"""The four facts of a member's quarter, filled in from what is there, each with its reason.

A whole branch is looked through in a constant number of statements. What a member did as a
volunteer or a rider is kept by packages that this one does not know: they are asked by `DEEDS`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from config.reports import Reports
from config.wording import say
from server.party.keys import PartyVault
from server.party.models import ContactLog, PartyFile, PartyReport, ReportRevision, Way
from server.party.quarters import Quarter
from server.party.reports import answers, windows
from server.party.reports.windows import Standing
from server.party.reviews.grades import Fact, Mark, Marks

Deeds = Callable[[Session, Collection[int], Quarter], Mapping[int, str]]

DEEDS: list[Deeds] = []
"""How the roof says what persons have contributed in a quarter, in words; who did not is absent."""

_NOT = r"(?:还没有?|没有?|未|尚未|从未|从没|暂无|无|不曾|否)"
NOTHING = re.compile(
    r"(?:本季度?|这个?季度|最近|目前|暂时|我|都|也|什么)*"
    rf"{_NOT}(?:参加|参与|去|做|有)?(?:过|了)?(?:任何|什么|啥)?"
    r"(?:组织生活|党组织|义务|活动|会议|学习|会|和|及|事)*(?:过|了|吧|啊|呢)?"
)
"""An answer that says that one took part in nothing."""
GAPS = re.compile(r"[\W_]+")


def of(
    session: Session,
    files: Sequence[PartyFile],
    quarter: Quarter,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> dict[int, Marks]:
    """Return the facts of some members' quarter by the number of their file.

    Two statements, and one for each source of `DEEDS`; whoever calls this has noted the look.
    """
    reports = _reports(session, files, quarter)
    touches = _touches(session, files, quarter)
    deeds = _deeds(session, [file.person_id for file in files], quarter)
    window, found = windows.of(quarter, rules), {}
    for file in files:
        report, revision = reports.get(file.id, (None, None))
        standing = windows.standing(file, report, window, now, rules)
        reached, met = touches.get(file.id, (0, 0))
        life = answers.of(revision, vault).get("life", "") if revision else ""
        found[file.id] = {
            Fact.REPORT: _report(report, standing),
            Fact.CONTACT: _mark(bool(reached), "contact", count=reached),
            Fact.LIFE: _life(met, life),
            Fact.DEED: Mark(file.person_id in deeds, deeds.get(file.person_id) or _no("deed")),
        }
    return found


def says_something(answer: str) -> bool:
    """Tell whether an answer about organisational life names any."""
    bare = GAPS.sub("", answer)
    return bool(bare) and not NOTHING.fullmatch(bare)


def _report(report: PartyReport | None, otherwise: Standing) -> Mark:
    """Return the first fact. A missing report is told as such and fails nobody by itself (M4).

    What was handed in is late if it was late then, whatever a branch has done about it since.
    """
    if report is not None and report.number:
        standing = Standing.SUBMITTED_LATE if report.late else Standing.SUBMITTED
        return Mark(True, say(f"party.fact_report_{standing}"))
    if report is not None and report.excused_at is not None:
        return Mark(True, say("party.fact_report_excused"))
    return Mark(otherwise is Standing.EXEMPT, say(f"party.fact_report_{otherwise}"))


def _life(met: int, answer: str) -> Mark:
    if met:
        return _mark(True, "life", count=met)
    told = says_something(answer)
    return Mark(told, say("party.fact_life_told" if told else "party.fact_no_life"))


def _mark(holds: bool, fact: str, **facts: int) -> Mark:
    return Mark(holds, say(f"party.fact_{fact}", **facts) if holds else _no(fact))


def _no(fact: str) -> str:
    return say(f"party.fact_no_{fact}")


def _reports(
    session: Session, files: Sequence[PartyFile], quarter: Quarter
) -> dict[int, tuple[PartyReport, ReportRevision | None]]:
    """Return the reports of a quarter, each with the revision in force. One statement."""
    in_force = and_(
        ReportRevision.report_id == PartyReport.id, ReportRevision.number == PartyReport.number
    )
    theirs = PartyReport.file_id.in_([file.id for file in files])
    rows = session.execute(
        select(PartyReport, ReportRevision)
        .outerjoin(ReportRevision, in_force)
        .where(theirs, PartyReport.quarter == str(quarter))
        .execution_options(populate_existing=True)
    )
    return {report.file_id: (report, revision) for report, revision in rows}


def _touches(
    session: Session, files: Sequence[PartyFile], quarter: Quarter
) -> dict[int, tuple[int, int]]:
    """Return how often each was reached, and met at a meeting. One statement."""
    met = func.sum(case((ContactLog.way == Way.MEETING, 1), else_=0))
    theirs = ContactLog.file_id.in_([file.id for file in files])
    rows = session.execute(
        select(ContactLog.file_id, func.count(), met)
        .where(theirs, ContactLog.quarter == str(quarter), ContactLog.reached)
        .group_by(ContactLog.file_id)
    )
    return {file_id: (count, meetings) for file_id, count, meetings in rows}


def _deeds(session: Session, persons: Collection[int], quarter: Quarter) -> dict[int, str]:
    told: dict[int, list[str]] = {}
    for source in DEEDS:
        for person_id, words in source(session, persons, quarter).items():
            told.setdefault(person_id, []).append(words)
    return {person_id: "，".join(words) for person_id, words in told.items()}
