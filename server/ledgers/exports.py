"""Exports: asked for by one person, kept from everybody else, gone after a day (D4, D6).

What holds whole names, or more than a hundred persons' rows, is written only once a second person
has allowed it.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.audit import trail
from server.ledgers import rosters, tables
from server.ledgers.questions import Asked, BadKind, NotReady, PurposeNeeded, Question
from server.ledgers.tables import TABLES, Table
from server.people import identities
from server.staff import approvals
from server.staff.approvals import Kind
from server.staff.models import Approval, ApprovalState, Export, ExportState
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right

BULK = "export.bulk"
MOST_PERSONAL_ROWS = 100
SAME_FOR = timedelta(minutes=10)
"""A file that is so young is the answer to the same question asked again."""
FORMS = ("xlsx", "csv")
MOST = 30


def ask(session: Session, reach: Reach, question: Question, now: datetime) -> Asked:
    """Have a table written; the same asked again is the same export."""
    table = _checked(session, reach, question)
    identities.lock(session, reach.person_id)
    said = question.said()
    standing = _standing(session, reach.person_id, question, said, now)
    if standing is not None:
        return Asked(standing, None)
    rows = table.count(session, tables.wanted(session, question.area.id, said, now))
    if table.personal and (question.whole or rows > MOST_PERSONAL_ROWS):
        return Asked(None, _ask_second(session, reach, question, said, rows, now))
    return Asked(_open(session, reach.person_id, question, said, now), None)


def mine(session: Session, person_id: int) -> Sequence[Export]:
    """Return what a person asked for, the newest first."""
    found = select(Export).where(Export.asked_by == person_id)
    return session.scalars(found.order_by(Export.id.desc()).limit(MOST)).all()


def awaited(session: Session, person_id: int, now: datetime) -> Sequence[Approval]:
    """Return what a person asked for and a second one has not yet allowed."""
    return session.scalars(
        select(Approval)
        .where(
            Approval.asked_by == person_id,
            Approval.kind == BULK,
            Approval.state == ApprovalState.ASKED,
            Approval.expires_at > now,
        )
        .order_by(Approval.id.desc())
        .limit(MOST)
    ).all()


def shown(session: Session, reach: Reach, export_id: int) -> Export:
    """Return an export to whoever asked for it; to all others it does not exist."""
    export = session.get(Export, export_id)
    if export is None or export.asked_by != reach.person_id:
        raise OutOfReach
    return export


def fetch(session: Session, reach: Reach, export_id: int, now: datetime) -> Export:
    """Return an export whose file may be handed out now; that it was is noted.

    Whoever lost their post since gets nothing any more.
    """
    export = shown(session, reach, export_id)
    area = session.get_one(Area, export.area_id)
    _require(reach, TABLES[export.kind], area)
    if export.state is not ExportState.READY or (export.expires_at or now) <= now:
        raise NotReady
    _note(session, reach.person_id, "export.fetched", export.id, area, now)
    return export


def _checked(session: Session, reach: Reach, question: Question) -> Table:
    table = TABLES.get(question.kind)
    if table is None or question.form not in FORMS:
        raise BadKind
    if not question.purpose.strip():
        raise PurposeNeeded
    _require(reach, table, question.area)
    question.span.checked()
    if table.name == "roster":
        found = rosters.activity(session, reach, question.activity_id or 0, Right.EXPORT)
        if found.area_id != question.area.id:
            raise OutOfReach
    return table


def _require(reach: Reach, table: Table, area: Area) -> None:
    reach.require(Right.EXPORT, area.path)
    reach.require(table.right, area.path)


def _standing(
    session: Session, person_id: int, question: Question, said: dict[str, Any], now: datetime
) -> int | None:
    """Return the export of the same question that is being written, or was just now."""
    rows = session.scalars(
        select(Export)
        .where(
            Export.asked_by == person_id,
            Export.kind == question.kind,
            Export.form == question.form,
            Export.area_id == question.area.id,
            Export.state.in_((ExportState.WAITING, ExportState.RUNNING, ExportState.READY)),
        )
        .order_by(Export.id.desc())
        .limit(MOST)
    )
    young = (row for row in rows if row.ready_at is None or row.ready_at > now - SAME_FOR)
    return next((row.id for row in young if row.wanted == said), None)


def _open(
    session: Session, person_id: int, question: Question, said: dict[str, Any], now: datetime
) -> int:
    export = Export(
        kind=question.kind,
        form=question.form,
        area_id=question.area.id,
        wanted=said,
        state=ExportState.WAITING,
        asked_by=person_id,
        asked_at=now,
    )
    session.add(export)
    session.flush()
    _note(session, person_id, "export.asked", export.id, question.area, now, said["purpose"])
    return export.id


def _ask_second(
    session: Session,
    reach: Reach,
    question: Question,
    said: dict[str, Any],
    rows: int,
    now: datetime,
) -> int:
    words = json.dumps(
        [reach.person_id, question.kind, question.form, question.area.id, said], sort_keys=True
    )
    key = f"export:{sha256(words.encode()).hexdigest()[:32]}"
    facts = {"table": question.kind, "form": question.form, "wanted": said, "rows": rows}
    asked = approvals.ask(
        session, reach.person_id, BULK, key, question.area, said["purpose"], now, **facts
    )
    return asked.id


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    area = session.get_one(Area, approval.area_id)
    _require(asking, TABLES[approval.facts["table"]], area)


def _allowed(session: Session, approval: Approval, _who: int, now: datetime) -> None:
    facts, area = approval.facts, session.get_one(Area, approval.area_id)
    said = facts["wanted"]
    span = tables.wanted(session, area.id, said, now).span
    question = Question(facts["table"], facts["form"], area, span, said["purpose"])
    _open(session, approval.asked_by, question, said, now)


def _note(  # noqa: PLR0913  what an assessor asks of each deed
    session: Session,
    who: int,
    action: str,
    export_id: int,
    area: Area,
    now: datetime,
    reason: str | None = None,
) -> None:
    subject = ("export", export_id)
    trail.record(session, who, action, subject, now, area_path=area.path, reason=reason)


def _told(_session: Session, asked: Sequence[Approval]) -> dict[int, str]:
    return {approval.id: _sentence(approval.facts) for approval in asked}


def _sentence(facts: dict[str, Any]) -> str:
    return say(
        "exports.told",
        table=TABLES[facts["table"]].title,
        form=facts["form"].upper(),
        names=say("exports.names_whole" if facts["wanted"]["whole"] else "exports.names_masked"),
        since=date.fromisoformat(facts["wanted"]["since"]),
        until=date.fromisoformat(facts["wanted"]["until"]),
        rows=facts["rows"],
    )


approvals.register(Kind(BULK, Right.APPROVE_EXPORTS, _still, _allowed, tell=_told))
