"""What a notice told its person, for staff who may see that person."""

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from server.notices import rendering, templates
from server.notices.kinds import KINDS
from server.notices.rendering import Line


def of(session: Session, found: Row[Any]) -> Line | None:
    """Return a notice as it stands in the person's inbox, in the words it was sent in.

    None for an answer to what somebody said in chat, which is between them and the service; for
    what was forgotten; and for a kind that is gone. `found` is the whole row. One statement.
    """
    kind = KINDS.get(found.kind)
    if kind is None or kind.asked_for or not found.facts:
        return None
    if found.version is None:
        return rendering.inbox(templates.of(session, kind.name), found.facts)
    said = templates.as_sent(session, [(kind.name, found.version)])
    version = said.get((kind.name, found.version))
    return rendering.inbox(version, found.facts) if version else None
