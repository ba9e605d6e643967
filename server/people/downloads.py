"""Links by which one person opens something of their own without logging in.

The link bears, sealed, what it opens, for whom and until when: nothing of it can be guessed,
changed or read, and nothing is stored.
"""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from server.errors import Missing
from server.people.vault import Broken, Vault

LIFE = timedelta(hours=24)
COPY = "copy"
"""What a link opens: all that is kept of a person."""
LONGEST = 200


class LinkOver(Missing):
    """The link is older than a day, or was never made."""

    code = "privacy.link_over"


def link(what: str, person_id: int, now: datetime, *, vault: Vault) -> str:
    """Return the last part of an address that opens `what` of this person for a day."""
    until = int((now + LIFE).timestamp())
    sealed = vault.seal(f"{person_id}:{until}", _place(what))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def follow(what: str, token: str, now: datetime, *, vault: Vault) -> int:
    """Return the person whose link this is, or refuse."""
    try:
        padded = token[:LONGEST] + "=" * (-len(token[:LONGEST]) % 4)
        said = vault.open(base64.urlsafe_b64decode(padded), _place(what))
    except (Broken, binascii.Error, ValueError):
        raise LinkOver from None
    person_id, until = map(int, said.split(":"))
    if now >= datetime.fromtimestamp(until, UTC):
        raise LinkOver
    return person_id


def _place(what: str) -> str:
    return f"download:{what}"
