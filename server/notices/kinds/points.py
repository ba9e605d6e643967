"""News of riders' points: given by hand, taken back, and about to run out."""

from collections.abc import Mapping
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Audience, Kind, Promise

_A_FACT = "points are not given or taken behind anybody's back; a second copy says nothing wrong"
_A_NUDGE = "the day stands with the points anyway: told once too seldom beats told twice"
_POINTS = Fact("积分", 5)
_RULE = Fact("积分项目", "随手拍属实")


def _news(
    name: str, fields: Mapping[str, str], facts: Mapping[str, Fact], promise: Promise, reason: str
) -> Kind:
    return Kind(
        name=f"points.{name}",
        wording=f"points.{name}_news",
        title=f"notices.title_points_{name}",
        template="progress",
        fields=fields,
        facts=facts,
        promise=promise,
        reason=reason,
        life=timedelta(days=7),
        audience=Audience.RIDER,
    )


def _progress(name: str, thing: str, moment: str, hint: str) -> dict[str, str]:
    return {
        "thing1": thing,
        "phrase2": f"points.phrase_{name}",
        "time3": moment,
        "thing4": hint,
    }


POINTS = (
    _news(
        "awarded",
        _progress("awarded", "name", "at", "points.hint"),
        bears("at", name=_RULE, points=_POINTS),
        Promise.AT_LEAST_ONCE,
        _A_FACT,
    ),
    _news(
        "reversed",
        _progress("reversed", "name", "at", "reason"),
        bears("at", "reason", name=_RULE, points=_POINTS),
        Promise.AT_LEAST_ONCE,
        _A_FACT,
    ),
    _news(
        "expiring",
        _progress("expiring", "points.thing", "until", "points.hint"),
        bears("until", points=_POINTS),
        Promise.AT_MOST_ONCE,
        _A_NUDGE,
    ),
    _news(
        "statement",
        _progress("statement", "points.statement_thing", "at", "points.statement_hint"),
        bears("at", month=Fact("月份", 3), text=Fact("内容", "月初5分，月末8分。")),
        Promise.AT_MOST_ONCE,
        _A_NUDGE,
    ),
)
