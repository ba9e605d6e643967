"""News of sign-ups and of the activities they are for."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise, Urgency

_A_PLACE = "missing it costs somebody a place or a walk for nothing; a second copy costs a glance"
_A_FACT = "it says when and where to be; a second copy says nothing wrong"

SIGNUPS = (
    Kind(
        name="volunteers.signed_up",
        wording="notices.signed_up",
        template="signup",
        fields={
            "thing1": "title",
            "phrase2": "notices.phrase_signed_up",
            "time3": "starts_at.time",
            "thing4": "place",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=1),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.waitlisted",
        wording="notices.waitlisted",
        template="signup",
        fields={
            "thing1": "title",
            "phrase2": "notices.phrase_waitlisted",
            "time3": "starts_at.time",
            "thing4": "place",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=1),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.offered",
        wording="notices.offered",
        template="offer",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "time3": "until.time",
            "thing4": "notices.hint_offered",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_PLACE,
        life=timedelta(hours=2),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.cancelled",
        wording="notices.cancelled",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_cancelled",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_PLACE,
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.joined_twice",
        wording="notices.joined_twice",
        template="cancelled",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "notices.hint_joined_twice",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=3),
        urgency=Urgency.URGENT,
    ),
    Kind(
        name="volunteers.reminder",
        wording="notices.reminder",
        template="reminder",
        fields={
            "thing1": "title",
            "time2": "starts_at.time",
            "thing3": "place",
            "thing4": "notices.hint_reminder",
        },
        promise=Promise.AT_MOST_ONCE,
        reason="the sign-up is known already: reminded once too seldom beats reminded twice",
        life=timedelta(days=1),
    ),
)
