"""The kinds of notice, by the work they tell of."""

from collections.abc import Mapping

from server.notices.kinds.activities import ACTIVITIES
from server.notices.kinds.broadcasts import BROADCASTS
from server.notices.kinds.certificates import CERTIFICATES
from server.notices.kinds.chat import CHAT
from server.notices.kinds.facts import Fact as Fact
from server.notices.kinds.facts import Sort as Sort
from server.notices.kinds.facts import fact_of as fact_of
from server.notices.kinds.hazards import HAZARDS
from server.notices.kinds.kind import Audience as Audience
from server.notices.kinds.kind import Kind as Kind
from server.notices.kinds.kind import Opens as Opens
from server.notices.kinds.kind import Promise as Promise
from server.notices.kinds.kind import Quiet as Quiet
from server.notices.kinds.kind import Urgency as Urgency
from server.notices.kinds.needs import NEEDS
from server.notices.kinds.office import OFFICE
from server.notices.kinds.photos import PHOTOS
from server.notices.kinds.points import POINTS
from server.notices.kinds.records import RECORDS
from server.notices.kinds.rewards import REWARDS
from server.notices.kinds.riders import RIDERS
from server.notices.kinds.signups import SIGNUPS
from server.notices.kinds.stations import STATIONS
from server.notices.kinds.teams import TEAMS
from server.notices.kinds.ways import CHATS as CHATS
from server.notices.kinds.ways import CREDITED as CREDITED
from server.notices.kinds.ways import TYPED as TYPED
from server.notices.kinds.ways import Way as Way

WORKS: Mapping[str, tuple[Kind, ...]] = {
    "signups": SIGNUPS,
    "activities": ACTIVITIES,
    "needs": NEEDS,
    "records": RECORDS,
    "certificates": CERTIFICATES,
    "teams": TEAMS,
    "broadcasts": BROADCASTS,
    "points": POINTS,
    "stations": STATIONS,
    "riders": RIDERS,
    "hazards": HAZARDS + PHOTOS,
    "rewards": REWARDS,
    "office": OFFICE,
    "chat": CHAT,
}
"""The kinds by the work they tell of, as staff look for them."""

KINDS: Mapping[str, Kind] = {kind.name: kind for kinds in WORKS.values() for kind in kinds}

PRIVATE = tuple(sorted(name for name, kind in KINDS.items() if kind.private))
"""The kinds of which staff see nothing: that somebody was told would say too much of them."""
