"""Requests with an Idempotency-Key: a repeat gets the first answer, and nothing happens twice."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from flask import g, request
from pydantic import BaseModel

from miniprogram_api.call import Call, undertake
from miniprogram_api.refusals import Malformed, refused
from server.errors import Refusal
from server.people import requests, sessions
from server.people.requests import InFlight, Keyed, Stored
from server.store import StoreDown
from server.web import runtime

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
# a comma is how two headers of one name arrive: as one
VISIBLE = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,255}")
ALONE_SECONDS = 10
"""Longer than WeChat and the database together may take."""


class Repeat(Protocol):
    """A request that bears a key, and what became of it the first time."""

    @property
    def name(self) -> str:
        """Return what no other request is called."""
        ...

    def stored(self) -> Stored | None:
        """Return the answer given before, if there is one."""
        ...

    def once(self, call: Call, work: Callable[[], Stored]) -> Stored:
        """Do the work inside its transaction, unless it was done before."""
        ...

    def told(self, answer: Stored) -> None:
        """Note what was answered, after the commit."""
        ...

    def refuse(self, refusal: Refusal) -> Stored:
        """Answer with a refusal that stays as it is, after the work was rolled back."""
        ...


@dataclass(frozen=True)
class PersonsRepeat:
    """A key of somebody logged in: its answer is kept in the database, beside its effect."""

    keyed: Keyed

    @property
    def name(self) -> str:
        """Return what no other request is called."""
        return f"keyed:{self.keyed.person_id}:{self.keyed.key}"

    def stored(self) -> Stored | None:
        """Return the answer given before; it costs no write."""
        with runtime().db.reading() as session:
            return requests.stored(session, self.keyed, vault=runtime().vault)

    def once(self, call: Call, work: Callable[[], Stored]) -> Stored:
        """Do the work unless it was done under this key; keep its answer beside its effect."""
        vault = call.runtime.vault
        keyed = self.keyed._replace(person_id=call.person_id)
        claimed = requests.claim(call.session, keyed, call.now)
        if claimed is None:
            return _first_answer(call, keyed)
        answer = work()
        # the work may have joined the person with another
        who = sessions.person_of(call.session, call.me.account_id)
        requests.settle(
            call.session, claimed, answer, keyed._replace(person_id=who), call.now, vault=vault
        )
        return answer

    def told(self, answer: Stored) -> None:
        """Do nothing: the answer was committed together with its effect."""

    def refuse(self, refusal: Refusal) -> Stored:
        """Keep the refusal as the answer, unless the same request was done meanwhile."""
        told = refused(refusal)
        answer = Stored(told.status_code, told.get_data(as_text=True))
        return undertake(runtime(), lambda call: self.once(call, lambda: answer), opened=False)


def key() -> str | None:
    """Return the key of the request, if it bears one.

    Malformed unless it is 1–255 visible ASCII characters without a comma.
    """
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    if len(given) > 1 or not VISIBLE.fullmatch(given[0]):
        raise Malformed({HEADER: "pattern"})
    return given[0]


def of_person(key: str, wanted: dict[str, Any]) -> PersonsRepeat:
    """Return the request of the caller by its key, with a mark of all that it asks for."""
    return PersonsRepeat(Keyed(g.caller.person_id, key, asked_for(wanted)))


def asked_for(wanted: dict[str, Any], *more: str) -> str:
    """Return a keyed hash of method, path and all that was read."""
    told = [value.model_dump_json() for value in wanted.values() if isinstance(value, BaseModel)]
    brought = [value for value in wanted.values() if isinstance(value, bytes)]
    told += [sha256(value).hexdigest() for value in (*brought, *wanted.get("files", ()))]
    asked = json.dumps([request.method, request.path, *told, *more])
    return runtime().vault.mark(asked, "keyed_request")


@contextmanager
def alone(repeat: Repeat) -> Iterator[None]:
    """Let only one request of this name go on at a time; refuse the others with `InFlight`.

    While the store is away all go on: what must not happen twice is kept by the database.
    """
    with ExitStack() as stack:
        try:
            held = stack.enter_context(runtime().store.lock(repeat.name, ALONE_SECONDS))
        except StoreDown as error:
            log.warning("a repeat at once is not seen while the store is away: %s", error)
            held = True
        if not held:
            raise InFlight(retry_after=1)
        yield


def _first_answer(call: Call, keyed: Keyed) -> Stored:
    first = requests.stored(call.session, keyed, vault=call.runtime.vault)
    if first is None:
        raise InFlight(retry_after=1)
    return first
