"""What reviews turn down: too early, about oneself, without words, or after somebody else."""

from server.errors import Conflict, Forbidden, Invalid


class ReviewNotDue(Conflict):
    """A quarter is reviewed only after the day on which its report is due (M4)."""

    code = "party.review_not_due"


class NotDecider(Forbidden):
    """Only the secretary and the committee of the home branch decide about a member."""

    code = "party.not_decider"


class OwnReview(Conflict):
    """Nobody decides about themselves, nor by another account or number of theirs (Q3)."""

    code = "party.own_review"


class ReasonNeeded(Invalid):
    """What is not as the machine has drafted it, and the outermost grades, need a reason."""

    code = "party.review_reason_needed"


class DecidedMeanwhile(Conflict):
    """Somebody else was first, or the review has gone on since the page was opened."""

    code = "party.decided_meanwhile"


class NotShownYet(Conflict):
    """The member has not been shown this review yet, so nothing can be said to it."""

    code = "party.not_shown_yet"


class ObjectionOpen(Conflict):
    """An objection waits for the branch's reply; until then nothing is final (M5)."""

    code = "party.objection_open"


class ReviewPast(Conflict):
    """The branch has replied already, or the review is final."""

    code = "party.review_past"


class AnswerAwaited(Conflict):
    """The member has still time to answer."""

    code = "party.answer_awaited"
