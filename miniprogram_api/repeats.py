"""Requests with an Idempotency-Key: a repeat gets the first answer, and nothing happens twice."""

import json
import re
from collections.abc import Callable
from typing import Any

from flask import g, request
from pydantic import BaseModel

from miniprogram_api.call import Call
from miniprogram_api.refusals import Malformed
from server.people import requests, sessions
from server.people.requests import Keyed, Stored
from server.web import runtime

HEADER = "Idempotency-Key"
VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")


def key() -> str | None:
    """Return the key of the request, if it bears one; malformed unless 1–255 visible ASCII."""
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    if len(given) > 1 or not VISIBLE.fullmatch(given[0]):
        raise Malformed({HEADER: "pattern"})
    return given[0]


def named(key: str, wanted: dict[str, Any]) -> Keyed:
    """Return the request by its key, with a mark of all that it asks for."""
    told = [value.model_dump_json() for value in wanted.values() if isinstance(value, BaseModel)]
    asked = json.dumps([request.method, request.path, *told])
    mark = runtime().vault.mark(asked, "keyed_request")
    return Keyed(g.caller.person_id, key, mark)


def stored(keyed: Keyed) -> Stored | None:
    """Return the answer given before; it costs no write."""
    with runtime().db.reading() as session:
        return requests.stored(session, keyed, vault=runtime().vault)


def once(call: Call, keyed: Keyed | None, work: Callable[[], Stored]) -> Stored:
    """Do the work unless it was done under this key; keep its answer beside its effect."""
    if keyed is None:
        return work()
    vault = call.runtime.vault
    keyed = keyed._replace(person_id=call.person_id)
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


def _first_answer(call: Call, keyed: Keyed) -> Stored:
    first = requests.stored(call.session, keyed, vault=call.runtime.vault)
    if first is None:
        raise requests.InFlight(retry_after=1)
    return first
