"""Lists that wait for a number, sealed for everybody alike where one list could tell who is who.

What somebody was asked last says much of them: that a Party member's file lay open, for one. Where
that work is there, all lists are sealed under its key and filled up to the same steps of length,
so that no row of the table differs from another.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from server.people.dialogues import Choices
from server.people.vault import Broken
from server.runtime import Runtime

SEALED = "sealed.choices"
STEP = 1_024


def kept(choices: Mapping[str, Any], person_id: int, runtime: Runtime) -> Mapping[str, Any]:
    """Return a list as it is kept."""
    if not runtime.has_party:
        return choices
    text = json.dumps(choices, ensure_ascii=False).encode()
    filled = text.ljust(-(-len(text) // STEP) * STEP)
    sealed = runtime.party.seal_bytes(filled, _place(person_id))
    return {SEALED: base64.b64encode(sealed).decode()}


def opened(choices: Choices, person_id: int, runtime: Runtime) -> Choices:
    """Return a list as it was offered; one that does not open offers nothing any more."""
    if SEALED not in choices or not runtime.has_party:
        return {} if SEALED in choices else choices
    sealed = base64.b64decode(str(choices[SEALED]))
    try:
        found: Choices = json.loads(runtime.party.open_bytes(sealed, _place(person_id)))
    except Broken:
        return {}
    return found


def _place(person_id: int) -> str:
    return f"dialogue:{person_id}"
