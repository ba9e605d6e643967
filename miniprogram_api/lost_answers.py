"""Answers to strangers, kept for some minutes: the network may lose a login's only answer."""

import base64
import binascii
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from miniprogram_api.call import Call
from miniprogram_api.repeats import asked_for
from server.errors import Refusal
from server.people.requests import Stored
from server.people.vault import Broken
from server.store import StoreDown
from server.web import runtime

log = logging.getLogger(__name__)

KEPT_SECONDS = 300
"""As long as a code of `wx.login` would live (WeChat: five minutes)."""


@dataclass(frozen=True)
class StrangersRepeat:
    """A key of somebody not logged in: only together with all that it asks for it is a name.

    So another login code under the same key is just another login.
    """

    name: str

    def stored(self) -> Stored | None:
        """Return the answer given in the last minutes, unless the store has lost it."""
        try:
            sealed = runtime().store.get(self.name)
            return Stored(200, _opened(sealed, self.name)) if sealed else None
        except (StoreDown, Broken, binascii.Error) as error:
            log.warning("an answer that was kept is not to be had: %s", type(error).__name__)
            return None

    def once(self, _call: Call, work: Callable[[], Stored]) -> Stored:
        """Do the work: WeChat sees to it that a code serves once."""
        return work()

    def told(self, answer: Stored) -> None:
        """Keep the answer, sealed."""
        sealed = base64.b64encode(runtime().vault.seal(answer.body, self.name)).decode()
        try:
            runtime().store.put(self.name, sealed, KEPT_SECONDS)
        except StoreDown as error:
            log.warning("an answer is not kept while the store is away: %s", error)

    def refuse(self, refusal: Refusal) -> Stored:
        """Refuse, and keep nothing."""
        raise refusal


def of_stranger(key: str, wanted: dict[str, Any]) -> StrangersRepeat:
    """Return the request of somebody not logged in, named by its key and all it asks for."""
    return StrangersRepeat(f"lost_answer:{asked_for(wanted, key)}")


def _opened(sealed: str, name: str) -> str:
    return runtime().vault.open(base64.b64decode(sealed), name)
