"""Why a presence is not taken down; each sentence says what to do instead."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class BadCode(Conflict):
    """What was typed or scanned cannot be a code."""

    code = "attendance.bad_code"


class WrongCode(Conflict):
    """No screen of the person's shifts showed this code."""

    code = "attendance.wrong_code"


class StaleCode(Conflict):
    """The code was shown, but has been replaced since."""

    code = "attendance.stale_code"


class OtherDirection(Conflict):
    """The code is good, but for coming instead of leaving, or the other way round."""

    code = "attendance.other_direction"


class NothingNow(Conflict):
    """The person is signed up for nothing that takes place now."""

    code = "attendance.nothing_now"


class TooEarly(Conflict):
    """Check-in opens later."""

    code = "attendance.too_early"


class Over(Conflict):
    """The shift is over."""

    code = "attendance.over"


class NotOnRoster(Conflict):
    """The person has no place in this shift; its leader may add them."""

    code = "attendance.not_on_roster"


class AcceptFirst(Conflict):
    """A place is offered to the person and not yet accepted."""

    code = "attendance.accept_first"


class StillWaiting(Conflict):
    """The person stands in line; the leader may let them in."""

    code = "attendance.still_waiting"


class CheckOutFirst(Conflict):
    """The person is still present at another shift."""

    code = "attendance.check_out_first"


class LeftAlready(Conflict):
    """The person has come and left this shift."""

    code = "attendance.left_already"


class NotCheckedIn(Conflict):
    """There is no presence that could be ended."""

    code = "attendance.not_checked_in"


class NotOneself(Forbidden):
    """Nobody takes down their own presence on a roster."""

    code = "attendance.not_oneself"


class NobodySuch(Missing):
    """Nobody is known by this phone number, volunteer number or one-time code."""

    code = "attendance.nobody_such"


class SeveralSuch(Conflict):
    """Several persons have this phone number."""

    code = "attendance.several_such"


class BadTimes(Invalid):
    """The times of a paper list make no sense for this shift."""

    code = "attendance.bad_times"


class EvidenceNeeded(Invalid):
    """An entry afterwards says what it rests on."""

    code = "attendance.evidence_needed"


class RecordedAlready(Conflict):
    """There is a presence for this person already; other hours are a matter of correction."""

    code = "attendance.recorded_already"


class ScreenClosed(Missing):
    """The link to a code screen is none of ours, or its shift is over."""

    code = "attendance.screen_closed"


class LeadsNothing(Missing):
    """The person leads no such shift these days."""

    code = "attendance.leads_nothing"


class NothingToRecheck(Conflict):
    """Nobody asked to look at this person once more."""

    code = "attendance.nothing_to_recheck"


class NoSuchPlace(Invalid):
    """The roster last shown has no such number."""

    code = "attendance.no_such_place"
