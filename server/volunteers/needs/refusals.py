"""Why something about a need is turned down; each has its sentence, and each sentence a way on."""

from server.errors import Conflict, Missing


class NeedMissing(Missing):
    """There is no such need, or it is not this person's to see."""

    code = "needs.missing"


class TooFewWords(Conflict):
    """Nobody could tell from the words what is needed."""

    code = "needs.too_few_words"


class BadWindow(Conflict):
    """The time in which help is wanted is over, or ends before it begins."""

    code = "needs.bad_window"


class MovedOn(Conflict):
    """Somebody took another step with the need before."""

    code = "needs.moved_on"


class NotForYourTeam(Missing):
    """The need was not sent to a team that this person leads."""

    code = "needs.not_for_your_team"


class RatedAlready(Conflict):
    """The need was rated before, with other stars."""

    code = "needs.rated_already"


class RatingOver(Conflict):
    """The days in which one may rate are over."""

    code = "needs.rating_over"


class BadRating(Conflict):
    """A rating is a number from 1 to 5."""

    code = "needs.bad_rating"


class GatesMissing(Conflict):
    """What is dangerous or needs a qualification lacks what protects people."""

    code = "needs.gates_missing"


class ActivityOn(Conflict):
    """Volunteers are wanted for it already."""

    code = "needs.activity_on"
