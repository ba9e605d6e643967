"""Why something about a report is turned down; each has its sentence with a way on."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class HazardMissing(Missing):
    """There is no such report, or it is not this person's to see."""

    code = "hazards.missing"


class NothingTold(Conflict):
    """Neither a photo nor words say what is dangerous."""

    code = "hazards.nothing_told"


class PlaceNeeded(Conflict):
    """Nobody could find it by what was told of the place."""

    code = "hazards.place_needed"


class BadPhoto(Invalid):
    """The message bears no picture that could be fetched."""

    code = "hazards.bad_photo"


class TooManyPhotos(Conflict):
    """A report has as many photos as anybody looks at."""

    code = "hazards.too_many_photos"


class NoSuchKind(Invalid):
    """There is no such kind of hazard."""

    code = "hazards.no_such_kind"


class MovedOn(Conflict):
    """Somebody took another step with the report before."""

    code = "hazards.moved_on"


class OwnHazard(Forbidden):
    """Nobody decides about what they reported themselves."""

    code = "hazards.own_report"


class OwnDecision(Forbidden):
    """An appeal goes to somebody else than whoever rejected the report."""

    code = "hazards.own_decision"


class EarlierFirst(Conflict):
    """Somebody reported the same before, and that report is still to be looked at."""

    code = "hazards.earlier_first"


class NotTheSame(Conflict):
    """A report is merged into another one that was found true, never into itself."""

    code = "hazards.not_the_same"


class AskedAlready(Conflict):
    """A question to the reporter is open."""

    code = "hazards.asked_already"


class ExtendedAlready(Conflict):
    """The time was extended once."""

    code = "hazards.extended_already"


class AppealedAlready(Conflict):
    """A rejection is appealed against once."""

    code = "hazards.appealed_already"


class NothingToAppeal(Conflict):
    """The report was not rejected."""

    code = "hazards.nothing_to_appeal"


class ReopenedAlready(Conflict):
    """A report is opened again once."""

    code = "hazards.reopened_already"


class NotFixed(Conflict):
    """What is not put right yet is neither rated nor opened again."""

    code = "hazards.not_fixed"


class TimeOver(Conflict):
    """The days in which one may rate or open again are over."""

    code = "hazards.time_over"


class RatedAlready(Conflict):
    """The report was rated before, with other stars."""

    code = "hazards.rated_already"


class BadRating(Invalid):
    """A rating is a number from 1 to 5."""

    code = "hazards.bad_rating"


class OverAndDone(Conflict):
    """Nothing can be added to a report that is over."""

    code = "hazards.over_and_done"


class NudgedLately(Conflict):
    """Staff were reminded of it within a day."""

    code = "hazards.nudged_lately"


class NothingToWeigh(Conflict):
    """No points of this report wait for the street's word."""

    code = "hazards.nothing_to_weigh"


class BadCursor(Invalid):
    """The page asked for begins nowhere."""

    code = "hazards.bad_cursor"


class NobodyKnown(Conflict):
    """Nobody is known who sent the report in."""

    code = "hazards.nobody_known"
