"""Why a sign-up is turned down; each has its sentence, and each sentence a way on."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class ActivityMissing(Missing):
    """There is no such activity, or it is not shown yet."""

    code = "volunteers.activity_missing"


class ShiftMissing(Missing):
    """There is no such shift, or it is not shown yet."""

    code = "volunteers.shift_missing"


class ActivityCancelled(Conflict):
    """The activity does not take place."""

    code = "volunteers.activity_cancelled"


class NotYetOpen(Conflict):
    """Sign-up begins later."""

    code = "volunteers.not_yet_open"


class Closed(Conflict):
    """Sign-up has ended."""

    code = "volunteers.closed"


class TimeClash(Conflict):
    """The person has a place at the same time elsewhere."""

    code = "volunteers.time_clash"


class NotSignedUp(Conflict):
    """The person has no sign-up here that could be cancelled."""

    code = "volunteers.not_signed_up"


class Started(Conflict):
    """The shift has begun; what happens now is for its leader to record."""

    code = "volunteers.started"


class NothingOffered(Conflict):
    """The person has no open offer here."""

    code = "volunteers.nothing_offered"


class OfferLapsed(Conflict):
    """The offer was not answered in time; the place went to the next in line."""

    code = "volunteers.offer_lapsed"


class FewerThanTaken(Conflict):
    """The places cannot be made fewer than those already held."""

    code = "volunteers.fewer_than_taken"


class BadDraft(Invalid):
    """The activity as described cannot be published."""

    code = "volunteers.bad_draft"


class NotStaffHere(Forbidden):
    """The person has no role that reaches this area."""

    code = "volunteers.not_staff_here"


class BadCursor(Invalid):
    """The page asked for is not one of ours."""

    code = "volunteers.bad_cursor"
