"""What whoever reported a hazard is told of it, each step once; the receipt is said at once."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import say
from server.notices import outbox
from server.riders.hazards import kinds
from server.riders.hazards.models import Hazard, HazardState, HazardStep
from server.riders.hazards.steps import Taken

MOST_MERGED = 200


def tell(
    session: Session, hazard: Hazard, kind: str, step: HazardStep, now: datetime, **facts: object
) -> None:
    """Queue the news of a step for whoever reported it; nobody is told where nobody is known.

    The report's number stands in the key, by which routing out finds what it must take back.
    """
    if hazard.reporter_id is None:
        return
    known = {"number": hazard.id, "title": title(hazard), "at": now, "reason": "", "note": ""}
    key = f"hazards.{kind}:{hazard.id}:{step.id}"
    outbox.queue(session, hazard.reporter_id, f"hazards.{kind}", key, now, known | facts)


def tell_fixed(session: Session, hazard: Hazard, taken: Taken, now: datetime) -> None:
    """Tell that it is put right to whoever reported it, and to all who reported the same."""
    if taken.step is None:
        return
    note = hazard.closing_note or ""
    tell(session, hazard, "fixed", taken.step, now, note=note, thanks=thanks(hazard))
    merged = select(Hazard).where(Hazard.first_id == hazard.id, Hazard.state == HazardState.MERGED)
    for other in session.scalars(merged.order_by(Hazard.id).limit(MOST_MERGED)):
        tell(session, other, "fixed", taken.step, now, note=note, thanks=say("hazards.thanks"))


def thanks(hazard: Hazard) -> str:
    """Return the thanks for a report, with the points that it gave."""
    if hazard.points:
        return say("hazards.thanks_points", points=hazard.points)
    return say("hazards.thanks")


def title(hazard: Hazard) -> str:
    """Return how a report is called in one line: its kind and place."""
    if not hazard.place:
        return kinds.name(hazard.kind)
    return say("hazards.title", kind=kinds.name(hazard.kind), place=hazard.place[:20])
