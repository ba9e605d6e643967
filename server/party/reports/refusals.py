"""What is turned down about reports, by a branch or a member."""

from server.errors import Conflict, Invalid


class QuarterOver(Conflict):
    """The quarter's report is in, and nothing more is taken for it."""

    code = "party.quarter_over"


class ReportAccepted(Conflict):
    """The branch has accepted the report: what it read stays as it is."""

    code = "party.accepted_already"


class NothingAsked(Conflict):
    """The branch has asked nothing about this report, or has its answer."""

    code = "party.nothing_asked"


class NotHandedIn(Conflict):
    """A report that was not handed in cannot be decided on."""

    code = "party.not_handed_in"


class NewerRevision(Conflict):
    """The report was handed in anew since it was read."""

    code = "party.newer_revision"


class ReturnedOnce(Conflict):
    """A report goes back with a question once, and this one did."""

    code = "party.returned_once"


class QuestionNeeded(Invalid):
    """A report goes back with a question in words."""

    code = "party.question_needed"


class OwnReport(Conflict):
    """Nobody decides on their own report."""

    code = "party.own_report"


class StillOpen(Conflict):
    """The report may still be handed in: there is nothing to excuse yet."""

    code = "party.still_open"


class NotMissed(Conflict):
    """Nothing is missing for this quarter."""

    code = "party.not_missed"


class ReasonNeeded(Invalid):
    """A missed report is excused with a reason in words."""

    code = "party.reason_needed"


class ExcusedAlready(Conflict):
    """Somebody has excused this quarter with another reason."""

    code = "party.excused_already"
