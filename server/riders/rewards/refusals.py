"""What rewards turn down."""

from server.errors import Conflict, Forbidden, Invalid, Mismatch, Missing


class RewardMissing(Missing):
    """There is no such reward, or it is not given out (any more, or yet)."""

    code = "rewards.missing"


class OutOfStock(Conflict):
    """Nothing of it is left at this station."""

    code = "rewards.out_of_stock"


class StationAside(Conflict):
    """The station is closed for a while: nobody could collect anything there."""

    code = "rewards.station_aside"


class NotVerified(Forbidden):
    """The person registered as a rider, and nobody has verified it yet."""

    code = "rewards.not_verified"


class MonthLimit(Conflict):
    """The person has had as many of these this month as one may."""

    code = "rewards.month_limit"


class EverLimit(Conflict):
    """The person has had as many of these as one may ever."""

    code = "rewards.ever_limit"


class OtherRedemption(Mismatch):
    """Under this key something else was held."""

    code = "rewards.other_redemption"


class VoucherMissing(Missing):
    """The person has no such voucher."""

    code = "rewards.no_voucher"


class CollectedAlready(Conflict):
    """It was handed over; a voucher is good once."""

    code = "rewards.collected_already"


class VoucherExpired(Conflict):
    """Its time is over, and what was paid comes back."""

    code = "rewards.voucher_expired"


class VoucherCancelled(Conflict):
    """Its owner gave it back."""

    code = "rewards.voucher_cancelled"


class BadCode(Invalid):
    """What was typed is no code: too short, too long, or one sign is wrong."""

    code = "rewards.bad_code"


class WrongCode(Missing):
    """No voucher has this code."""

    code = "rewards.wrong_code"


class OtherStation(Conflict):
    """The voucher is for another station."""

    code = "rewards.other_station"


class OwnVoucher(Forbidden):
    """Nobody hands over to themselves, by no other account either."""

    code = "rewards.own_voucher"


class KeepsNone(Forbidden):
    """Whoever asks keeps no station."""

    code = "rewards.keeps_none"


class BadReward(Invalid):
    """The name, the price, the limits or the days of a reward make no sense."""

    code = "rewards.bad_reward"


class RewardChanged(Conflict):
    """Somebody else has changed it since it was read."""

    code = "rewards.changed"


class BadCount(Invalid):
    """So many pieces make no sense."""

    code = "rewards.bad_count"


class FewerThere(Conflict):
    """Fewer lie there than are to be taken away."""

    code = "rewards.fewer_there"
