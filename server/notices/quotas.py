"""How many messages WeChat takes a day by each way (接口调用频次限制; counted anew at midnight)."""

from collections.abc import Mapping

from server.notices.kinds import Way

A_DAY: Mapping[Way, int] = {
    Way.SERVICE: 500_000,
    Way.MINIPROGRAM_CHAT: 500_000,
    Way.SUBSCRIPTION: 10_000_000,
    Way.NOTIFICATION: 10_000_000,
    Way.TEMPLATE: 100_000,
}
"""Of 用工关系消息 no limit is published. Accounts with more than 100,000 followers may send more
template messages than this."""
