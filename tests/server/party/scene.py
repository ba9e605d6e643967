"""A member's year of which everything is there to be looked at; it is the twentieth of December.

The report of the second quarter was handed in and went back with a question, its review was shown
and is not answered, a need is open, the letter of the year was sent, and the report of the fourth
quarter may be handed in. Everything is invented.
"""

from typing import NamedTuple

from server.party.letters import desk, sending, writing
from server.party.letters.words import Words
from server.party.needs import needs
from server.party.reports import decisions
from server.people.models import Channel
from server.runtime import Runtime
from tests.clock import Clock
from tests.server.party.acts import Cell
from tests.server.party.reviews import acts
from tests.server.party.reviews.acts import JUNE, QUARTER, shanghai

DECEMBER = shanghai(12, 20, 9)
YEAR = 2026
ASKED, NEEDED = "示例金丝雀入学办好了吗", "示例金丝雀孩子入学"
BODY = "示例金丝雀，这一年您辛苦了。" * 35


class Year(NamedTuple):
    """What there is to be looked at, beside the file itself."""

    cell: Cell
    need: int


def a_year(runtime: Runtime, clock: Clock, cell: Cell) -> Year:
    """Let a member's year go by, and return what came of it."""
    vault, rules = runtime.party, runtime.settings.reports
    clock.set(JUNE)
    with runtime.db.transaction() as session:
        acts.report(session, cell, needs=NEEDED)
        acts.touch(session, cell)
    with runtime.db.transaction() as session:
        returned = cell.file, QUARTER, 1, ASKED, acts.JULY
        decisions.ask(session, cell.secretary, *returned, vault=vault)
        acts.decide(session, cell)
        acts.show(session, cell)
    clock.set(DECEMBER)
    now = runtime.now()
    with runtime.db.transaction() as session:
        told = cell.file, NEEDED, now
        need = needs.put_down(session, cell.contact, *told, channel=Channel.PHONE, vault=vault)
        letter = session, cell.secretary, cell.file, YEAR
        writing.write(*letter, Words(BODY, "合格"), 0, now, vault=vault)
        seen = desk.show(*letter, now, rules=rules, vault=vault).seen
        sending.send(*letter, seen, now, rules=rules, vault=vault)
    return Year(cell, need)
