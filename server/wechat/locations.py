"""Where somebody is, as a location message tells it; the datum is GCJ-02."""

import math
from typing import NamedTuple

from server.wechat.messages import UNREADABLE, Incoming

LONGEST_LABEL = 40


class Told(NamedTuple):
    """Degrees of latitude and longitude, and what the phone calls the place."""

    lat: float
    lng: float
    label: str


def told(incoming: Incoming) -> Told | None:
    """Return where the message says that somebody is, or None where it makes no sense."""
    fields = incoming.fields
    lat, lng = _degrees(fields.get("Location_X"), 90), _degrees(fields.get("Location_Y"), 180)
    if lat is None or lng is None:
        return None
    label = fields.get("Label", "")
    named = UNREADABLE.sub("", label).strip() if isinstance(label, str) else ""
    return Told(lat, lng, " ".join(named.split())[:LONGEST_LABEL])


def _degrees(said: object, most: float) -> float | None:
    try:
        degrees = float(str(said))
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= most else None
