"""The one appeal against a rejection, which somebody else decides."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from config.wording import say
from server.people.models import Channel
from server.people.vault import Vault
from server.riders.hazards import clock, telling, texts
from server.riders.hazards.models import AppealState, Hazard, HazardState
from server.riders.hazards.refusals import AppealedAlready, NothingToAppeal, OwnDecision
from server.riders.hazards.steps import Deed, Move, own, reached, take
from server.staff.reach import Reach
from server.staff.rights import Right

APPEAL = Move("appealed", (HazardState.REJECTED,), HazardState.REJECTED)
GRANT = Move("appeal_granted", (HazardState.REJECTED,), HazardState.RECEIVED)
UPHOLD = Move("appeal_upheld", (HazardState.REJECTED,), HazardState.REJECTED)


def appeal(  # noqa: PLR0913  who objects to what, in which words, by which door
    session: Session,
    person_id: int,
    hazard_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Hazard:
    """Object to a rejection, once; it goes to somebody else than whoever rejected it."""
    hazard = own(session, person_id, hazard_id)
    if hazard.appeal is AppealState.OPEN:
        return hazard
    if hazard.appeal is not None:
        raise AppealedAlready(number=hazard.id)
    if hazard.state is not HazardState.REJECTED:
        raise NothingToAppeal(number=hazard.id, state=say(f"hazards.state_{hazard.state}"))
    said = texts.told(words)
    untried: ColumnElement[bool] = Hazard.appeal.is_(None)
    return take(
        *(session, hazard, None, APPEAL, Deed(person_id, channel, now), untried),
        appeal=AppealState.OPEN,
        words=texts.added(vault, hazard, said),
        due_at=clock.triage(session, hazard.urgent, now),
    ).hazard


def decide_appeal(  # noqa: PLR0913  who decides what how, with which words, by which door
    session: Session,
    reach: Reach,
    hazard_id: int,
    granted: bool,
    reason: str,
    now: datetime,
    *,
    channel: Channel,
) -> Hazard:
    """Decide an appeal: granted it is looked at anew, else the rejection stands with this reason.

    Takes `triage_hazards`; refuses whoever rejected the report, and whoever sent it in.
    """
    said = texts.said(reason)
    hazard, path = reached(session, reach, Right.TRIAGE_HAZARDS, hazard_id)
    require_other(reach, hazard)
    deed = Deed(reach.person_id, channel, now, said)
    is_open: ColumnElement[bool] = Hazard.appeal == AppealState.OPEN
    if granted:
        due_at = clock.triage(session, hazard.urgent, now)
        taken = take(
            *(session, hazard, path, GRANT, deed, is_open),
            appeal=AppealState.GRANTED,
            due_at=due_at,
        )
    else:
        values = {"appeal": AppealState.UPHELD, "due_at": None}
        taken = take(session, hazard, path, UPHOLD, deed, is_open, **values)
    if taken.step is not None:
        telling.tell(session, hazard, deed_name(granted), taken.step, now, reason=said)
    return taken.hazard


def require_other(reach: Reach, hazard: Hazard) -> None:
    """Refuse whoever rejected the report: after an appeal somebody else decides."""
    if hazard.appeal is not None and hazard.decided_by == reach.person_id:
        raise OwnDecision


def deed_name(granted: bool) -> str:
    """Return by what name the reporter is told of the decision."""
    return GRANT.action if granted else UPHOLD.action
