"""The second factor: codes of six digits that an app on the staff member's phone makes (TOTP)."""

import base64
import hmac
import re
from datetime import datetime

import pyotp
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from server.people.vault import Vault
from server.staff.models import StaffAccount

ISSUER = "暖蜂管理台"
SECRET_BYTES = 20
STEP_SECONDS = 30
NEAR = (0, -1, 1)
"""The step of now, and those beside it for clocks that are half a minute off."""
CODE = re.compile(r"[0-9]{6}")

staff = StaffAccount.__table__.c


def drawn_from(token: str, *, vault: Vault) -> str:
    """Return the secret that goes with an invitation: the same at each look, kept nowhere."""
    drawn = bytes.fromhex(vault.mark(token, "second_factor"))[:SECRET_BYTES]
    return base64.b32encode(drawn).decode()


def address(secret: str, login: str) -> str:
    """Return what an authenticator app reads from a picture (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that this code belongs to, if it is now or half a minute off."""
    typed = re.sub(r"\s", "", code)
    if not CODE.fullmatch(typed):
        return None
    maker, today = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    found = [
        today + near
        for near in NEAR
        if hmac.compare_digest(maker.generate_otp(today + near), typed)
    ]
    return found[0] if found else None


def take(session: Session, staff_id: int, code: str, now: datetime, *, vault: Vault) -> bool:
    """Tell whether the code is right, and use it up: of two who show it at once one passes."""
    sealed = session.scalar(select(staff.totp).where(staff.id == staff_id))
    if sealed is None:
        return False
    step = step_of(vault.open(sealed, place(staff_id)), code, now)
    if step is None:
        return False
    unused = or_(staff.totp_step.is_(None), staff.totp_step < step)
    taken = session.execute(
        update(StaffAccount.__table__)
        .where(staff.id == staff_id, unused)
        .values(totp_step=step)
        .returning(staff.id)
    )
    return taken.first() is not None


def place(staff_id: int) -> str:
    """Return the place at which a secret is sealed."""
    return f"staff_account:{staff_id}:totp"
