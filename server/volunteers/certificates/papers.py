"""What is printed on a certificate of hours: sealed as it was issued, never changed."""

import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from server.people.vault import Vault
from server.volunteers.hours.hours import Line as Line

SHORT = 12
"""Letters of the hash printed on the paper: 48 bits, enough to tell a forged paper by eye."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a certificate says (民发〔2015〕149号: identity, service and hours, issuer, number).

    `salt` is random, so that the printed hash tells nothing about the name to whoever guesses.
    """

    number: str
    name: str
    volunteer_no: str
    lines: tuple[Line, ...]
    minutes: int
    issued_on: str
    issuer: str
    in_charge: str
    handler: str
    contact: str
    salt: str

    def text(self) -> str:
        """Return the paper as it is sealed and hashed: the same words give the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def hash(self) -> str:
        """Return the SHA-256 of all that the paper says."""
        return sha256(self.text().encode()).hexdigest()


def seal(paper: Paper, vault: Vault) -> bytes:
    """Return the paper sealed; it opens only as the certificate of its number."""
    return vault.seal(paper.text(), _place(paper.number))


def opened(number: str, sealed: bytes, vault: Vault) -> Paper | None:
    """Return what the certificate of this number says; None once its holder was forgotten."""
    if not sealed:
        return None
    said = json.loads(vault.open(sealed, _place(number)))
    return Paper(**(said | {"lines": tuple(Line(*line) for line in said["lines"])}))


def short(whole: str) -> str:
    """Write the beginning of a hash as it is printed: 3F2A 91BC 07DE."""
    shown = whole[:SHORT].upper()
    return " ".join(shown[at : at + 4] for at in range(0, SHORT, 4))


def spaced(number: str) -> str:
    """Write a certificate's number as it is read aloud: NF2026-7KQ4M-XW8PD."""
    return f"{number[:6]}-{number[6:11]}-{number[11:]}"


def _place(number: str) -> str:
    return f"certificate:{number}:snapshot"
