"""What a contact or secretary does for a member: writes down what they tell, on the phone or not.

A report told so counts the same as one's own. What the member is still writing stays theirs alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from config.reports import Reports
from server.party import access, contents
from server.party.contacts import touched
from server.party.keys import PartyVault
from server.party.models import LIVE, Look, PartyFile
from server.party.reports import answers, handing, sheets, windows
from server.party.reports.sheets import Sheet
from server.party.standing import require, require_consent, trace
from server.people.models import Channel
from server.staff.reach import Reach


def show(  # noqa: PLR0913  a reading of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    now: datetime,
    *,
    quarter: str = "",
    rules: Reports,
    vault: PartyVault,
) -> tuple[str, Sheet]:
    """Return a member's name and the report whose turn it is, or a quarter's; the look is noted."""
    file = access.read(session, reach, file_id, Look.REPORT, now)
    keys: dict[str, Any] = {"rules": rules, "vault": vault, "drafts": False}
    window = windows.named(quarter, rules)
    shown = sheets.opened(session, file, now, **keys, window=window)
    return contents.text_of(file, "name", vault), shown


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
    file = _theirs(session, reach, file_id, now)
    report, window = handing.held(session, file, quarter, now, rules)
    who: dict[str, Any] = {"by": reach.person_id, "channel": channel}
    handing.hand_in(session, report, answers.kept(said), window, now, **who, vault=vault)
    trace(session, reach.person_id, "party.report_put_down", file_id, now)


def answer(  # noqa: PLR0913  a verb of staff with the rules and the key
    session: Session,
    reach: Reach,
    file_id: int,
    quarter: str,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    rules: Reports,
    vault: PartyVault,
) -> None:
    """Write down what a member answers to the question that the branch has asked."""
    file = _theirs(session, reach, file_id, now)
    report, window = handing.held(session, file, quarter, now, rules)
    who: dict[str, Any] = {"by": reach.person_id, "channel": channel}
    handing.answer(session, report, words, window, now, **who, vault=vault)
    trace(session, reach.person_id, "party.report_put_down", file_id, now)


def _theirs(session: Session, reach: Reach, file_id: int, now: datetime) -> PartyFile:
    """Return a file for whose member this person may write something down."""
    file = touched(session, reach, file_id, now)
    require(file, *LIVE)
    require_consent(file)
    return file
