"""What this work turns down. None of it tells whether somebody else is a member."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class NothingThere(Missing):
    """There is no such file, or it is not this person's to see: both are answered alike."""

    code = "party.nothing_there"


class NotKeeper(Forbidden):
    """The person may read this file, but only the branch's secretary or the officer changes it."""

    code = "party.not_keeper"


class LooksLikeId(Invalid):
    """A number of fifteen or eighteen digits was written: none of an identity card is kept here."""

    code = "party.looks_like_id"


class TooLong(Invalid):
    """More words than a note of this kind holds."""

    code = "party.too_long"


class NothingSaid(Invalid):
    """Nothing was written that could be kept."""

    code = "party.nothing_said"


class NameNeeded(Invalid):
    """A file bears the name of whom it is about."""

    code = "party.name_needed"


class BadDates(Invalid):
    """Somebody cannot have arrived before they left, nor on a day to come."""

    code = "party.bad_dates"


class Listed(Conflict):
    """The branch has a file of this name and number already."""

    code = "party.listed"


class OtherState(Conflict):
    """The file stands otherwise by now, so this cannot be done to it."""

    code = "party.other_state"


class ChangedMeanwhile(Conflict):
    """Somebody has changed the file since it was opened."""

    code = "party.changed_meanwhile"


class ConsentWithdrawn(Conflict):
    """The member has taken their consent back: nothing new is written down."""

    code = "party.consent_withdrawn"


class NotInPost(Conflict):
    """Whoever is to do this holds no post for it yet."""

    code = "party.not_in_post"


class OwnContact(Conflict):
    """Nobody is their own contact."""

    code = "party.own_contact"


class NoSuchBranch(Missing):
    """There is no such branch in reach."""

    code = "party.no_such_branch"


class BranchNameTaken(Conflict):
    """Another branch has this name."""

    code = "party.branch_name_taken"


class TooFewAttempts(Conflict):
    """Contact is called broken only after three attempts that were written down."""

    code = "party.too_few_attempts"


class NotSilent(Conflict):
    """Contact is called broken only of whoever has missed the reports of two quarters as well."""

    code = "party.not_silent"


class Flawed(Conflict):
    """A list with flaws is not kept in part."""

    code = "party.flawed"


class BadDay(Invalid):
    """What was written is no day."""

    code = "party.bad_day"


class NotAllowedYet(Conflict):
    """Two people have not allowed it yet, or the day for it is over."""

    code = "party.not_allowed_yet"


class AgreementNeeded(Invalid):
    """Whoever confirms for a member must have heard that they agree."""

    code = "party.agreement_needed"


class ReportNotOpen(Conflict):
    """No report may be handed in just now."""

    code = "party.report_not_open"


class OtherQuarter(Conflict):
    """The report names another quarter than the one whose turn it is."""

    code = "party.other_quarter"


class Unanswered(Invalid):
    """A question of the report is not answered yet."""

    code = "party.unanswered"


class WordsNeeded(Invalid):
    """Whoever objects, replies, answers or writes to somebody does it in words."""

    code = "party.words_needed"
