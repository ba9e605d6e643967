"""What people sent: pictures that the platform keeps for three days under a media id."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from emulator.ids import Ids

LIFE = timedelta(days=3)
KEPT = 500
DRAWN = Path(__file__).parent / "page" / "photos"
ONE_OF_OURS = "pothole.jpg"
"""What somebody sent who chose no picture."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file that somebody sent."""

    content: bytes
    sent_at: datetime


class Media:
    """The files of everybody; the oldest go when there are too many."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._items: OrderedDict[str, Item] = OrderedDict()

    def add(self, content: bytes, now: datetime) -> str:
        """Keep a file and return its media id."""
        media_id = self._ids.fresh("media", 64)
        self._items[media_id] = Item(content, now)
        while len(self._items) > KEPT:
            self._items.popitem(last=False)
        return media_id

    def get(self, media_id: str, now: datetime) -> bytes | None:
        """Return the file, or None when there is none or its three days are over."""
        item = self._items.get(media_id)
        return item.content if item is not None and now - item.sent_at < LIFE else None


def drawn(name: str) -> bytes:
    """Return one of the pictures drawn for the phone page; an unknown name is the first."""
    known = {path.name: path for path in DRAWN.glob("*.jpg")}
    return known.get(name, DRAWN / ONE_OF_OURS).read_bytes()
