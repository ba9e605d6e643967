"""A day on which contacts might greet their members: said for some days before, told once.

Nothing is owed: no task stands in the queue, and nobody asks whether it was done.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config import greetings
from config.greetings import Greeting
from config.wording import LOCAL, say
from server.party import overdue
from server.party.keys import PartyVault
from server.party.models import LIVE, Contact, PartyFile
from server.party.overdue import Word

BEFORE = timedelta(days=3)


def near(now: datetime, listed: str) -> Greeting | None:
    """Return the next day of a list, from three days before until its end; None if none is near."""
    today = now.astimezone(LOCAL).date()
    ahead = (each for each in greetings.days(listed) if today <= each.day <= today + BEFORE)
    return next(ahead, None)


def line(now: datetime, listed: str) -> str:
    """Return in one line that a greeting would be kind just now; "" where none is near."""
    found = near(now, listed)
    if found is None:
        return ""
    is_today = found.day == now.astimezone(LOCAL).date()
    return say(f"party.greeting_{'today' if is_today else 'soon'}", name=found.name)


def to_tell(session: Session, now: datetime, *, listed: str, vault: PartyVault) -> list[Word]:
    """Return which contacts are to be told that a day is near, and were not yet. One statement.

    Of a member who took their consent back nobody is reminded.
    """
    found = near(now, listed)
    if found is None:
        return []
    keeps = Contact.file_id == PartyFile.id, Contact.until.is_(None)
    agree = PartyFile.state.in_(LIVE), PartyFile.withdrawn_at.is_(None)
    about = f"greeting:{found.day}"
    return overdue.untold(session, Contact.contact_id, (*keeps, *agree), about, now, vault)
