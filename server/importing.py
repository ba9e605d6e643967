"""Long tables that staff brought along, kept while nobody waits at a page."""

import logging

from server.errors import Refusal
from server.office.imports import applying
from server.runtime import Runtime
from server.slots import Job
from server.staff import reach as reaches
from server.staff.models import ImportState

log = logging.getLogger(__name__)

MOST = 5


def keep_tables(runtime: Runtime) -> int:
    """Keep the tables that wait for it, each whole or not at all; return how many were kept.

    One that cannot be kept any more is given back to whoever brought it, with its flaws.
    """
    return sum(_keep_next(runtime) for _ in range(MOST))


def _keep_next(runtime: Runtime) -> bool:
    now, vault = runtime.now(), runtime.vault
    try:
        with runtime.db.transaction() as session:
            batch = applying.wanted(session)
            if batch is None:
                return False
            reach = reaches.of(session, batch.made_by, now)
            return bool(applying.keep(session, reach, batch, ImportState.WANTED, now, vault=vault))
    except Refusal as refusal:
        log.info("a table could not be kept: %s", refusal.code)
    with runtime.db.transaction() as session:
        batch = applying.wanted(session)
        if batch is not None:
            reach = reaches.of(session, batch.made_by, now)
            applying.look_again(session, reach, batch, now, vault=vault)
    return False


JOBS = (Job("keep-tables", "every 5s", keep_tables),)
