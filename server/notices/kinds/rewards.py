"""News of vouchers: held by staff, about to run out, put off, and paid back."""

from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Audience, Kind, Promise

_TITLE = Fact("兑换的东西", "手套")
_STATION = Fact("驿站", "示例社区驿站")
_NUMBER = Fact("驿站编号", 17)
_POINTS = Fact("积分", 30)
_WHERE = {"title": _TITLE, "station": _STATION, "number": _NUMBER}

REWARDS = (
    Kind(
        name="rewards.held_for",
        wording="rewards.held_for_news",
        title="notices.title_rewards_held_for",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": "rewards.phrase_held_for",
            "time3": "until",
            "thing4": "rewards.hint",
        },
        facts=bears("until", points=_POINTS, **_WHERE),
        promise=Promise.AT_LEAST_ONCE,
        reason="points are not moved behind anybody's back; a second copy says nothing wrong",
        life=timedelta(days=7),
        audience=Audience.RIDER,
    ),
    Kind(
        name="rewards.reminder",
        wording="rewards.reminder_news",
        title="notices.title_rewards_reminder",
        template="reminder",
        fields={
            "thing1": "title",
            "time2": "until",
            "thing3": "station",
            "thing4": "rewards.hint",
        },
        facts=bears("until", "how", **_WHERE),
        promise=Promise.AT_MOST_ONCE,
        reason="what is not collected is paid back: told once too seldom beats told twice",
        life=timedelta(days=2),
        audience=Audience.RIDER,
    ),
    Kind(
        name="rewards.put_off",
        wording="rewards.put_off_news",
        title="notices.title_rewards_put_off",
        template="reminder",
        fields={
            "thing1": "title",
            "time2": "until",
            "thing3": "station",
            "thing4": "rewards.hint",
        },
        facts=bears("until", points=_POINTS, **_WHERE),
        promise=Promise.AT_LEAST_ONCE,
        reason="missing it costs somebody a walk for nothing; a second copy costs a glance",
        life=timedelta(days=3),
        audience=Audience.RIDER,
    ),
    Kind(
        name="rewards.expired",
        wording="rewards.expired_news",
        title="notices.title_rewards_expired",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": "rewards.phrase_expired",
            "time3": "until",
            "thing4": "points.hint",
        },
        facts=bears("until", points=_POINTS, **_WHERE),
        promise=Promise.AT_LEAST_ONCE,
        reason="points are not moved behind anybody's back; a second copy says nothing wrong",
        life=timedelta(days=7),
        audience=Audience.RIDER,
    ),
)
