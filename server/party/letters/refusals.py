"""What is turned down about letters."""

from server.errors import Conflict, Forbidden


class NotOfBranch(Forbidden):
    """Only those who lead the member's branches, and the officer, write and send letters."""

    code = "party.not_of_branch"


class OwnLetter(Conflict):
    """Nobody writes the letter to themselves."""

    code = "party.own_letter"


class OtherYear(Conflict):
    """No letter of this year can be written, or not yet."""

    code = "party.other_year"


class LetterGone(Conflict):
    """The letter was sent: nothing of it is changed any more."""

    code = "party.letter_gone"


class NotSentYet(Conflict):
    """The letter was not sent yet, so there is nothing to read or to answer."""

    code = "party.not_sent_yet"
