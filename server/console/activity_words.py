"""What the pages about activities call things."""

from collections.abc import Mapping

from server.people.models import Channel
from server.volunteers.models import Field, Risk, SkillKind, TeamKind
from server.volunteers.stages import Stage

FIELDS: Mapping[Field, str] = {
    Field.ELDERLY_AND_CHILDREN: "一老一小",
    Field.MEDICAL_AND_HEALTH: "医疗健康",
    Field.EMERGENCY_RESCUE: "应急救援",
    Field.ENVIRONMENT: "环境",
    Field.CULTURE: "文化",
    Field.CONVENIENCE: "便民",
    Field.OTHER: "其他",
}
TEAMS: Mapping[TeamKind, str] = {
    TeamKind.PARTY: "党员",
    TeamKind.YOUTH: "青年",
    TeamKind.WOMEN: "巾帼",
    TeamKind.VETERANS: "退役军人",
    TeamKind.SENIORS: "老年",
    TeamKind.OTHER: "其他",
}
RISKS: Mapping[Risk, str] = {Risk.NORMAL: "一般", Risk.HIGH: "高风险"}
SKILLS: Mapping[SkillKind, str] = {SkillKind.TRAINING: "培训", SkillKind.QUALIFICATION: "资质证书"}
PROXIES: Mapping[Channel, str] = {
    Channel.PHONE: "电话",
    Channel.PAPER: "纸质登记",
    Channel.CONSOLE: "当面",
}
"""By which door somebody asked staff to sign them up."""

STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.DRAFT: ("plain", "草稿"),
    Stage.REVIEW: ("wait", "待审核"),
    Stage.OPEN: ("ok", "招募中"),
    Stage.FULL: ("info", "已报满"),
    Stage.CLOSED: ("info", "报名截止"),
    Stage.RUNNING: ("ok", "进行中"),
    Stage.ENDED: ("warn", "已结束，待记录"),
    Stage.UNPUBLISHED: ("plain", "已撤下"),
    Stage.CANCELLED: ("bad", "已取消"),
    Stage.RECORDED: ("ok", "已记录"),
    Stage.ARCHIVED: ("plain", "已归档"),
}
"""The kind of badge and its words."""

GROUPS = (
    ("current", "进行中的工作"),
    ("review", "待审核"),
    ("draft", "草稿"),
    ("open", "招募和进行中"),
    ("ended", "已结束待记录"),
    ("done", "已记录"),
    ("gone", "已取消或撤下"),
)

DEEDS: Mapping[str, str] = {
    "activity.drafted": "新建了草稿",
    "activity.edited": "修改了草稿",
    "activity.submitted": "提交审核",
    "activity.opened": "开放报名",
    "activity.sent_back": "退回修改",
    "activity.unpublished": "撤下活动",
    "activity.cancelled": "取消了活动",
    "activity.reworded": "修改了文字",
    "activity.relocated": "改了地点",
    "activity.made": "按模板自动生成",
    "shift.moved": "改了时间",
    "shift.capacity": "改了名额",
}
"""What a deed in the audit trail is called in an activity's story."""
