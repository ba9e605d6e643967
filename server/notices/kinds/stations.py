"""News of stations: what became of something that somebody reported."""

from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Audience, Kind, Promise

STATIONS = (
    Kind(
        name="stations.settled",
        wording="stations.settled_news",
        title="notices.title_station_settled",
        template="progress",
        fields={
            "thing1": "name",
            "phrase2": "stations.phrase_settled",
            "time3": "at",
            "thing4": "fault",
        },
        facts=bears(
            "at",
            name=Fact("驿站", "17号站"),
            fault=Fact("哪里不对", "饮水机坏了"),
            text=Fact("答复", "已经修好"),
        ),
        promise=Promise.AT_MOST_ONCE,
        reason="thanks that come twice are a bother; the answer stands with the station anyway",
        life=timedelta(days=3),
        audience=Audience.RIDER,
    ),
)
