"""What whoever reported says by telephone, on paper or at the desk counts as if they had typed it.

Staff need not learn who it is: whoever calls names the number of their report.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from server.audit import trail
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import answers, appeals
from server.riders.hazards.models import Hazard
from server.riders.hazards.refusals import NobodyKnown
from server.riders.hazards.steps import reached
from server.staff.reach import Reach
from server.staff.rights import Right


class Wish(StrEnum):
    """What somebody who calls wants of their report."""

    ADD = "add"
    APPEAL = "appeal"
    RATE = "rate"
    REOPEN = "reopen"


def speak_for(  # noqa: PLR0913  who writes down what for whom, when, by which door
    session: Session,
    reach: Reach,
    hazard_id: int,
    wish: Wish,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
    stars: int = 0,
) -> Hazard:
    """Write down what a report's sender says of it: more words, an appeal, a rating, not right yet.

    Takes `triage_hazards` where it is. The same is refused as to themselves; `stars` rate.
    """
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    if hazard.reporter_id is None:
        raise NobodyKnown
    who = session, hazard.reporter_id, hazard.id
    if wish is Wish.ADD:
        answers.add(*who, words, now, channel=channel, vault=vault)
    elif wish is Wish.APPEAL:
        appeals.appeal(*who, words, now, channel=channel, vault=vault)
    elif wish is Wish.RATE:
        answers.rate(*who, stars, words, now, channel=channel, vault=vault)
    else:
        answers.reopen(*who, words, now, channel=channel, vault=vault)
    deed = session, reach.person_id, "hazard.spoken_for", ("hazard", hazard.id), now
    trail.record(*deed, area_path=path, channel=channel, wish=wish)
    session.refresh(hazard)
    return hazard
