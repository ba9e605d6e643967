"""What kind of activity, which team or which place somebody asks for."""

from bot.chat import Chat
from server.areas import tree
from server.volunteers.activities.activities import Filters
from server.volunteers.models import Field, TeamKind
from server.volunteers.teams.views import Wanted

FIELDS = {
    Field.ELDERLY_AND_CHILDREN: "一老一小 老人 养老 助老 敬老 儿童 孩子 托幼 老年人",
    Field.MEDICAL_AND_HEALTH: "医疗健康 医疗 健康 义诊 体检 卫生",
    Field.EMERGENCY_RESCUE: "应急救援 应急 救援 消防 防汛",
    Field.ENVIRONMENT: "环保 环境 清洁 卫生清洁 垃圾分类 绿化",
    Field.CULTURE: "文化 文体 读书 阅读 文艺",
    Field.CONVENIENCE: "便民 便民服务 理发 维修",
}
TEAMS = {
    TeamKind.PARTY: "党员 党员先锋 党员队",
    TeamKind.YOUTH: "青年 青年队 青年志愿者",
    TeamKind.WOMEN: "巾帼 妇女 巾帼队",
    TeamKind.VETERANS: "退役军人 老兵 退役军人队",
    TeamKind.SENIORS: "银龄 银发 老年队 银龄队",
}
_FIELD = {word: field for field, words in FIELDS.items() for word in words.split()}
_TEAM = {word: team for team, words in TEAMS.items() for word in words.split()}

KINDS = (*_FIELD, *_TEAM)
"""Words that name a kind or a team, and may be said alone."""


def team(chat: Chat, wish: str) -> Wanted:
    """Return what narrows a list of teams to the wish: a kind, an area, else any words."""
    if wish in _TEAM:
        return Wanted(kind=_TEAM[wish])
    area = tree.called(chat.session, wish) if wish else None
    return Wanted(area_code=area.code) if area is not None else Wanted(words=wish)


def filters(chat: Chat, wish: str) -> Filters:
    """Return what narrows a list to the wish: a kind, a team, an area, else any words."""
    if not wish:
        return Filters()
    if wish in _FIELD:
        return Filters(field=_FIELD[wish])
    if wish in _TEAM:
        return Filters(team=_TEAM[wish])
    area = tree.called(chat.session, wish)
    return Filters(area=area.code) if area is not None else Filters(q=wish)
