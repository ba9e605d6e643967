"""News of sign-ups and of the activities they are for."""

from datetime import timedelta

from server.notices.kinds.facts import bears
from server.notices.kinds.kind import Kind, Opens, Promise, Urgency

_A_PLACE = "missing it costs somebody a place or a walk for nothing; a second copy costs a glance"
_A_FACT = "it says when and where to be; a second copy says nothing wrong"
_MINE = Opens("mine")
_ACTIVITY = Opens("activity", ("number",))


def _result(state: str, *more: str) -> Kind:
    return Kind(
        name=f"volunteers.{state}",
        wording=f"notices.{state}",
        title=f"notices.title_{state}",
        template="signup",
        fields={
            "thing1": "title",
            "phrase2": f"notices.phrase_{state}",
            "time3": "starts_at",
            "thing4": "place",
        },
        facts=bears("number", "title", "starts_at", "place", *more),
        opens=_MINE,
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=1),
        urgency=Urgency.URGENT,
    )


def _gone(name: str, reason: str) -> Kind:
    return Kind(
        name=f"volunteers.{name}",
        wording=f"notices.{name}",
        title=f"notices.title_{name}",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "thing3": f"notices.hint_{name}",
        },
        facts=bears("number", "title", "starts_at"),
        opens=_ACTIVITY,
        promise=Promise.AT_LEAST_ONCE,
        reason=reason,
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    )


SIGNUPS = (
    _result("signed_up"),
    _result("waitlisted", "position"),
    Kind(
        name="volunteers.offered",
        wording="notices.offered",
        title="notices.title_offered",
        template="offer",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "time3": "until",
            "thing4": "notices.hint_offered",
        },
        facts=bears("number", "title", "starts_at", "place", "until"),
        opens=_MINE,
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_PLACE,
        life=timedelta(hours=2),
        urgency=Urgency.URGENT,
    ),
    _gone("cancelled", _A_PLACE),
    _gone("joined_twice", _A_FACT),
    Kind(
        name="volunteers.reminder",
        wording="notices.reminder",
        title="notices.title_reminder",
        template="reminder",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "thing3": "place",
            "thing4": "notices.hint_reminder",
        },
        facts=bears("number", "title", "starts_at", "place", "leader", "risk_note", "how"),
        opens=_ACTIVITY,
        promise=Promise.AT_MOST_ONCE,
        reason="the sign-up is known already: reminded once too seldom beats reminded twice",
        life=timedelta(days=1),
    ),
)
