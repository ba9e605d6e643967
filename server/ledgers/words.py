"""How ledgers call fields, states and sources."""

from server.volunteers.models import Field, RecordState, SignupState, Source

FIELDS = {
    Field.ELDERLY_AND_CHILDREN: "一老一小",
    Field.MEDICAL_AND_HEALTH: "医疗健康",
    Field.EMERGENCY_RESCUE: "应急救援",
    Field.ENVIRONMENT: "环境",
    Field.CULTURE: "文化",
    Field.CONVENIENCE: "便民",
    Field.OTHER: "其他",
}
RECORDS = {
    RecordState.APPROVAL: "待批准",
    RecordState.PENDING: "待核定",
    RecordState.CONFIRMED: "已核定",
    RecordState.FINAL: "已生效",
    RecordState.VOID: "已作废",
}
SOURCES = {Source.ATTENDANCE: "签到", Source.PAPER: "纸质", Source.HAND: "补录"}
SIGNUPS = {
    SignupState.WAITLISTED: "候补",
    SignupState.OFFERED: "待确认",
    SignupState.CONFIRMED: "已报名",
    SignupState.CHECKED_IN: "已签到",
    SignupState.CHECKED_OUT: "已签退",
    SignupState.CREDITED: "已记时长",
    SignupState.CANCELLED: "已取消",
    SignupState.LATE_CANCELLED: "临时取消",
    SignupState.DECLINED: "已放弃",
    SignupState.LAPSED: "已过期",
    SignupState.REVOKED: "已撤销",
    SignupState.NO_SHOW: "未到",
}
