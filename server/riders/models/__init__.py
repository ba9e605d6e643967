"""The tables of riders and of their points."""

from server.riders.models.claims import PointsClaim
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
    "PointsAccount",
    "PointsClaim",
    "PointsCount",
    "PointsEntry",
    "PointsHead",
    "PointsLink",
    "PointsLot",
    "PointsRule",
    "PointsTransaction",
    "PointsWaiting",
    "Rider",
    "RiderState",
    "Sector",
    "TransactionKind",
    "Verifier",
]
