"""Writing exports to files: claimed for a minute, piece by piece, taken up again after a crash."""

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from config.wording import LOCAL
from server.db import Busy
from server.ledgers import tables
from server.ledgers.files import ASIDE, LIFE, House
from server.ledgers.tables import TABLES, Names, Wanted
from server.people import profile
from server.sheets.spelling import Cell
from server.sheets.writing import write_csv, write_xlsx
from server.staff.models import Export, ExportState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
REPORT_EVERY = 2_000
"""Rows after which progress is told and the claim renewed: far more often than once a minute."""

export = Export.__table__.c


class Lost(Exception):  # noqa: N818  a fact: another worker has the export by now
    """The claim ran out and somebody else took it up."""


@dataclass
class Claim:
    """An export that is this worker's until the moment, which moves on as the work does."""

    id: int
    until: datetime


def work(house: House) -> int:
    """Write every export that waits and return how many files were written."""
    written = 0
    while claim := _claim(house):
        try:
            _write(house, claim)
            written += 1
        except Lost:
            log.warning("export %s was taken up by another worker", claim.id)
        except Busy:
            # the claim runs out, and whoever takes it up begins anew
            raise
        except Exception:
            log.exception("export %s failed", claim.id)
            with suppress(Lost):
                _settle(house, claim, state=ExportState.FAILED, claimed_until=None)
    return written


def _claim(house: House) -> Claim | None:
    """Take the oldest export that waits, or whose worker is gone; of two workers one gets it."""
    now = house.now()
    free = or_(
        export.state == ExportState.WAITING,
        and_(export.state == ExportState.RUNNING, export.claimed_until < now),
    )
    with house.db.reading() as session:
        oldest = session.scalar(select(export.id).where(free).order_by(export.id).limit(1))
    if oldest is None:
        return None
    with house.db.transaction() as session:
        until = now + LEASE
        taken = session.execute(
            update(Export.__table__)
            .where(export.id == oldest, free)
            .values(state=ExportState.RUNNING, claimed_until=until, rows_done=0)
            .returning(export.id)
        ).one_or_none()
    return Claim(oldest, until) if taken else _claim(house)


def _write(house: House, claim: Claim) -> None:
    folder = Path(house.settings.exports_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = Path(mkdtemp(prefix=ASIDE, dir=folder))
    try:
        with house.db.reading() as session:
            job = session.get_one(Export, claim.id)
            name = f"{claim.id}-{secrets.token_hex(8)}.{job.form}"
            done = _copy(session, house, claim, job, aside / name)
        (aside / name).rename(folder / name)
    finally:
        rmtree(aside, ignore_errors=True)
    now = house.now()
    ready = {
        "state": ExportState.READY,
        "file_name": name,
        "rows_done": done,
        "rows_total": done,
        "ready_at": now,
        "expires_at": now + LIFE,
        "claimed_until": None,
    }
    try:
        _settle(house, claim, **ready)
    except Lost:
        (folder / name).unlink(missing_ok=True)
        raise


def _copy(session: Session, house: House, claim: Claim, job: Export, path: Path) -> int:
    """Write the rows as they stand in one snapshot, and below them the watermark."""
    wanted = tables.wanted(session, job.area_id, job.wanted, house.now())
    table = TABLES[job.kind]
    _settle(house, claim, rows_total=table.count(session, wanted))
    rows = table.rows(session, wanted, Names(house.vault, whole=wanted.whole))
    mark = _watermark(session, house, job, wanted)
    write = write_xlsx if job.form == "xlsx" else write_csv
    written = write(path, table.headers(), chain(_told(house, claim, rows), mark))
    path.chmod(0o600)
    return written - len(mark)


def _told(house: House, claim: Claim, rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Pass the rows on, tell how many they are, and keep the claim alive."""
    for number, row in enumerate(rows, 1):
        yield row
        if number % REPORT_EVERY == 0:
            _settle(house, claim, rows_done=number)


def _settle(house: House, claim: Claim, **values: object) -> None:
    """Write down how far it has come if the export is still ours, and renew the claim."""
    until = house.now() + LEASE
    with house.db.transaction() as session:
        kept = session.execute(
            update(Export.__table__)
            .where(
                export.id == claim.id,
                export.state == ExportState.RUNNING,
                export.claimed_until == claim.until,
            )
            .values({"claimed_until": until} | values)
            .returning(export.id)
        ).one_or_none()
    if kept is None:
        raise Lost
    claim.until = until


def _watermark(session: Session, house: House, job: Export, wanted: Wanted) -> list[Sequence[Cell]]:
    """Return the last row: who had it written, when, and what for."""
    who = profile.name_of(session, job.asked_by, vault=house.vault) or f"工作人员{job.asked_by}"
    at = f"{house.now().astimezone(LOCAL):%Y-%m-%d %H:%M}"
    span = f"{wanted.span.since}至{wanted.span.until}"
    names = "完整姓名" if wanted.whole else "姓名已遮盖"
    words = (
        f"导出人：{who}；导出时间：{at}；用途：{job.wanted['purpose']}；"
        f"范围：{wanted.area.name} {span}；{names}；编号{job.id}。请勿外传，用后删除。"
    )
    return [[], [words]]
