"""The tables of riders and of their points."""

from server.riders.models.claims import PointsClaim
from server.riders.models.desk import (
    OddityKind,
    OddState,
    PointsEvidence,
    PointsFlow,
    PointsFlowHead,
    PointsOddity,
)
from server.riders.models.ledger import (
    EXPIRY,
    ISSUANCE,
    REDEMPTION,
    AccountKind,
    PointsAccount,
    PointsEntry,
    PointsHead,
    PointsLink,
    PointsLot,
    PointsTransaction,
    PointsWaiting,
    TransactionKind,
)
from server.riders.models.riders import Rider, RiderState, Sector
from server.riders.models.rules import OVERALL, PointsCount, PointsRule, Verifier

__all__ = [
    "EXPIRY",
    "ISSUANCE",
    "OVERALL",
    "REDEMPTION",
    "AccountKind",
    "OddState",
    "OddityKind",
    "PointsAccount",
    "PointsClaim",
    "PointsCount",
    "PointsEntry",
    "PointsEvidence",
    "PointsFlow",
    "PointsFlowHead",
    "PointsHead",
    "PointsLink",
    "PointsLot",
    "PointsOddity",
    "PointsRule",
    "PointsTransaction",
    "PointsWaiting",
    "Rider",
    "RiderState",
    "Sector",
    "TransactionKind",
    "Verifier",
]
