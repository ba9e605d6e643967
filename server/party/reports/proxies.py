"""What a contact or secretary does about a member's report: reads it, or writes down what is told.

A report told on the phone or in person counts the same as one's own.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents
from server.party.contacts import touched
from server.party.keys import PartyVault
from server.party.models import LIVE, Look
from server.party.reports import answers, reports
from server.party.reports.reports import Sheet
from server.party.standing import require, require_consent, trace
from server.people.models import Channel
from server.staff.reach import Reach


def show(
    session: Session,
    reach: Reach,
    file_id: int,
    now: datetime,
    *,
    rules: Reports,
    vault: PartyVault,
) -> tuple[str, Sheet]:
    """Return a member's name and the report whose turn it is, and note that it was read."""
    file = access.read(session, reach, file_id, Look.REPORT, now)
    name = contents.text_of(file, "name", vault)
    return name, reports.opened(session, file, now, rules=rules, vault=vault)


def submit(  # noqa: PLR0913  a verb of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    said: Mapping[str, str],
    now: datetime,
    *,
    channel: Channel,
    rules: Reports,
    vault: PartyVault,
) -> None:
    """Hand in what a member has told on the phone or in person; the door is kept.

    The contact may, whoever stands in for them, and the secretary.
    """
    file = touched(session, reach, file_id, now)
    require(file, *LIVE)
    require_consent(file)
    window = reports.require_open(quarter, now, rules)
    given, by = answers.kept(said), reach.person_id
    reports.hand_in(session, file, given, window, now, by=by, channel=channel, vault=vault)
    trace(session, by, "party.report_put_down", file_id, now)
