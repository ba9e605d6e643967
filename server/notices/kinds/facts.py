"""The facts that notices name, each with what staff call it and an invented sample.

The sample's type says of what sort a fact is: a moment, a day, a number, a code or a text.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple


class Sort(StrEnum):
    """Of what sort a fact is, which decides where it may stand."""

    MOMENT = "moment"
    DAY = "day"
    NUMBER = "number"
    CODE = "code"
    TEXT = "text"


class Fact(NamedTuple):
    """A fact by the name that staff read, and a sample of it."""

    label: str
    sample: object

    @property
    def sort(self) -> Sort:
        """Return of what sort the fact is."""
        if isinstance(self.sample, datetime):
            return Sort.MOMENT
        if isinstance(self.sample, date):
            return Sort.DAY
        if isinstance(self.sample, int):
            return Sort.NUMBER
        return Sort.CODE if str(self.sample).isascii() else Sort.TEXT


_AFTERNOON = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
_MORNING = datetime(2026, 3, 13, 1, 30, tzinfo=UTC)
_EVENING = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)

FACTS: Mapping[str, Fact] = {
    "after": Fact("改后分钟数", 120),
    "answer": Fact("答复", "签到表上是14点到，已按120分钟记。"),
    "area": Fact("区域", "示例社区"),
    "at": Fact("时间", _MORNING),
    "before": Fact("改前分钟数", 90),
    "clash": Fact("时间冲突的提示", "\n注意：这个时间您还报名了“楼道清扫”，请取消其中一个。"),
    "colleague": Fact("同事", "示例·李明"),
    "count": Fact("人数", 8),
    "day": Fact("服务日期", date(2026, 3, 7)),
    "days": Fact("天数", 10),
    "due": Fact("最晚日期", date(2026, 3, 20)),
    "how": Fact("怎样停止提醒", "回复“稍后”晚点再提醒，“停止提醒”不再提醒。"),
    "leader": Fact("负责人", "示例·王芳"),
    "level": Fact("星级", 1),
    "minutes": Fact("分钟数", 120),
    "name": Fact("队伍名称", "示例暖阳队"),
    "note": Fact("说明", "时长还差20小时"),
    "number": Fact("活动编号", 7),
    "place": Fact("地点", "示例社区活动室"),
    "position": Fact("候补第几位", 2),
    "reason": Fact("原因", "场地临时检修"),
    "request": Fact("申请编号", 12),
    "risk_note": Fact("风险提示", "搬书注意腰部，重箱两人同抬。"),
    "role": Fact("岗位", "社区工作者"),
    "since": Fact("开始时间", _MORNING),
    "starts_at": Fact("活动时间", _AFTERNOON),
    "team": Fact("队伍", "示例暖阳队"),
    "text": Fact("内容", "您要的名单有3项，请回复编号看详细。"),
    "title": Fact("活动名称", "社区图书角整理"),
    "until": Fact("截止时间", _EVENING),
    "was": Fact("原来的时间", _MORNING),
}


def bears(*names: str, **other: Fact) -> dict[str, Fact]:
    """Return the facts of these names; what a kind calls otherwise is given as `other`."""
    return {name: FACTS[name] for name in names} | other


def fact_of(name: str) -> Fact:
    """Return the fact of a name, also of one that nobody has described."""
    return FACTS.get(name) or Fact(name, "示例")
