"""QR codes with a scene (生成带参数的二维码): made by the account, scanned by people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.ids import Ids

LONGEST = 2_592_000
DEFAULT = 60


@dataclass(frozen=True, slots=True)
class QrCode:
    """One code; permanent ones have no end."""

    ticket: str
    scene: str
    until: datetime | None


class QrCodes:
    """All codes by their ticket."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._codes: dict[str, QrCode] = {}

    def make(self, scene: str, now: datetime, seconds: int | None) -> QrCode:
        """Make a code, permanent without `seconds`."""
        until = None if seconds is None else now + timedelta(seconds=seconds)
        code = QrCode(f"gQ{self._ids.fresh('ticket', 86)}==", scene, until)
        self._codes[code.ticket] = code
        return code

    def scene_of(self, ticket: str, now: datetime) -> str | None:
        """Return what the code says, or None when it is unknown or too old."""
        code = self._codes.get(ticket)
        if code is None or (code.until is not None and now >= code.until):
            return None
        return code.scene
