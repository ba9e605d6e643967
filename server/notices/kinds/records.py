"""News of hours served, for the volunteer, and of hours that wait, for whoever confirms them."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise

_A_FACT = "hours are not taken or changed behind anybody's back; a second copy says nothing wrong"
_A_NUDGE = "the task stands in the queue anyway: told once too seldom beats told twice"


def _news(name: str) -> Kind:
    return Kind(
        name=f"records.{name}",
        wording=f"records.{name}_news",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"records.{name}_phrase",
            "time3": "starts_at.time",
            "thing4": "records.see_hint",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=7),
    )


def _nudge(name: str) -> Kind:
    return Kind(
        name=f"records.{name}",
        wording=f"records.{name}_news",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"records.{name}_phrase",
            "time3": "starts_at.time",
            "thing4": "records.confirm_hint",
        },
        promise=Promise.AT_MOST_ONCE,
        reason=_A_NUDGE,
        life=timedelta(days=3),
    )


RECORDS = (
    _news("amended"),
    _news("voided"),
    _news("answered"),
    _nudge("due"),
    _nudge("escalated"),
    _nudge("proposal_lapsed"),
)
