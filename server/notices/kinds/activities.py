"""News of activities that changed after people had signed up, and of guardians."""

from datetime import timedelta

from server.notices.kinds.facts import Fact, bears, fact_of
from server.notices.kinds.kind import Kind, Opens, Promise, Urgency

_A_WALK = "missing it costs somebody a walk for nothing; a second copy costs a glance"
_ACTIVITY = Opens("activity", ("number",))

ACTIVITIES = (
    Kind(
        name="volunteers.called_off",
        wording="notices.called_off",
        title="notices.title_called_off",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "thing3": "notices.hint_cancelled",
        },
        facts=bears("number", "title", "starts_at", "reason"),
        opens=_ACTIVITY,
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_WALK,
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.moved",
        wording="notices.moved",
        title="notices.title_moved",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "thing3": "notices.hint_moved",
        },
        facts=bears(
            *("number", "title", "was", "place", "clash"),
            starts_at=Fact("现在的时间", fact_of("starts_at").sample),
        ),
        opens=_ACTIVITY,
        promise=Promise.AT_LEAST_ONCE,
        reason="missing it sends somebody to the wrong place; a second copy costs a glance",
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="guardians.withdrawn",
        wording="guardians.withdrawn_notice",
        title="notices.title_guardian_withdrawn",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at",
            "thing3": "notices.hint_withdrawn",
        },
        facts=bears("number", "title", "starts_at"),
        opens=_ACTIVITY,
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_WALK,
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="guardians.agreed",
        wording="guardians.agreed_notice",
        title="notices.title_guardian_agreed",
        template="",
        fields={},
        opens=Opens("activities"),
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits to sign up; a second copy costs a glance",
        life=timedelta(days=2),
        urgency=Urgency.URGENT,
    ),
)
