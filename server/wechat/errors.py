"""What WeChat's API answers when it does not do what we asked.

    WechatError
    ├── Transient      not now; the same call may work in a moment
    │   └── StaleToken    the access token was not accepted
    ├── KeptBack       not made at all
    ├── RateLimited    too often; not before `until`
    ├── CallRejected   never, for this call as it is
    ├── Oversized      what it sends is larger than what was asked for
    └── Misconfigured  never, until an operator changes something

Codes: the tables of WeChat's API pages; those above 43100 partly from its forum.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
PACE = timedelta(seconds=60)

STALE = frozenset({40001, 40014, 42001})
TRANSIENT = frozenset({-1, 45011, 44990, 43108})
UNTIL_MIDNIGHT = frozenset({45009, 44993})
UNTIL_NEXT_MINUTE = frozenset({44991})
UNTIL_PACE = frozenset({43117, 40241})
DEAD_FOR_USER = frozenset(
    {43101, 43004, 45015, 45047, 48002, 43019, 46004, 40003}  # not subscribed … wrong openid
) | {40256, 50001}  # 用工关系: not bound; the template not allowed
DEAD_CHANNEL = frozenset({43116, 43107, 43106, 48001, 48004, 50002}) | {43104}  # no 用工关系
DEAD_TEMPLATE = frozenset({43116, 43107})
LOGIN_AGAIN = frozenset({40029, 40163, 42003, 87009})
CONFIGURATION = frozenset(
    {40002, 40013, 40125, 40164, 40243, 41002, 41004, 50004, 50007, 89503, 89506, 89507}
) | {85107, 85112, 85113}  # the last three: the cloud's own access list

RID = re.compile(r"rid: ?([0-9a-zA-Z-]+)")
LONGEST_MESSAGE = 200


class WechatError(Exception):
    """Base of all; `code` is WeChat's errcode or None, `rid` is what its support asks for."""

    def __init__(self, code: int | None, message: str, rid: str = "") -> None:
        super().__init__(f"{code}: {message}" if code is not None else message)
        self.code = code
        self.message = message
        self.rid = rid


class Transient(WechatError):  # noqa: N818  a state of WeChat
    """It may work in a moment; with `outcome_unknown` the call may have been carried out."""

    def __init__(
        self, code: int | None, message: str, rid: str = "", *, outcome_unknown: bool = False
    ) -> None:
        super().__init__(code, message, rid)
        self.outcome_unknown = outcome_unknown


class StaleToken(Transient):
    """The access token was not accepted; nothing was done."""


class KeptBack(WechatError):  # noqa: N818  what became of the call
    """The call was not made: it would have left too late."""


class RateLimited(WechatError):  # noqa: N818  a state of WeChat
    """WeChat's limit is reached; the call is useless before `until` (UTC)."""

    def __init__(self, code: int | None, message: str, rid: str, until: datetime) -> None:
        super().__init__(code, message, rid)
        self.until = until

    @property
    def for_one(self) -> bool:
        """Tell whether only this receiver must be left alone, rather than the whole API."""
        return self.code in UNTIL_PACE


class CallRejected(WechatError):  # noqa: N818  what became of the call
    """The call makes no sense to WeChat and must not be repeated.

    `dead_for_user`: this person cannot be reached this way (any more). `dead_channel`: nobody
    can. `login_again`: the code that the person's phone gave is used up. None of them: our bug.
    """

    @property
    def dead_for_user(self) -> bool:
        return self.code in DEAD_FOR_USER

    @property
    def dead_channel(self) -> bool:
        return self.code in DEAD_CHANNEL

    @property
    def dead_template(self) -> bool:
        """Tell whether it is the template that is closed, and not all of the API."""
        return self.code in DEAD_TEMPLATE

    @property
    def login_again(self) -> bool:
        return self.code in LOGIN_AGAIN


class Oversized(WechatError):  # noqa: N818  what the answer is
    """The answer is larger than was allowed for; it was cut off and nothing of it kept."""


class Misconfigured(WechatError):  # noqa: N818  a state of ours
    """App id, secret, address list or rights are wrong: an operator must act."""


def of_code(code: int, message: str, now: datetime) -> WechatError:
    """Return the error that stands for WeChat's `errcode` and `errmsg` at this moment."""
    found = RID.search(message)
    said = message[:LONGEST_MESSAGE], found[1] if found else ""
    if code in STALE:
        return StaleToken(code, *said)
    if code in TRANSIENT:
        return Transient(code, *said)
    if code in CONFIGURATION:
        return Misconfigured(code, *said)
    until = _until(code, now)
    return RateLimited(code, *said, until) if until else CallRejected(code, *said)


def _until(code: int, now: datetime) -> datetime | None:
    if code in UNTIL_PACE:
        return now + PACE
    if code in UNTIL_NEXT_MINUTE:
        return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if code in UNTIL_MIDNIGHT:
        tomorrow = now.astimezone(BEIJING).date() + timedelta(days=1)
        midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=BEIJING)
        return midnight.astimezone(now.tzinfo)
    return None
