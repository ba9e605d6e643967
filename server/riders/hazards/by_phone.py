"""What whoever reported a hazard says by telephone, on paper or at the desk (G5).

It has the same effect as in chat. Staff write it down by the number of the report, which whoever
sent it in was told, and do not learn who that is.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from server.audit import trail
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import answers, appeals
from server.riders.hazards.models import Hazard
from server.riders.hazards.refusals import HazardMissing
from server.riders.hazards.steps import reached
from server.staff.reach import Reach
from server.staff.rights import Right


class Says(StrEnum):
    """What somebody who calls may want: more words, an appeal, that it is not right after all."""

    MORE = "more"
    APPEAL = "appeal"
    REOPEN = "reopen"


VERBS = {Says.MORE: answers.add, Says.APPEAL: appeals.appeal, Says.REOPEN: answers.reopen}


def tell(  # noqa: PLR0913  who writes down what of which report, in which words, by which door
    session: Session,
    reach: Reach,
    hazard_id: int,
    says: Says,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Do what the reporter asks for; refused as it would be to themselves.

    Takes `triage_hazards` where the report is.
    """
    reporter_id = _reporter(session, reach, hazard_id, str(says), now, channel)
    who = session, reporter_id, hazard_id
    return VERBS[says](*who, words, now, channel=channel, vault=vault)


def rate(  # noqa: PLR0913  who writes down how many stars of which report, in which words
    session: Session,
    reach: Reach,
    hazard_id: int,
    stars: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Write down the reporter's rating, as they told it. Takes `triage_hazards`."""
    reporter_id = _reporter(session, reach, hazard_id, "rating", now, channel)
    who = session, reporter_id, hazard_id
    return answers.rate(*who, stars, words, now, channel=channel, vault=vault)


def _reporter(
    session: Session,
    reach: Reach,
    hazard_id: int,
    what: str,
    now: datetime,
    channel: Channel,
) -> int:
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    if hazard.reporter_id is None:
        raise HazardMissing
    noted = session, reach.person_id, "hazard.told", ("hazard", hazard_id), now
    trail.record(*noted, area_path=path, what=what, channel=channel)
    return hazard.reporter_id
