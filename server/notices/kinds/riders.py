"""News of who a rider is: that somebody asks to bring them over to another WeChat."""

from datetime import timedelta

from server.notices.kinds.facts import bears
from server.notices.kinds.kind import Kind, Promise, Quiet, Urgency

RIDERS = (
    Kind(
        name="riders.moving",
        wording="riders.moving_news",
        title="notices.title_rider_moving",
        template="progress",
        fields={
            "thing1": "riders.moving_thing",
            "phrase2": "riders.phrase_moving",
            "time3": "at",
            "thing4": "riders.moving_hint",
        },
        facts=bears("at", "area"),
        promise=Promise.AT_LEAST_ONCE,
        reason="whoever did not ask for it must say so at once; a second copy says nothing wrong",
        life=timedelta(days=1),
        urgency=Urgency.URGENT,
        quiet=Quiet.PASS,
    ),
)
