"""Why a broadcast goes no further."""

from server.errors import Conflict, Forbidden, Invalid


class WordsNeeded(Invalid):
    """A broadcast has a title and a text."""

    code = "broadcasts.words_needed"


class TooLong(Invalid):
    """Nobody reads so much on a phone."""

    code = "broadcasts.too_long"


class Burdens(Invalid):
    """The words ask people for a receipt, a chain of answers, a screenshot or the like (G9)."""

    code = "broadcasts.burdens"


class BadTime(Invalid):
    """It is to go within this day, and not in the past."""

    code = "broadcasts.bad_time"


class AudienceNeeded(Invalid):
    """Nobody said which team it is for."""

    code = "broadcasts.audience_needed"


class NobodyThere(Conflict):
    """Nobody belongs to whom it is for, or none of them wants notices."""

    code = "broadcasts.nobody_there"


class NotYours(Forbidden):
    """Somebody else has written it."""

    code = "broadcasts.not_yours"


class MovedOn(Conflict):
    """It stands otherwise by now."""

    code = "broadcasts.moved_on"
