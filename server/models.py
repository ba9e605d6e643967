"""Every table of the service, so that whoever needs them all need only import this."""

from server import timetable
from server.areas import models as areas
from server.audit import models as audit
from server.calendar import models as calendar
from server.db import Base
from server.notices import models as notices
from server.office.imports import models as imports
from server.party import models as party
from server.people import models as people
from server.photos import models as photos
from server.riders import models as riders
from server.riders.hazards import models as hazards
from server.riders.rewards import models as rewards
from server.riders.stations import models as stations
from server.staff import models as staff
from server.volunteers import models as volunteers
from server.wechat import models as wechat

__all__ = [
    "Base",
    "areas",
    "audit",
    "calendar",
    "hazards",
    "imports",
    "notices",
    "party",
    "people",
    "photos",
    "rewards",
    "riders",
    "staff",
    "stations",
    "timetable",
    "volunteers",
    "wechat",
]
