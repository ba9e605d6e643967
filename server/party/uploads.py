"""A branch's list brought along: read, looked at, then kept whole or laid aside.

The file is read in a process of its own (see `sheets.reading`) and never kept; its rows lie by
sealed under the party key for a day, for whoever brought them.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.wording import say
from server.errors import Refusal
from server.party import branches, contents, files
from server.party.contents import Facts
from server.party.keys import PartyVault
from server.party.models import PartyFile, PartyUpload, UploadState
from server.party.refusals import BadDay, Flawed, Listed, NothingThere, OtherState
from server.party.standing import trace_branch
from server.people.models import Channel
from server.sheets import cells
from server.sheets.reading import Row
from server.staff.reach import Reach

COLUMNS = {
    "姓名": "name",
    "手机号": "phone",
    "流出日期": "left_on",
    "流入日期": "arrived_on",
    "外出原因": "reason",
    "现居地": "place",
    "工作单位": "employer",
    "活动证号": "card_no",
}
HEADERS = tuple(COLUMNS)
NEEDED = ("姓名", "手机号")
EXAMPLE = (
    *("示例·王小红", "13800000000", "2026-01-05", "2026-01-08"),
    *("务工", "示例市示例区示例路1号", "示例物流公司", ""),
)
MOST_ROWS = 1_000


@dataclass(slots=True)
class Line:
    """A row as it was read: what it says, what is wrong with it, and whether it is new."""

    number: int
    said: dict[str, str]
    flaws: list[str] = field(default_factory=list)
    new: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """A list as it was read, for whoever brought it."""

    id: int
    branch_id: int
    state: UploadState
    count: int
    flaws: int
    lines: list[Line]


def lay_by(
    session: Session,
    reach: Reach,
    branch_id: int,
    rows: Iterable[Row],
    now: datetime,
    *,
    vault: PartyVault,
) -> int:
    """Lay the rows of a list by, each looked at; return the number of the preview."""
    branches.kept(session, reach, branch_id, now)
    lines = [_line(row) for row in rows]
    _look(session, branch_id, lines, now, vault)
    upload = PartyUpload(
        branch_id=branch_id,
        made_by=reach.person_id,
        count=len(lines),
        flaws=sum(1 for line in lines if line.flaws),
        state=UploadState.PREVIEWED,
        made_at=now,
    )
    session.add(upload)
    session.flush()
    text = json.dumps([asdict(line) for line in lines], ensure_ascii=False)
    upload.lines = vault.seal(text, _place(upload.id))
    session.flush()
    return upload.id


def show(
    session: Session, reach: Reach, upload_id: int, now: datetime, *, vault: PartyVault
) -> Preview:
    """Return a list that this very person has brought; nobody else's is there."""
    upload = _own(session, reach, upload_id, now)
    text = vault.open(upload.lines, _place(upload.id)) if upload.lines else "[]"
    lines = [Line(**each) for each in json.loads(text)]
    return Preview(upload.id, upload.branch_id, upload.state, upload.count, upload.flaws, lines)


def apply(
    session: Session, reach: Reach, upload_id: int, now: datetime, *, vault: PartyVault
) -> int:
    """Keep a whole list and return how many files are new; a second time changes nothing."""
    upload = _own(session, reach, upload_id, now)
    if upload.state is UploadState.APPLIED:
        return 0
    if upload.flaws:
        raise Flawed
    lines = show(session, reach, upload_id, now, vault=vault).lines
    _take(session, upload, UploadState.APPLIED)
    last = session.scalar(select(func.max(PartyFile.id))) or 0
    who = session, reach, upload.branch_id
    made = [
        files.report(*who, _facts(line), now, channel=Channel.CONSOLE, vault=vault)
        for line in lines
    ]
    trace_branch(session, reach.person_id, "party.list_applied", upload.branch_id, now)
    return len({file.id for file in made if file.id > last})


def discard(session: Session, reach: Reach, upload_id: int, now: datetime) -> None:
    """Lay a list aside; what was read of it is gone at once."""
    upload = _own(session, reach, upload_id, now)
    if upload.state is UploadState.PREVIEWED:
        _take(session, upload, UploadState.DISCARDED)


def _own(session: Session, reach: Reach, upload_id: int, now: datetime) -> PartyUpload:
    mine = PartyUpload.id == upload_id, PartyUpload.made_by == reach.person_id
    upload = session.scalar(select(PartyUpload).where(*mine))
    if upload is None:
        raise NothingThere
    branches.kept(session, reach, upload.branch_id, now)
    return upload


def _take(session: Session, upload: PartyUpload, becomes: UploadState) -> None:
    """Decide by one conditional write, and let go of the rows."""
    waits = PartyUpload.id == upload.id, PartyUpload.state == UploadState.PREVIEWED
    taken = update(PartyUpload).where(*waits).values(state=becomes, lines=None)
    if session.execute(taken.returning(PartyUpload.id)).first() is None:
        raise OtherState


def _line(row: Row) -> Line:
    said = {COLUMNS[header]: cell for header, cell in zip(HEADERS, row.cells, strict=True)}
    line = Line(row.number, said)
    line.flaws += [say("party.line_formula", header=header) for header in row.formulas]
    return line


def _look(
    session: Session, branch_id: int, lines: list[Line], now: datetime, vault: PartyVault
) -> None:
    """Say what is wrong with each row, in the sentences of the same refusals."""
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        who = (line.said["name"], line.said["phone"])
        above = seen.setdefault(who, line.number)
        if above != line.number:
            line.flaws.append(say("party.line_repeated", number=above))
        try:
            facts = contents.checked_facts(_facts(line), now)
            if not facts.phone:
                line.flaws.append(say("party.line_no_phone"))
                continue
            line.new = files.listed(session, branch_id, facts, vault) is None
        except Listed:
            line.flaws.append(say("party.line_listed"))
        except Refusal as refusal:
            line.flaws.append(say(refusal.code, **refusal.facts))


def _facts(line: Line) -> Facts:
    said = dict(line.said)
    left_on, arrived_on = (_day(said.pop(name)) for name in ("left_on", "arrived_on"))
    return Facts(**said, left_on=left_on, arrived_on=arrived_on)


def _day(said: str) -> date | None:
    found = cells.day(said) if said.strip() else None
    if found is None and said.strip():
        raise BadDay(said=said[:20])
    return found


def _place(upload_id: int) -> str:
    return f"party_upload:{upload_id}"
