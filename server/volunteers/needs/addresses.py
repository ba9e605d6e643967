"""Exact addresses: for whoever is confirmed there, from a day before the start until the end."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.people.vault import Vault
from server.volunteers.models import (
    PRESENT,
    Activity,
    ActivityState,
    Need,
    NeedState,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.needs.texts import unsealed
from server.volunteers.views import Outcome

SHOWN_BEFORE = timedelta(hours=24)
"""So long before the start the address is shown (志愿服务条例 art. 21: privacy of those served)."""

_MINE = (
    select(Shift.id, Need.id.label("need_id"), Need.address)
    .select_from(Signup)
    .join(Shift, Shift.id == Signup.shift_id)
    .join(Activity, Activity.id == Shift.activity_id)
    .join(Need, Need.id == Activity.need_id)
    .where(
        Signup.person_id == bindparam("person"),
        Signup.state.in_((SignupState.CONFIRMED, *PRESENT)),
        Shift.starts_at <= bindparam("latest_start"),
        Shift.ends_at > bindparam("now"),
        Activity.state == ActivityState.OPEN,
        Need.state.in_((NeedState.ACCEPTED, NeedState.IN_SERVICE)),
        Need.address.is_not(None),
    )
)


def addresses(session: Session, person_id: int, now: datetime, *, vault: Vault) -> dict[int, str]:
    """Return, by shift, the addresses to which a person may be shown the way now. One statement."""
    asked = {"person": person_id, "now": now, "latest_start": now + SHOWN_BEFORE}
    return {
        shift_id: unsealed(vault, need_id, "address", sealed)
        for shift_id, need_id, sealed in session.execute(_MINE, asked)
    }


def address_for(
    session: Session, person_id: int, shift_id: int, now: datetime, *, vault: Vault
) -> str | None:
    """Return the exact address of one shift if the person may be shown it now, else nothing."""
    return addresses(session, person_id, now, vault=vault).get(shift_id)


def told_to(
    session: Session, person_id: int, signups: Iterable[Outcome], now: datetime, *, vault: Vault
) -> dict[int, str]:
    """Return, by shift, the addresses of these sign-ups; nothing is asked while all are far off."""
    if not any(one.starts_at - SHOWN_BEFORE <= now for one in signups):
        return {}
    return addresses(session, person_id, now, vault=vault)
