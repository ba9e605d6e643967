"""News of activities that changed after people had signed up, and of guardians."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise, Urgency

ACTIVITIES = (
    Kind(
        name="volunteers.called_off",
        wording="notices.called_off",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_cancelled",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason="missing it costs somebody a walk for nothing; a second copy costs a glance",
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.moved",
        wording="notices.moved",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_moved",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason="missing it sends somebody to the wrong place; a second copy costs a glance",
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="guardians.withdrawn",
        wording="guardians.withdrawn_notice",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_withdrawn",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason="missing it costs somebody a walk for nothing; a second copy costs a glance",
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="guardians.agreed",
        wording="guardians.agreed_notice",
        template="",
        fields={},
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits to sign up; a second copy costs a glance",
        life=timedelta(days=2),
        urgency=Urgency.URGENT,
    ),
)
