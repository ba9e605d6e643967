"""A claimed notice on its way through a worker."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from server.notices.channels import Route
from server.notices.claims import Claimed
from server.wechat.calls import Post


@dataclass(frozen=True, slots=True)
class Sending:
    """A send that has begun: by which route, with what, and by when it must leave."""

    route: Route
    post: Post
    until: datetime


@dataclass(slots=True, eq=False)
class Errand:
    """One claimed notice, with what was found out while trying to send it.

    `closed` says of each way why it is closed; `tried` are the routes that WeChat has refused;
    `sending` is the send that has begun and is not settled yet.
    """

    claimed: Claimed
    closed: dict[str, str] = field(default_factory=dict)
    tried: set[tuple[str, int]] = field(default_factory=set)
    sending: Sending | None = None

    @property
    def id(self) -> int:
        """Return the notice's id."""
        return self.claimed.id


Outcome: TypeAlias = str | Exception
"""What came of a send: the message's id ("" when there is none), or what went wrong."""
