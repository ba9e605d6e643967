"""Reminding people, once, of what waits for them at a station until its voucher runs out."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.rewards import Rewards
from server.notices import outbox, snoozing
from server.notices.outbox import Late
from server.notices.snoozing import About
from server.riders.rewards.models import Voucher, VoucherState
from server.riders.rewards.vouchers import Held

KIND = "rewards.reminder"

voucher = Voucher.__table__.c


def anchor(voucher_id: int) -> str:
    """Return what the reminder of a voucher hangs on."""
    return f"voucher:{voucher_id}"


def arrange(session: Session, held: Held, now: datetime, chosen: Rewards) -> None:
    """Queue the reminder, some days before the voucher runs out.

    Where that is over already, its owner has just read until when it waits.
    """
    outbox.remind(
        session,
        held.person_id,
        KIND,
        f"{KIND}:{held.id}",
        now,
        facts(held),
        anchor=anchor(held.id),
        at=held.expires_at,
        offset=-timedelta(days=chosen.reminder_days_before),
        obligation=anchor(held.id),
        late=Late.NEVER,
    )


def facts(held: Held) -> dict[str, object]:
    """Return what news of a voucher tell."""
    return {
        "title": held.name,
        "station": held.station_name,
        "number": held.station_number,
        "until": held.expires_at,
    }


def follow(session: Session, held: Held, now: datetime) -> None:
    """Let the reminder tell of another station, or come before another moment."""
    outbox.move(session, anchor(held.id), held.expires_at, now, facts(held), Late.NEVER)


def drop(session: Session, voucher_id: int, now: datetime) -> None:
    """Drop the reminder of what has ended."""
    outbox.drop_obligation(session, anchor(voucher_id), now)


def still(session: Session, person_id: int, voucher_id: str) -> About | None:
    """Return until when a voucher waits, if it still does."""
    at = session.scalar(
        select(voucher.expires_at).where(
            voucher.id == int(voucher_id),
            voucher.person_id == person_id,
            voucher.state == VoucherState.RESERVED,
        )
    )
    return None if at is None else About(at, {})


snoozing.STILL["voucher"] = still
