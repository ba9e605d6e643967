"""`python -m bench.export_run FORM`: one export in a process of its own; prints JSON.

FORM is `raw` (the driver's cursor and the csv module, names left sealed), `csv` or `xlsx`. Settings
are read from the environment. Memory is what the process held at most, in MB above what it held
when everything was loaded and open.
"""

import csv
import json
import resource
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, text

from config.settings import load_settings
from config.wording import LOCAL
from server.areas import tree
from server.ledgers import copying
from server.people.models import Person
from server.runtime import Runtime
from server.staff.models import Export, ExportState

RAW = """
SELECT r.day, a.name, v.number, v.title, r.field, p.volunteer_no, p.name, r.minutes, r.state,
  r.source, r.final_at
FROM service_record r JOIN shift s ON s.id = r.shift_id JOIN activity v ON v.id = s.activity_id
  JOIN area a ON a.id = r.area_id JOIN person p ON p.id = r.person_id
WHERE r.state IN ('pending', 'confirmed', 'final')
ORDER BY r.area_id, r.day, r.id
"""
DAYS = timedelta(days=360)
STATUS = Path("/proc/self/status")


def main(form: str) -> None:
    """Write the file and tell how it went."""
    runtime = Runtime.open(load_settings())
    folder = Path(runtime.settings.exports_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with runtime.db.reading() as session:
        session.execute(text("SELECT 1"))
    idle, begun = peak(), time.perf_counter()
    rows = _raw(runtime, folder) if form == "raw" else _export(runtime, form)
    told = {"seconds": time.perf_counter() - begun, "rows": rows, "mb": peak() - idle}
    print(json.dumps(told | {"idle_mb": idle}))
    runtime.close()


def _raw(runtime: Runtime, folder: Path) -> int:
    count = 0
    with runtime.db.reading() as session, (folder / "raw.csv").open("w", newline="") as file:
        table = csv.writer(file)
        cursor = session.connection().exec_driver_sql(RAW).cursor
        assert cursor is not None
        while rows := cursor.fetchmany(2_000):
            table.writerows(rows)
            count += len(rows)
    return count


def _export(runtime: Runtime, form: str) -> int:
    today = runtime.now().astimezone(LOCAL).date()
    with runtime.db.transaction() as session:
        export = Export(
            kind="service",
            form=form,
            area_id=tree.root(session).id,
            wanted={
                "since": (today - DAYS).isoformat(),
                "until": today.isoformat(),
                "purpose": "bench",
                "whole": True,
                "activity_id": None,
            },
            state=ExportState.WAITING,
            asked_by=session.scalar(select(Person.id).limit(1)),
            asked_at=runtime.now(),
        )
        session.add(export)
        session.flush()
        export_id = export.id
    copying.work(runtime)
    with runtime.db.reading() as session:
        done = session.get_one(Export, export_id)
        return done.rows_done if done.state is ExportState.READY else -1


def peak() -> float:
    """Return the most memory held so far, in MB.

    Linux hands the parent's own peak down to `ru_maxrss`, so there the process's book is read.
    """
    with suppress(OSError), STATUS.open() as lines:
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1])
