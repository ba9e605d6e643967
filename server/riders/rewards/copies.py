"""What rewards add to the copy of a person's own data."""

from sqlalchemy import and_, select

from server.people.copies import PARTS, Part
from server.riders.rewards.models import RewardCount, RewardVersion, Voucher
from server.riders.stations.models import Station

VOUCHERS = Part(
    "vouchers",
    ("voucher.person_id",),
    lambda person: (
        select(
            RewardVersion.name.label("reward"),
            Voucher.points.label("points"),
            Station.name.label("station"),
            Voucher.state.label("state"),
            Voucher.channel.label("channel"),
            Voucher.held_at.label("at"),
            Voucher.expires_at.label("expires_at"),
            Voucher.ended_at.label("ended_at"),
        )
        .join(
            RewardVersion,
            and_(
                RewardVersion.reward_id == Voucher.reward_id,
                RewardVersion.version == Voucher.version,
            ),
        )
        .join(Station, Station.id == Voucher.station_id)
        .where(Voucher.person_id == person)
        .order_by(Voucher.id)
    ),
)
COUNTS = Part(
    "reward_counts",
    ("reward_count.person_id",),
    lambda person: (
        select(
            RewardVersion.name.label("reward"),
            RewardCount.period.label("period"),
            RewardCount.used.label("pieces"),
        )
        .join(RewardVersion, RewardVersion.reward_id == RewardCount.reward_id)
        .where(RewardCount.person_id == person, RewardVersion.version == 1)
        .order_by(RewardCount.reward_id, RewardCount.period)
    ),
)

PARTS += (VOUCHERS, COUNTS)
