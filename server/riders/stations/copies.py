"""What stations add to the copy of a person's own data."""

from sqlalchemy import select

from server.people.copies import PARTS, Part
from server.riders.stations.models import Station, StationFault, StationKeeper

KEPT = Part(
    "stations_kept",
    ("station_keeper.person_id",),
    lambda person: (
        select(Station.name.label("station"), StationKeeper.since.label("since"))
        .join(Station, Station.id == StationKeeper.station_id)
        .where(StationKeeper.person_id == person)
        .order_by(StationKeeper.id)
    ),
)
FAULTS = Part(
    "station_faults",
    ("station_fault.person_id",),
    lambda person: (
        select(
            Station.name.label("station"),
            StationFault.kind.label("kind"),
            StationFault.words.label("words"),
            StationFault.channel.label("channel"),
            StationFault.state.label("state"),
            StationFault.answer.label("answer"),
            StationFault.reported_at.label("at"),
        )
        .join(Station, Station.id == StationFault.station_id)
        .where(StationFault.person_id == person)
        .order_by(StationFault.id)
    ),
)

PARTS += (KEPT, FAULTS)
