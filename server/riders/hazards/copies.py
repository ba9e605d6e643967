"""What reports add to the copy of a person's own data."""

from sqlalchemy import case, select

from config.hazards import kinds
from server.people.copies import ELSEWHERE, PARTS, Part
from server.riders.hazards.models import Hazard, HazardStep

_KIND = case({kind.code: kind.name for kind in kinds().values()}, value=Hazard.kind)

HAZARDS = Part(
    "hazards",
    ("hazard.reporter_id",),
    lambda person: (
        select(
            Hazard.id.label("_id"),
            Hazard.id.label("number"),
            _KIND.label("kind"),
            Hazard.words.label("words"),
            Hazard.place.label("place"),
            Hazard.channel.label("channel"),
            Hazard.state.label("state"),
            Hazard.reason.label("reason"),
            Hazard.closing_note.label("note"),
            Hazard.points.label("points"),
            Hazard.rating.label("rating"),
            Hazard.rating_note.label("rating_note"),
            Hazard.created_at.label("at"),
        )
        .where(Hazard.reporter_id == person)
        .order_by(Hazard.id)
    ),
    {"words": "hazard:{_id}:words", "rating_note": "hazard:{_id}:rating_note"},
)
STEPS = Part(
    "hazard_steps",
    ("hazard_step.by",),
    lambda person: (
        select(
            Hazard.id.label("number"),
            HazardStep.action.label("kind"),
            HazardStep.note.label("note"),
            HazardStep.at.label("at"),
        )
        .join(Hazard, Hazard.id == HazardStep.hazard_id)
        # what staff did stands in the report's history, not in theirs
        .where(Hazard.reporter_id == person, HazardStep.by == person)
        .order_by(HazardStep.id)
    ),
)

PARTS += (HAZARDS, STEPS)

ELSEWHERE["hazard.decided_by"] = "what staff did for others"
