"""What each role may do: one table, read by every face."""

from collections.abc import Mapping
from enum import StrEnum

from server.people.models import Role


class Right(StrEnum):
    """Something that may be done in an area by whoever holds a fitting post."""

    SEE_QUEUE = "see_queue"
    SEE_NEEDS = "see_needs"
    RAISE_NEEDS = "raise_needs"
    MANAGE_NEEDS = "manage_needs"
    SEE_TEAMS = "see_teams"
    MANAGE_TEAMS = "manage_teams"
    SEE_ACTIVITIES = "see_activities"
    MANAGE_ACTIVITIES = "manage_activities"
    REVIEW_ACTIVITIES = "review_activities"
    RECORD_ATTENDANCE = "record_attendance"
    SEE_RECORDS = "see_records"
    CONFIRM_RECORDS = "confirm_records"
    ENTER_HOURS = "enter_hours"
    APPROVE_HOURS = "approve_hours"
    JUDGE_ODDITIES = "judge_oddities"
    AWARD_POINTS = "award_points"
    APPROVE_POINTS = "approve_points"
    SEE_STARS = "see_stars"
    REVIEW_STARS = "review_stars"
    AWARD_STARS = "award_stars"
    MANAGE_RULES = "manage_rules"
    SEE_FIGURES = "see_figures"
    BROADCAST = "broadcast"
    APPROVE_BROADCASTS = "approve_broadcasts"
    EXPORT = "export"
    APPROVE_EXPORTS = "approve_exports"
    SEE_PEOPLE = "see_people"
    EDIT_PEOPLE = "edit_people"
    UNMASK = "unmask"
    IMPORT = "import"
    SEE_AREAS = "see_areas"
    MANAGE_AREAS = "manage_areas"
    MANAGE_POSTS = "manage_posts"
    APPROVE_POSTS = "approve_posts"
    HAND_OVER = "hand_over"
    MANAGE_CALENDAR = "manage_calendar"
    HANDLE_PRIVACY = "handle_privacy"
    APPROVE_ERASURES = "approve_erasures"
    MANAGE_ACCOUNTS = "manage_accounts"
    SEE_AUDIT = "see_audit"
    SEE_JOBS = "see_jobs"
    SEE_NOTICES = "see_notices"
    STEER_NOTICES = "steer_notices"
    SEE_STATIONS = "see_stations"
    MANAGE_STATIONS = "manage_stations"
    SEE_BUDGET = "see_budget"
    SEE_PARTY = "see_party"
    KEEP_PARTY_DATA = "keep_party_data"
    APPROVE_PARTY_LISTS = "approve_party_lists"
    TRIAGE_HAZARDS = "triage_hazards"
    FIX_HAZARDS = "fix_hazards"
    SEE_REWARDS = "see_rewards"
    MANAGE_REWARDS = "manage_rewards"
    KEEP_STOCK = "keep_stock"
    APPROVE_STOCK = "approve_stock"


_LOOKS = frozenset(
    {
        Right.SEE_QUEUE,
        Right.SEE_NEEDS,
        Right.SEE_TEAMS,
        Right.SEE_ACTIVITIES,
        Right.SEE_AREAS,
        Right.SEE_STATIONS,
        Right.SEE_REWARDS,
    }
)
_GRID = _LOOKS | {
    Right.RAISE_NEEDS,
    Right.RECORD_ATTENDANCE,
    Right.HAND_OVER,
    Right.FIX_HAZARDS,
}
_COMMUNITY = _GRID | {
    Right.MANAGE_NEEDS,
    Right.MANAGE_TEAMS,
    Right.MANAGE_ACTIVITIES,
    Right.SEE_RECORDS,
    Right.CONFIRM_RECORDS,
    Right.ENTER_HOURS,
    Right.SEE_STARS,
    Right.REVIEW_STARS,
    Right.SEE_FIGURES,
    Right.BROADCAST,
    Right.EXPORT,
    Right.SEE_PEOPLE,
    Right.EDIT_PEOPLE,
    Right.UNMASK,
    Right.IMPORT,
    Right.AWARD_POINTS,
    Right.MANAGE_STATIONS,
    Right.TRIAGE_HAZARDS,
    Right.KEEP_STOCK,
}
_STREET = _COMMUNITY | {
    Right.REVIEW_ACTIVITIES,
    Right.APPROVE_HOURS,
    Right.APPROVE_BROADCASTS,
    Right.APPROVE_EXPORTS,
    Right.APPROVE_POSTS,
    Right.APPROVE_POINTS,
    Right.APPROVE_STOCK,
    Right.JUDGE_ODDITIES,
    Right.AWARD_STARS,
    Right.MANAGE_POSTS,
}
_DISTRICT = _STREET | {
    Right.MANAGE_RULES,
    Right.MANAGE_REWARDS,
    Right.MANAGE_AREAS,
    Right.MANAGE_CALENDAR,
    Right.HANDLE_PRIVACY,
    Right.APPROVE_ERASURES,
    Right.SEE_JOBS,
    Right.SEE_NOTICES,
    Right.STEER_NOTICES,
    Right.SEE_BUDGET,
}

