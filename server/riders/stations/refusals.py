"""What stations turn down."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class StationMissing(Missing):
    """There is no such station, or it is no more."""

    code = "stations.missing"


class NotAKeeper(Forbidden):
    """Whoever asks keeps no such station."""

    code = "stations.not_a_keeper"


class StationClosed(Conflict):
    """It is closed for a while: opening it says that it is open."""

    code = "stations.closed_now"


class ReasonNeeded(Invalid):
    """Nobody is sent away without being told why."""

    code = "stations.reason_needed"


class BadUntil(Invalid):
    """A closure ends later than now, and within three months."""

    code = "stations.bad_until"


class BadStation(Invalid):
    """A station has a number, a name, an address and a place in this country."""

    code = "stations.bad_station"


class NumberTaken(Conflict):
    """Another station bears this number."""

    code = "stations.number_taken"


class StationChanged(Conflict):
    """Somebody else has changed it since it was read."""

    code = "stations.changed"


class FaultMissing(Missing):
    """There is no such report."""

    code = "stations.fault_missing"


class NobodySuch(Missing):
    """There is nobody of this number who could keep a station."""

    code = "stations.nobody_such"
