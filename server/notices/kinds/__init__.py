"""The kinds of notice, by the work they tell of."""

from collections.abc import Mapping

from server.notices.kinds.activities import ACTIVITIES
from server.notices.kinds.certificates import CERTIFICATES
from server.notices.kinds.chat import CHAT
from server.notices.kinds.kind import Audience as Audience
from server.notices.kinds.kind import Kind as Kind
from server.notices.kinds.kind import Promise as Promise
from server.notices.kinds.kind import Urgency as Urgency
from server.notices.kinds.needs import NEEDS
from server.notices.kinds.office import OFFICE
from server.notices.kinds.records import RECORDS
from server.notices.kinds.signups import SIGNUPS
from server.notices.kinds.teams import TEAMS

_ALL: tuple[Kind, ...] = (
    *ACTIVITIES,
    *CERTIFICATES,
    *NEEDS,
    *OFFICE,
    *RECORDS,
    *SIGNUPS,
    *TEAMS,
    *CHAT,
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
