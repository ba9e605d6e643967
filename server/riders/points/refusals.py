"""What the ledger turns down."""

from server.errors import Conflict, Forbidden, Invalid, Mismatch, Missing


class NoAccount(Missing):
    """The person is no rider (any more), or never was one."""

    code = "points.no_account"


class StaffHaveNone(Forbidden):
    """Whoever holds a post earns no points (G4)."""

    code = "points.staff_have_none"


class NoSuchRule(Missing):
    """No rule of this code was in force on that day."""

    code = "points.no_such_rule"


class NotYet(Invalid):
    """What points are asked for has not happened yet."""

    code = "points.not_yet"


class BadPoints(Invalid):
    """The rule gives fewer, or more, or none at all."""

    code = "points.bad_points"


class OwnAward(Forbidden):
    """Nobody vouches for what they get points for themselves, by no other account either."""

    code = "points.own_award"


class SecondNeeded(Forbidden):
    """So many points, or points for this, take a second person."""

    code = "points.second_needed"


class OtherAward(Mismatch):
    """For this deed points were given on other terms already."""

    code = "points.other_award"


class CapReached(Conflict):
    """The person has got as much for this as one may."""

    code = "points.cap_reached"


class DayCapReached(CapReached):
    """As much as one may in a day."""

    code = "points.day_cap_reached"


class MonthCapReached(CapReached):
    """As much as one may in a month."""

    code = "points.month_cap_reached"


class EverCapReached(CapReached):
    """As much as one may ever."""

    code = "points.ever_cap_reached"


class OverallCapReached(CapReached):
    """As many points as one may have in a month, whatever for."""

    code = "points.overall_cap_reached"


class EarningPaused(Conflict):
    """Nothing is earned until the pause is over."""

    code = "points.earning_paused"


class TooFewPoints(Conflict):
    """The person cannot pay this."""

    code = "points.too_few"


class NoSuchEntry(Missing):
    """Nothing of this person has that number."""

    code = "points.no_such_entry"


class ReversedAlready(Conflict):
    """What was given has been taken back once."""

    code = "points.reversed_already"


class RanOut(Conflict):
    """What was given is too old to be taken back: it was spent or ran out."""

    code = "points.ran_out"


class BadRule(Invalid):
    """The numbers, the name or the days of a rule make no sense."""

    code = "points.bad_rule"


class BurdeningRule(Forbidden):
    """No points for coming by, passing on, studying time or rank: that would burden people."""

    code = "points.burdening_rule"


class ChangedMeanwhile(Conflict):
    """Somebody was quicker."""

    code = "points.changed_meanwhile"
