"""What riders add to the copy of a person's own data."""

from sqlalchemy import func, select

from server.areas.models import Area
from server.people.copies import ELSEWHERE, PARTS, Part
from server.riders.models import (
    AccountKind,
    PointsAccount,
    PointsClaim,
    PointsEntry,
    PointsEvidence,
    PointsOddity,
    PointsRule,
    PointsTransaction,
    PointsWaiting,
    Rider,
)

RIDER = Part(
    "rider",
    ("rider.person_id",),
    lambda person: (
        select(
            Rider.sector.label("sector"),
            Area.name.label("area"),
            Rider.platform.label("platform"),
            Rider.state.label("state"),
            Rider.channel.label("channel"),
            Rider.asked_at.label("at"),
            Rider.verified_at.label("verified_at"),
        )
        .join(Area, Area.id == Rider.area_id)
        .where(Rider.person_id == person)
    ),
)
POINTS = Part(
    "points",
    ("points_account.person_id",),
    lambda person: (
        select(
            PointsEntry.number.label("number"),
            PointsEntry.at.label("at"),
            PointsTransaction.kind.label("kind"),
            PointsEntry.delta.label("points"),
            PointsEntry.balance.label("points_left"),
            PointsEntry.last_day.label("last_day"),
            PointsTransaction.reason.label("reason"),
        )
        .join(PointsAccount, PointsAccount.id == PointsEntry.account_id)
        .join(PointsTransaction, PointsTransaction.id == PointsEntry.transaction_id)
        .where(PointsAccount.person_id == person, PointsAccount.kind == AccountKind.PERSON)
        .order_by(PointsEntry.number)
    ),
)
WAITING = Part(
    "points_waiting",
    ("points_waiting.person_id",),
    lambda person: (
        select(PointsWaiting.points.label("points"), PointsWaiting.matures_on.label("arrives_on"))
        .where(PointsWaiting.person_id == person)
        .order_by(PointsWaiting.transaction_id)
    ),
)
CLAIMS = Part(
    "points_claims",
    ("points_claim.person_id",),
    lambda person: (
        select(
            func.max(PointsRule.name).label("rule"),
            PointsClaim.event_at.label("at"),
            PointsClaim.settled_at.label("settled_at"),
        )
        .outerjoin(PointsRule, PointsRule.code == PointsClaim.code)
        .where(PointsClaim.person_id == person)
        .group_by(PointsClaim.id, PointsClaim.event_at, PointsClaim.settled_at)
        .order_by(PointsClaim.id)
    ),
)

ODDITIES = Part(
    "points_oddities",
    ("points_oddity.person_id",),
    lambda person: (
        select(
            PointsOddity.found_at.label("at"),
            PointsOddity.kind.label("kind"),
            PointsOddity.state.label("state"),
            PointsOddity.settled_at.label("settled_at"),
        )
        .where(PointsOddity.person_id == person)
        .order_by(PointsOddity.id)
    ),
)
EVIDENCE = Part(
    "points_evidence",
    (),
    lambda person: (
        select(
            PointsTransaction.event_at.label("at"),
            PointsEvidence.words.label("words"),
            PointsEvidence.reference.label("reference"),
        )
        .join(PointsTransaction, PointsTransaction.id == PointsEvidence.transaction_id)
        .join(PointsEntry, PointsEntry.transaction_id == PointsTransaction.id)
        .join(PointsAccount, PointsAccount.id == PointsEntry.account_id)
        .where(PointsAccount.person_id == person)
        .order_by(PointsEvidence.transaction_id)
    ),
)

PARTS += (RIDER, POINTS, WAITING, CLAIMS, EVIDENCE, ODDITIES)

_DEED = "what staff or a leader did for others"
ELSEWHERE |= dict.fromkeys(
    (
        *("rider.verified_by", "points_rule.made_by", "points_claim.verified_by"),
        *("points_oddity.verifier_id", "points_oddity.settled_by"),
    ),
    _DEED,
)
