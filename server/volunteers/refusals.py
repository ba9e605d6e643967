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


class InsuranceNeeded(Conflict):
    """Risky work is not opened, and nobody signs up for it, before it is insured."""

    code = "activities.insurance_needed"


class NoCommand(Conflict):
    """Rescue work names whom to ask on the spot."""

    code = "activities.no_command"


class NotInThisState(Conflict):
    """The activity has moved on; this step does not belong here."""

    code = "activities.not_in_this_state"


class ChangedMeanwhile(Conflict):
    """A colleague has changed it since the page was opened."""

    code = "activities.changed_meanwhile"


class PastDraft(Conflict):
    """Its first shift lies in the past."""

    code = "activities.past_draft"


class UseCancel(Conflict):
    """Somebody has signed up, or had: it cannot just vanish."""

    code = "activities.use_cancel"


class PeopleInside(Conflict):
    """People have checked in to the shift: its time stands, and it is not called off."""

    code = "activities.people_inside"


class AlreadyBegun(Conflict):
    """The shift has begun, or would lie in the past."""

    code = "activities.already_begun"


class BadRule(Invalid):
    """The rule of repetition cannot be read, or repeats more often than daily."""

    code = "activities.bad_rule"


class NotInsured(Conflict):
    """Risky work without insurance takes nobody."""

    code = "gates.not_insured"


class YearUnknown(Conflict):
    """The activity asks for an age, and the person's year of birth is not known."""

    code = "gates.year_unknown"


class YearUnseen(Conflict):
    """The activity is for grown-ups, and no staff have seen that the person is one."""

    code = "gates.year_unseen"


class TooYoung(Conflict):
    """The person is younger than the activity takes people."""

    code = "gates.too_young"


class TooOld(Conflict):
    """The person is older than the activity takes people."""

    code = "gates.too_old"


class GuardianNeeded(Conflict):
    """A minor takes part only if a guardian has agreed."""

    code = "gates.guardian_needed"


class CompanyNeeded(Conflict):
    """A child comes only together with their guardian."""

    code = "gates.company_needed"


class SkillNeeded(Conflict):
    """The activity asks for a training or qualification that staff have not seen."""

    code = "gates.skill_needed"


GATES = (NotInsured, YearUnknown, TooYoung, TooOld, GuardianNeeded, CompanyNeeded, SkillNeeded)
"""What the gates of an activity may refuse with."""
