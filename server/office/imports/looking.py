"""Reading tables and looking at each row, piece by piece, while nobody waits at a page.

Nothing is kept of a table here. A worker that is killed leaves its claim, and whoever takes it up
begins anew: each piece lies in the place of the one before.
"""

import json
import logging
from collections.abc import Iterator
from itertools import islice

from server.db import Busy
from server.errors import Refusal
from server.office.imports import claims, laid, pieces, uploads
from server.office.imports.claims import Claim, House, Lost
from server.office.imports.kind import Kind, Line, Work, check_filled
from server.office.imports.models import ImportState
from server.sheets import reading
from server.sheets.reading import Row, Unreadable
from server.staff import reach as reaches

log = logging.getLogger(__name__)

MOST_TRIES = 5
"""A table whose reader died so often is turned down: it would hold up all others."""


def work(house: House) -> int:
    """Read every table that waits and return how many may now be looked at."""
    return sum(_try(house, claim) for claim in iter(lambda: claims.take(house), None))


def _try(house: House, claim: Claim) -> bool:
    try:
        if claim.tries > MOST_TRIES:
            raise Unreadable
        _read(house, claim)
    except Lost:
        log.warning("table %s is read by another worker, or was laid aside", claim.id)
    except Busy:
        # the claim runs out, and whoever takes it up begins anew
        raise
    except Refusal as refusal:
        log.info("table %s was turned down: %s", claim.id, refusal.code)
        _turn_down(house, claim, refusal)
    except Exception:
        log.exception("table %s could not be read", claim.id)
        _turn_down(house, claim, Unreadable())
    else:
        return True
    return False


def _read(house: House, claim: Claim) -> None:
    kind, seen = laid.KINDS[claim.kind], dict[int, int]()
    last = count = 0
    for last, lines in enumerate(_pieces(house, claim, kind), 1):
        now, count = house.now(), count + len(lines)
        with house.db.reading() as session:
            # whoever lost their post since brings nothing along any more
            reach = reaches.of(session, claim.made_by, now)
            kind = laid.kind_of(reach, claim.kind)
            kind.check(Work(session, reach, now, house.vault, seen), lines)
        with house.db.transaction() as session:
            claims.renew(session, claim, now, {"count": count})
            pieces.lay(session, claim.id, last, lines, vault=house.vault)
    with house.db.transaction() as session:
        pieces.forget(session, claim.id, after=last)
        found = pieces.sums(session, claim.id)
        told = {"state": ImportState.PREVIEWED, "count": found.rows, "flaws": found.flaws}
        claims.renew(session, claim, house.now(), told)
        uploads.forget(session, claim.id)


def _pieces(house: House, claim: Claim, kind: Kind) -> Iterator[list[Line]]:
    """Yield the rows of the file, or those that were read of it before, some at a time."""
    with house.db.reading() as session:
        content = uploads.content(session, claim.id, vault=house.vault)
    if content is not None:
        rows = reading.read(content, kind.headers, kind.needed, kind.most)
        while some := list(islice(rows, kind.together)):
            yield [_line(kind, row) for row in some]
        return
    number = 1
    while lines := _again(house, claim, number):
        yield lines
        number += 1


def _again(house: House, claim: Claim, number: int) -> list[Line]:
    with house.db.reading() as session:
        return pieces.fresh(session, claim.id, number, vault=house.vault)


def _line(kind: Kind, row: Row) -> Line:
    line = Line(row.number, list(row.cells))
    for header in row.formulas:
        line.flaw("formula", header=header)
    check_filled(kind, line)
    return line


def _turn_down(house: House, claim: Claim, refusal: Refusal) -> None:
    """Keep nothing but why, for whoever brought it along."""
    said = json.dumps([refusal.code, refusal.facts], ensure_ascii=False)
    fault = house.vault.seal(said, laid.fault_place(claim.id))
    try:
        with house.db.transaction() as session:
            told = {"state": ImportState.REFUSED, "fault": fault}
            claims.renew(session, claim, house.now(), told)
            uploads.forget(session, claim.id)
            pieces.forget(session, claim.id)
    except Lost:
        log.warning("table %s is read by another worker, or was laid aside", claim.id)
