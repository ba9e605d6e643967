"""Tables that staff brought along, read, and long ones kept, while nobody waits at a page."""

import logging

from server.db import Busy
from server.errors import Refusal
from server.office.imports import applying, looking
from server.office.imports.models import ImportBatch, ImportState
from server.runtime import Runtime
from server.slots import Job
from server.staff import reach as reaches

log = logging.getLogger(__name__)

MOST = 5


def keep_tables(runtime: Runtime) -> int:
    """Keep the tables that wait for it, each whole or not at all; return how many were kept.

    One that cannot be kept any more is given back to whoever brought it, with its flaws.
    """
    return sum(_keep_next(runtime) for _ in range(MOST))


def _keep_next(runtime: Runtime) -> bool:
    with runtime.db.reading() as session:
        batch_id = applying.wanted(session)
    if batch_id is None:
        return False
    try:
        return _keep(runtime, batch_id)
    except Busy:
        raise
    except Refusal as refusal:
        log.info("table %s could not be kept: %s", batch_id, refusal.code)
    except Exception:
        log.exception("table %s could not be kept", batch_id)
    with runtime.db.transaction() as session:
        applying.give_back(session, batch_id)
    return False


def _keep(runtime: Runtime, batch_id: int) -> bool:
    now, since = runtime.now(), ImportState.WANTED
    with runtime.db.transaction() as session:
        batch = session.get_one(ImportBatch, batch_id)
        reach = reaches.of(session, batch.made_by, now)
        return bool(applying.keep(session, reach, batch, since, now, vault=runtime.vault))


JOBS = (
    Job("read-tables", "every 2s", looking.work),
    Job("keep-tables", "every 5s", keep_tables),
)
