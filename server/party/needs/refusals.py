"""What is turned down about needs."""

from server.errors import Conflict


class NeedSolved(Conflict):
    """Somebody has written down already what became of the need, in other words."""

    code = "party.need_solved_already"


class NoNeedTold(Conflict):
    """The report in force tells of nothing that the member needs."""

    code = "party.no_need_told"
