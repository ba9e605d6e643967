"""Why something about hours served is turned down."""

from server.errors import Conflict, Forbidden, Invalid, Missing


class RecordMissing(Missing):
    """There is no such record, or it is somebody else's."""

    code = "records.record_missing"


class NothingToConfirm(Missing):
    """No hours wait here for whoever asks."""

    code = "records.nothing_to_confirm"


class OwnRecord(Forbidden):
    """Nobody decides about hours of their own."""

    code = "records.own_record"


class ChangedMeanwhile(Conflict):
    """Somebody changed the record since it was looked at."""

    code = "records.changed_meanwhile"


class Voided(Conflict):
    """The record does not count any more."""

    code = "records.voided"


class TooManyMinutes(Invalid):
    """More minutes than the shift, the day or the other service of the person allow."""

    code = "records.too_many_minutes"


class SameMinutes(Invalid):
    """The record says so already."""

    code = "records.same_minutes"


class NotOver(Conflict):
    """The shift has not ended."""

    code = "records.not_over"


class RecordedAlready(Conflict):
    """The person has hours of this shift already."""

    code = "records.recorded_already"


class EvidenceNeeded(Invalid):
    """Hours entered by hand need to say what they rest on."""

    code = "records.evidence_needed"


class NoSuchPerson(Missing):
    """No volunteer bears this number."""

    code = "records.no_such_person"


class WordsNeeded(Invalid):
    """A dispute must say in words what is wrong."""

    code = "records.words_needed"


class DisputedAlready(Conflict):
    """The record is disputed, and the answer is still to come."""

    code = "records.disputed_already"


class NothingDisputed(Conflict):
    """There is no open dispute of this record."""

    code = "records.nothing_disputed"


class DisputeMissing(Missing):
    """There is no such dispute, or it is out of reach."""

    code = "records.dispute_missing"


class OtherJudgeNeeded(Forbidden):
    """Whoever wrote or confirmed the record leaves the answer to somebody else."""

    code = "records.other_judge_needed"


class Undecided(Conflict):
    """The record still waits for a second person."""

    code = "records.undecided"


class MinutesNeeded(Invalid):
    """What was keyed is no number of minutes."""

    code = "records.minutes_needed"


class TimesNeeded(Invalid):
    """What was keyed is no time of day."""

    code = "records.times_needed"
