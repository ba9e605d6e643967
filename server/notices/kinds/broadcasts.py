"""What staff tell everybody in an area or a team."""

from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Kind, Promise, Urgency

_FACTS = bears(
    "at",
    title=Fact("标题", "明天上午停水"),
    text=Fact("内容", "明天9点到12点检修管道，请提前存水。"),
    area=Fact("发出的社区或队伍", "示例社区"),
    how=Fact("怎样停止提醒", "回复“停止提醒”不再提醒。"),
)


def _kind(name: str, urgency: Urgency) -> Kind:
    return Kind(
        name=f"broadcast.{name}",
        wording="notices.broadcast",
        title="notices.title_broadcast",
        told="notices.told_broadcast",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"notices.phrase_broadcast_{name}",
            "time3": "at",
            "thing4": "text",
        },
        facts=_FACTS,
        promise=Promise.AT_MOST_ONCE,
        reason="the same words twice are one message too many; staff may send others",
        life=timedelta(days=2),
        urgency=urgency,
    )


BROADCASTS = (
    _kind("news", Urgency.ORDINARY),
    # does not wait for tomorrow because of another message today; quiet hours hold all the same
    _kind("urgent", Urgency.URGENT),
)
