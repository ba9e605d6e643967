"""News of pictures that did not arrive, for whoever sent them and is waited for."""

from datetime import timedelta

from server.notices.kinds.facts import bears
from server.notices.kinds.kind import Kind, Opens, Promise

PHOTOS = (
    Kind(
        name="photos.lost",
        wording="photos.lost",
        title="photos.title_lost",
        template="progress",
        fields={
            "thing1": "photos.thing",
            "phrase2": "photos.phrase_lost",
            "time3": "at",
            "thing4": "photos.hint_lost",
        },
        facts=bears("at", "reason"),
        opens=Opens(),
        promise=Promise.AT_LEAST_ONCE,
        reason="without another picture nobody knows what the report is about",
        life=timedelta(days=2),
    ),
)
