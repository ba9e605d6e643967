"""The tables of volunteering."""

from server.volunteers.models.activities import (
    PRIORITY,
    SHOWN,
    Activity,
    ActivityState,
    ActivityTemplate,
    Field,
    Risk,
    TeamKind,
)
from server.volunteers.models.attendance import (
    Attendance,
    Oddity,
    OddityState,
    OwnCode,
    PlaceHint,
    Route,
)
from server.volunteers.models.certificates import (
    Certificate,
    CertificateLine,
    Skill,
    SkillKind,
)
from server.volunteers.models.needs import Need, NeedState, NeedStep
from server.volunteers.models.records import (
    Dispute,
    DisputeState,
    RecordState,
    RecordVersion,
    ServiceRecord,
    Source,
)
from server.volunteers.models.signups import (
    HOLDING,
    LIVE,
    PRESENT,
    CalendarFeed,
    Shift,
    Signup,
    SignupState,
)
from server.volunteers.models.stars import (
    PENDING,
    ObjectionState,
    StarAward,
    StarObjection,
    StarScheme,
    StarState,
)
from server.volunteers.models.teams import MemberState, Team, TeamMember

__all__ = [
    "HOLDING",
    "LIVE",
    "PENDING",
    "PRESENT",
    "PRIORITY",
    "SHOWN",
    "Activity",
    "ActivityState",
    "ActivityTemplate",
    "Attendance",
    "CalendarFeed",
    "Certificate",
    "CertificateLine",
    "Dispute",
    "DisputeState",
    "Field",
    "MemberState",
    "Need",
    "NeedState",
    "NeedStep",
    "ObjectionState",
    "Oddity",
    "OddityState",
    "OwnCode",
    "PlaceHint",
    "RecordState",
    "RecordVersion",
    "Risk",
    "Route",
    "ServiceRecord",
    "Shift",
    "Signup",
    "SignupState",
    "Skill",
    "SkillKind",
    "Source",
    "StarAward",
    "StarObjection",
    "StarScheme",
    "StarState",
    "Team",
    "TeamKind",
    "TeamMember",
]
