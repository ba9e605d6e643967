"""Sealed slips that a browser keeps for us: what they say holds until a moment, and not longer."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from server.people.vault import Broken, Vault


def write(kind: str, facts: dict[str, Any], until: datetime, *, vault: Vault) -> str:
    """Return a slip of this kind; nobody but us can read or make one."""
    text = json.dumps({**facts, "until": until.timestamp()})
    return base64.urlsafe_b64encode(vault.seal(text, f"slip:{kind}")).decode()


def read(kind: str, slip: str, now: datetime, *, vault: Vault) -> dict[str, Any] | None:
    """Return what a slip says, or nothing when it is not ours, of another kind, or over."""
    try:
        text = vault.open(base64.urlsafe_b64decode(slip.encode("latin-1")), f"slip:{kind}")
    except (Broken, ValueError, binascii.Error):
        return None
    facts: dict[str, Any] = json.loads(text)
    return facts if facts["until"] > now.timestamp() else None
