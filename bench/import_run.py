"""`python -m bench.import_run ROWS`: one table uploaded, read and kept in a process; prints JSON.

Settings are read from the environment. Times are seconds: `raw` is python-calamine alone, `lay`
what the request does, `read` and `keep` what the jobs do. Memory is what this process held at most,
in MB above what it held when all was loaded and open; the reader is a process of its own.
"""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bench.export_run import peak
from config.settings import load_settings
from server import importing
from server.areas import tree
from server.office.imports import applying, looking, uploads
from server.office.imports.models import ImportBatch, ImportState
from server.office.imports.people import PEOPLE
from server.people import posts
from server.people.models import Person, Role
from server.runtime import Runtime
from server.sheets.writing import write_xlsx
from server.staff import reach as reaches

Deed = Callable[[], object]


def main(rows: int) -> None:
    """Bring a table of so many persons along, and tell how it went."""
    runtime, content = Runtime.open(load_settings()), book(rows)
    clerk = _clerk(runtime)
    idle = peak()
    told = {"raw": _seconds(lambda: _bare(content)), "mb": 0.0}
    told["lay"] = _seconds(lambda: _lay(runtime, clerk, content))
    told["read"] = _seconds(lambda: looking.work(runtime))
    _want(runtime)
    told["keep"] = _seconds(lambda: importing.keep_tables(runtime))
    told["mb"] = peak() - idle
    with runtime.db.reading() as session:
        batch = session.scalars(select(ImportBatch)).one()
        told["rows"] = batch.count if batch.state is ImportState.APPLIED else -1
    print(json.dumps(told))
    runtime.close()


def book(rows: int) -> bytes:
    """Return a workbook with so many persons who are not known yet."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        lines = ((f"示例·甲{n}", f"13{n:09}", "1956/3/9", "140106") for n in range(rows))
        write_xlsx(path, PEOPLE.headers, lines)
        return path.read_bytes()


def _clerk(runtime: Runtime) -> int:
    with runtime.db.transaction() as session:
        person_id = session.scalars(select(Person.id).limit(1)).one()
        given = person_id, Role.DISTRICT_OPERATOR, tree.root(session), runtime.now()
        posts.appoint(session, *given, until=None)
    return person_id


def _bare(content: bytes) -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    for row in sheet.iter_rows():
        json.dumps(row)


def _lay(runtime: Runtime, clerk: int, content: bytes) -> None:
    with runtime.db.transaction() as session:
        reach = reaches.of(session, clerk, runtime.now())
        given = "people", "名单.xlsx", content, runtime.now()
        uploads.lay_by(session, reach, *given, vault=runtime.vault)


def _want(runtime: Runtime) -> None:
    with runtime.db.transaction() as session:
        batch = session.scalars(select(ImportBatch)).one()
        reach = reaches.of(session, batch.made_by, runtime.now())
        who = session, reach, batch.id, runtime.now()
        applying.apply(*who, agreed=True, vault=runtime.vault)


def _seconds(deed: Deed) -> float:
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]))