_BRANCH = frozenset({Right.SEE_QUEUE, Right.SEE_PARTY, Right.HAND_OVER})

APPROVING = (
    Right.APPROVE_HOURS,
    Right.APPROVE_BROADCASTS,
    Right.APPROVE_EXPORTS,
    Right.APPROVE_POSTS,
    Right.APPROVE_ERASURES,
    Right.APPROVE_POINTS,
    Right.APPROVE_PARTY_LISTS,
    Right.APPROVE_STOCK,
)
"""The rights of a second person."""

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.DISTRICT_OPERATOR: _DISTRICT,
    Role.STREET_OPERATOR: _STREET,
    Role.COMMUNITY_WORKER: _COMMUNITY,
    Role.COMMUNITY_ASSISTANT: _LOOKS | {Right.RECORD_ATTENDANCE},
    Role.GRID_WORKER: _GRID,
    Role.TEAM_LEADER: _LOOKS | {Right.RECORD_ATTENDANCE, Right.SEE_RECORDS, Right.CONFIRM_RECORDS},
    Role.STATION_KEEPER: frozenset(),
    Role.CONTACT_PERSON: _BRANCH,
    Role.BRANCH_SECRETARY: _BRANCH | {Right.APPROVE_PARTY_LISTS},
    Role.PARTY_DATA_OFFICER: frozenset(
        {Right.SEE_PARTY, Right.KEEP_PARTY_DATA, Right.APPROVE_PARTY_LISTS}
    ),
    Role.VERIFIER: frozenset(
        {
            Right.SEE_QUEUE,
            Right.SEE_ACTIVITIES,
            Right.SEE_RECORDS,
            Right.APPROVE_HOURS,
            Right.JUDGE_ODDITIES,
            Right.SEE_AREAS,
        }
    ),
    Role.AUDITOR: frozenset({Right.SEE_AUDIT}),
    Role.SYSTEM_ADMIN: frozenset(
        {Right.MANAGE_ACCOUNTS, Right.SEE_JOBS, Right.SEE_NOTICES, Right.STEER_NOTICES}
    ),
}
"""Which member an organiser may see is for `party.access` to say; auditor and system admin see no
business data (等保三级: system, security and audit roles are apart)."""

ROLE_NAMES: Mapping[Role, str] = {
    Role.DISTRICT_OPERATOR: "区级管理员",
    Role.STREET_OPERATOR: "街道管理员",
    Role.COMMUNITY_WORKER: "社区工作者",
    Role.COMMUNITY_ASSISTANT: "社区助理",
    Role.GRID_WORKER: "网格员",
    Role.TEAM_LEADER: "志愿队负责人",
    Role.STATION_KEEPER: "驿站管理员",
    Role.CONTACT_PERSON: "流动党员联系人",
    Role.BRANCH_SECRETARY: "党支部书记",
    Role.PARTY_DATA_OFFICER: "党员信息专员",
    Role.VERIFIER: "核验员",
    Role.AUDITOR: "审计员",
    Role.SYSTEM_ADMIN: "系统管理员",
}
"""What people call each role."""
