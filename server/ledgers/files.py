"""Where the files of exports lie, and how they go: a day after they were ready."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Protocol

from sqlalchemy import select, update

from config.settings import Settings
from server.db import Database
from server.ledgers.questions import NotReady
from server.people.vault import Vault
from server.staff.models import Export, ExportState

LIFE = timedelta(hours=24)
"""A file is deleted so long after it was ready."""
ASIDE = "writing-"
"""What is half written lies in a folder of this name beside the files."""
SWEPT_AFTER = timedelta(hours=1)
MOST = 100

export = Export.__table__.c


class House(Protocol):
    """What is needed to write: the database, the vault, the settings and the clock."""

    @property
    def db(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def settings(self) -> Settings: ...
    def now(self) -> datetime: ...


def expire(house: House) -> int:
    """Delete the files whose day is over, and pieces that a killed worker left behind."""
    now = house.now()
    with house.db.transaction() as session:
        over = select(export.id).where(export.state == ExportState.READY, export.expires_at <= now)
        gone = session.execute(
            update(Export.__table__)
            .where(export.id.in_(over.limit(MOST)))
            .values(state=ExportState.EXPIRED)
            .returning(export.file_name)
        ).all()
    for row in gone:
        path_of(house.settings, row.file_name).unlink(missing_ok=True)
    _sweep(house, now)
    return len(gone)


def path_of(settings: Settings, file_name: str) -> Path:
    """Return where a file lies; a name never leads out of the folder."""
    return Path(settings.exports_dir) / Path(file_name).name


def file_of(settings: Settings, export: Export) -> Path:
    """Return the file of an export that is ready, or refuse when the disk has lost it."""
    path = path_of(settings, export.file_name or "").absolute()
    if not path.is_file():
        raise NotReady
    return path


def _sweep(house: House, now: datetime) -> None:
    """Delete what a killed worker left half written, once it is an hour old."""
    for aside in Path(house.settings.exports_dir).glob(f"{ASIDE}*"):
        with suppress(FileNotFoundError):
            if aside.stat().st_mtime < (now - SWEPT_AFTER).timestamp():
                rmtree(aside, ignore_errors=True)
