"""News of needs, for whoever asked and for the teams they were sent to."""

from collections.abc import Mapping
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears, fact_of
from server.notices.kinds.kind import Kind, Opens, Promise, Urgency

_HELP = {"number": Fact("求助编号", 7), "title": Fact("求助内容", "换楼道灯泡")}
_STEP = bears("at", "reason", **_HELP, note=Fact("办结说明", "灯泡已换好"))
_TIMED = bears(**_HELP, at=Fact("服务时间", fact_of("starts_at").sample))
_TEAM = bears("place", "team", "at", **_HELP)

_PROGRESS = ("verified", "rejected", "dispatched", "opened", "recalled", "accepted", "done")
"""Steps that may be told on another day."""


def _kind(step: str, facts: Mapping[str, Fact], urgency: Urgency = Urgency.ORDINARY) -> Kind:
    return Kind(
        name=f"needs.{step}",
        wording=f"notices.need_{step}",
        title=f"notices.title_need_{step}",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"notices.phrase_need_{step}",
            "time3": "at",
            "thing4": f"notices.hint_need_{step}",
        },
        facts=facts,
        opens=Opens("need", ("number",)),
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits for help; the same news twice costs a glance",
        life=timedelta(days=3),
        urgency=urgency,
    )


NEEDS = (
    *(_kind(step, _STEP) for step in _PROGRESS),
    # somebody stays at home for it, or stays at home for nothing
    _kind("planned", _TIMED, Urgency.URGENT),
    _kind("called_off", bears("at", **_HELP), Urgency.URGENT),
    _kind("sent", _TEAM),
    # somebody might set out for nothing
    _kind("taken_back", _TEAM, Urgency.URGENT),
)
