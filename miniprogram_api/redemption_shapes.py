"""The shapes of redeeming: what is asked for, vouchers, and what is handed over."""

from typing import Annotated

import segno
from pydantic import Field

from miniprogram_api.reading import Limit, Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.people.vault import Vault
from server.riders.rewards import codes
from server.riders.rewards.models import VoucherState
from server.riders.rewards.vouchers import Held

EXAMPLE_REDEMPTION = {
    "id": "41",
    "name": "手套",
    "points": 30,
    "state": "reserved",
    "station_id": "17",
    "station_number": 17,
    "station_name": "示例社区驿站",
    "held_at": "2026-03-09T09:00:00+08:00",
    "expires_at": "2026-03-16T09:00:00+08:00",
    "ended_at": None,
    "code": "7K3M-9TXW",
    "qr": "data:image/svg+xml;charset=utf-8,%3Csvg%3E%3C/svg%3E",
}

ReferredId = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]


class StationIn(Strict):
    """Where it is to be collected."""

    model_config = exampled({"station_id": "18"})

    station_id: ReferredId


class CodeIn(Strict):
    """What the keeper typed, or scanned from the rider's QR code."""

    model_config = exampled({"code": "7K3M-9TXW"})

    code: Annotated[str, Field(min_length=1, max_length=60, pattern=NO_NUL)]


class RedemptionsQuery(Strict):
    """Which of one's vouchers: in one state or all, a page at a time."""

    state: VoucherState | None = None
    cursor: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")] | None = None
    limit: Limit = 20


class RedemptionOut(Out):
    """A voucher; `code`, and `qr`, a picture of it, are there while it waits to be collected.

    `points` is what was paid for it, and what comes back when it expires or is cancelled.
    """

    model_config = exampled(EXAMPLE_REDEMPTION)

    id: Id
    name: str
    points: int
    state: VoucherState
    station_id: Id
    station_number: int
    station_name: str
    held_at: Moment
    expires_at: Moment
    ended_at: Moment | None
    code: str | None
    qr: str | None

    @classmethod
    def of(cls, held: Held, vault: Vault) -> "RedemptionOut":
        """Write a voucher down for its owner."""
        code = held.code(vault)
        drawn = code and segno.make(code, error="m").svg_data_uri(scale=4, border=3, light="#fff")
        names = [name for name in cls.model_fields if name in Held._fields]
        told = {name: getattr(held, name) for name in names}
        return cls(**told, code=code and codes.told(code), qr=drawn)


class RedemptionsOut(Out):
    """A page of vouchers, the newest first."""

    model_config = exampled({"items": [EXAMPLE_REDEMPTION], "next_cursor": None})

    items: list[RedemptionOut]
    next_cursor: str | None


class CollectionOut(Out):
    """What the keeper hands over; `again` where the same keeper had handed it over before."""

    model_config = exampled(
        {
            "name": "手套",
            "station_number": 17,
            "collected_at": "2026-03-10T12:00:00+08:00",
            "again": False,
        }
    )

    name: str
    station_number: int
    collected_at: Moment
    again: bool
