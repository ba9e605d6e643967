"""What a person enters in the national system, which is the record: this service enters nothing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.party import access, own
from server.party.keys import PartyVault
from server.party.models import Look
from server.staff.reach import Reach


class Item(NamedTuple):
    """Something to be entered there, and what the file knows of it ("": nothing)."""

    label: str
    words: str


def of(
    session: Session, reach: Reach, file_id: int, now: datetime, *, vault: PartyVault
) -> list[Item]:
    """Return what is to be entered for a member, and note that it was read."""
    file = access.read(session, reach, file_id, Look.CHECKLIST, now)
    shown = own.opened(session, file, vault)
    facts = shown.facts
    said = {
        "name": facts.name,
        "home": shown.home,
        "host": shown.host or "",
        "left_on": facts.left_on.isoformat() if facts.left_on else "",
        "arrived_on": facts.arrived_on.isoformat() if facts.arrived_on else "",
        "reason": facts.reason,
        "place": facts.place,
        "employer": facts.employer,
        "phone": facts.phone.removeprefix("+86"),
        "card_no": facts.card_no,
    }
    return [Item(label, words) for label, words in said.items()]
