"""Every notice of a branch's year, as it went: what kind to whom on which day; and what was meant.

The table is compared in full: an additional or a missing one fails.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select

from config.wording import LOCAL
from server.notices.models import Notice
from server.party import telling
from server.party.models import PartyFile, PartyReport, ReportRevision
from tests.journeys.branch import BY_CHAT, YEAR, Year
from tests.server.party.acts import VAULT

TABLE = """
"""


def every_notice_is_expected(year: Year) -> None:
    notices = all_of(year)
    assert table_of(year, notices) == TABLE.strip().splitlines()


def all_of(year: Year) -> list[Notice]:
    """Return every notice there is, oldest first."""
    with year.runtime.db.reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.settled_at, Notice.id)))


def table_of(year: Year, notices: list[Notice]) -> list[str]:
    """Return one line for each day and kind."""
    return [repr((n.settled_at and n.settled_at.astimezone(LOCAL), n.kind, n.person_id, n.state, n.obligation, n.channel, n.outcome)) for n in notices]
