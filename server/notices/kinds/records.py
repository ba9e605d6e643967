"""News of hours served, for the volunteer, and of hours that wait, for whoever confirms them."""

from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Audience, Kind, Opens, Promise

_A_FACT = "hours are not taken or changed behind anybody's back; a second copy says nothing wrong"
_A_NUDGE = "the task stands in the queue anyway: told once too seldom beats told twice"

_RECORD = bears("title", "starts_at", "day", number=Fact("记录编号", 3))
_WAITING = bears("number", "title", "starts_at", "due", "count")


def _news(name: str, facts: dict[str, Fact]) -> Kind:
    return Kind(
        name=f"records.{name}",
        wording=f"records.{name}_news",
        title=f"notices.title_record_{name}",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"records.{name}_phrase",
            "time3": "starts_at",
            "thing4": "records.see_hint",
        },
        facts=_RECORD | facts,
        opens=Opens("records"),
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=7),
    )


def _nudge(name: str, facts: dict[str, Fact], audience: Audience, opens: Opens) -> Kind:
    return Kind(
        name=f"records.{name}",
        wording=f"records.{name}_news",
        title=f"notices.title_record_{name}",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"records.{name}_phrase",
            "time3": "starts_at",
            "thing4": "records.confirm_hint",
        },
        facts=facts,
        opens=opens,
        promise=Promise.AT_MOST_ONCE,
        reason=_A_NUDGE,
        life=timedelta(days=3),
        audience=audience,
    )


_CONSOLE = Opens(console="/records")

RECORDS = (
    _news("amended", bears("before", "after", "reason")),
    _news("voided", bears("before", "reason")),
    _news("answered", bears("answer", "minutes")),
    # a leader is a volunteer; the street's operators and whoever entered hours are staff
    _nudge("due", _WAITING | bears("how"), Audience.RESIDENT, Opens("leading")),
    _nudge("escalated", _WAITING, Audience.STAFF, _CONSOLE),
    _nudge("proposal_lapsed", _RECORD | bears("days"), Audience.STAFF, _CONSOLE),
)
