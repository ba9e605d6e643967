"""What anyone may learn of a certificate by its number, and links by which its holder opens it."""

import hmac
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import Missing
from server.people import masking
from server.people.readable import normalised
from server.people.vault import Vault
from server.volunteers.certificates import papers
from server.volunteers.certificates.papers import Line, Paper
from server.volunteers.models import Certificate

LINK_LIFE = timedelta(days=7)
MARK_LETTERS = 40
"""160 bits of a keyed hash: a link cannot be made up."""


FORGOTTEN = "—"
"""Shown instead of the name once its bearer was forgotten; the number still proves the paper."""


class LinkOver(Missing):
    """The link is too old, was never made, or leads to what no longer stands."""

    code = "certificates.link_over"


class Finding(NamedTuple):
    """What the page shows: nothing personal but a masked name."""

    number: str
    state: str
    issued_at: datetime
    superseded_at: datetime | None
    minutes: int
    records: int
    issuer: str
    name: str
    mark: str


def look_up(session: Session, said: str, vault: Vault) -> Finding | None:
    """Return what stands under a number, however it was typed; None when nothing does.

    A number that does not exist costs the same work as one that does.
    """
    number = normalised(said)[:24]
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar()
    if row is None:
        papers.opened(_DECOY, _decoy(vault), vault)
        return None
    paper = papers.opened(row.number, row.snapshot, vault)
    return Finding(
        number=papers.spaced(row.number),
        state="superseded" if row.superseded_at else "valid",
        issued_at=row.issued_at,
        superseded_at=row.superseded_at,
        minutes=row.minutes,
        records=row.records,
        issuer=row.issuer,
        name=masking.masked(paper.name) if paper else FORGOTTEN,
        mark=papers.short(row.snapshot_hash),
    )


def link(number: str, now: datetime, vault: Vault) -> str:
    """Return the path by which a certificate is opened without logging in, for a week."""
    until = f"{int((now + LINK_LIFE).timestamp()):x}"
    return f"/certificates/{number}/{until}/{_mark(number, until, vault)}"


def follow(
    session: Session, number: str, until: str, mark: str, now: datetime, vault: Vault
) -> Paper:
    """Return the paper to which a link leads, or refuse when it is over."""
    if not hmac.compare_digest(mark.encode(), _mark(number, until, vault).encode()):
        raise LinkOver
    if now >= datetime.fromtimestamp(int(until, 16), UTC):
        raise LinkOver
    row = session.execute(select(Certificate).where(Certificate.number == number)).scalar()
    if row is None or row.superseded_at is not None:
        raise LinkOver
    paper = papers.opened(row.number, row.snapshot, vault)
    if paper is None:
        raise LinkOver
    return paper


def _mark(number: str, until: str, vault: Vault) -> str:
    return vault.mark(f"{number}\0{until}", "certificate link")[:MARK_LETTERS]


_DECOY = "NF0000"


@lru_cache(maxsize=4)
def _decoy(vault: Vault) -> bytes:
    line = Line(0, 1, "2026-03-09", "社区图书角整理", 120)
    words = ("示例", "V0", (line,) * 8, 960, "2026-03-09", "", "", "", "", "0" * 32)
    return papers.seal(Paper(_DECOY, *words), vault)
