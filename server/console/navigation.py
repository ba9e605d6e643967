"""The menu of the console, in groups: what a person may see, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for

from server.staff.reach import Reach
from server.staff.rights import APPROVING, Right
from server.web import runtime


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; `group` stands above the first line of each group."""

    label: str
    href: str
    icon: str
    active: bool
    count: int = 0
    group: str = ""


SPREADING = (Right.BROADCAST, Right.APPROVE_BROADCASTS)

Line = tuple[str, str, str, Right | tuple[Right, ...]]

MENU: dict[str, tuple[Line, ...]] = {
    "今天": (
        ("待办", "start.show", "inbox", Right.SEE_QUEUE),
        ("查找", "search.show", "search", Right.SEE_QUEUE),
    ),
    "服务": (
        ("需求", "needs.list_needs", "heart-handshake", Right.SEE_NEEDS),
        ("活动", "activities.list_activities", "calendar-event", Right.SEE_ACTIVITIES),
        ("签到", "attendance.list_shifts", "user-check", Right.RECORD_ATTENDANCE),
        ("时长核定", "records.show", "clipboard-check", Right.SEE_RECORDS),
        ("时长异议", "disputes.show", "message-circle", Right.CONFIRM_RECORDS),
        ("签到异常", "oddities.list_oddities", "alert-triangle", Right.JUDGE_ODDITIES),
    ),
    "流动党员": (
        ("支部工作", "party.list_members", "flag", Right.SEE_PARTY),
        ("季度考评", "party_reviews.list_members", "clipboard-check", Right.SEE_PARTY),
        ("年度反馈", "party_letters.list_letters", "mail", Right.SEE_PARTY),
        ("困难和请求", "party_needs.list_needs", "lifebuoy", Right.SEE_PARTY),
        ("支部设置", "party_branches.list_branches", "sitemap", Right.KEEP_PARTY_DATA),
        ("名单进出", "party_lists.show_lists", "file-export", Right.SEE_PARTY),
        ("支部数据", "party_figures.show", "chart-bar", Right.SEE_PARTY),
    ),
    "骑手": (
        ("随手拍", "hazards.list_hazards", "camera", Right.TRIAGE_HAZARDS),
        ("整改", "hazard_units.list_hazards", "tool", Right.FIX_HAZARDS),
        ("驿站", "stations.list_stations", "map-pin", Right.SEE_STATIONS),
        ("奖品", "rewards.list_rewards", "gift", Right.SEE_REWARDS),
        ("兑换", "vouchers.list_vouchers", "ticket", Right.SEE_REWARDS),
        ("骑手登记", "riders.list_waiting", "motorbike", Right.EDIT_PEOPLE),
        ("积分录入", "awards.search", "award", Right.AWARD_POINTS),
        ("积分规则", "points_rules.list_rules", "scale", (Right.MANAGE_RULES, Right.AWARD_POINTS)),
        ("积分异常", "points_oddities.list_oddities", "alert-triangle", Right.JUDGE_ODDITIES),
        ("积分收支", "points_budget.show", "chart-bar", Right.SEE_BUDGET),
    ),
    "志愿者": (
        ("队伍", "teams.list_teams", "users-group", Right.SEE_TEAMS),
        ("人员", "people.list_people", "users", Right.SEE_PEOPLE),
        ("培训与资质", "skills.list_skills", "certificate", Right.EDIT_PEOPLE),
        ("证明", "certificates.list_certificates", "certificate", Right.SEE_PEOPLE),
        ("星级", "stars.list_stars", "stars", Right.SEE_STARS),
    ),
    "台账与数据": (
        ("台账", "ledgers.show_service", "notebook", Right.SEE_RECORDS),
        ("数据", "figures.show", "chart-bar", Right.SEE_FIGURES),
        ("导出", "exports.list_exports", "file-export", Right.EXPORT),
    ),
    "管理": (
        ("批准", "approvals.show", "checks", APPROVING),
        ("群发通知", "broadcasts.list_broadcasts", "bell", SPREADING),
        ("请假交接", "leave.show", "arrows-exchange", Right.HAND_OVER),
        ("岗位", "posts.list_posts", "user-check", Right.MANAGE_POSTS),
        ("区域", "areas.show_tops", "sitemap", Right.SEE_AREAS),
        ("导入表格", "imports.choose", "upload", Right.IMPORT),
        ("账号", "staff.show", "key", Right.MANAGE_ACCOUNTS),
        ("工作日历", "calendar.show", "calendar-event", Right.MANAGE_CALENDAR),
        ("通知模板", "notice_templates.list_kinds", "message", Right.MANAGE_RULES),
        ("消息发送", "outbox.list_notices", "send", Right.SEE_NOTICES),
        ("消息统计", "notice_figures.show", "chart-bar", Right.SEE_NOTICES),
        ("隐私", "privacy.show_desk", "fingerprint", Right.HANDLE_PRIVACY),
        ("定时任务", "jobs.show", "clock", Right.SEE_JOBS),
        ("审计", "audit.show", "history", Right.SEE_AUDIT),
    ),
}
"""(label, endpoint, icon, right) below the heading of each group, in the order of a working day;
of several rights one is enough."""

APART = "流动党员"
"""The group of a work that is there only where its key is set."""


BEHIND = {
    "activity_steps": "activities",
    "activity_templates": "activities",
    "shift_changes": "activities",
    "paper": "attendance",
    "by_hand": "records",
    "need_steps": "needs",
    "party_reports": "party",
    "party_review_steps": "party_reviews",
    "station_steps": "stations",
    "party_steps": "party",
    "hazard_entry": "hazards",
    "hazard_steps": "hazards",
    "reward_stock": "rewards",
    "redemptions": "people",
}
"""Pages that have no line of their own: the line lights up that leads to them."""


def navigation(reach: Reach) -> list[Entry]:
    """Return the lines that lead somewhere for this person."""
    there = (group for group in MENU if group != APART or runtime().has_party)
    return [entry for group in there for entry in _entries(reach, group, MENU[group])]


def _entries(reach: Reach, group: str, lines: tuple[Line, ...]) -> Iterator[Entry]:
    noun = (request.endpoint or "").removeprefix("console.").partition(".")[0]
    here = BEHIND.get(noun, noun)
    for label, endpoint, icon, right in lines:
        rights = right if isinstance(right, tuple) else (right,)
        if any(reach.may(each) for each in rights):
            href = url_for(f"console.{endpoint}")
            yield Entry(label, href, icon, endpoint.startswith(f"{here}."), group=group)
            group = ""
