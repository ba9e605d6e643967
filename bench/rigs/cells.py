"""A branch with many members, two who decide, an officer, and contacts who are members as well."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle

from sqlalchemy.orm import Session

from bench import branches, hosts
from bench.district import CODE, Plan, build, insert_rows, opened
from bench.places import Place
from bench.rigs import couriers
from bench.rigs.bank import Bank
from bench.rigs.outcome import Order
from bench.rigs.tellers import Process, Start
from server.areas import tree
from server.party.models import Contact, Office, Organiser
from server.people import posts
from server.people.models import Role

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
CONTACTS = (1, 2, 3)
"""Members who are contacts of others; nobody may become their own."""
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
"""Where the hosts stand, in turn."""


@dataclass(frozen=True)
class Cell:
    """Who is in the branch. A member's person and file bear the same number, from 1 on.

    The deputy sits on the committee and is everybody's contact to begin with.
    """

    members: int

    @property
    def secretary(self) -> int:
        """Return who leads the branch."""
        return self.members + 1

    @property
    def deputy(self) -> int:
        """Return who sits on its committee and keeps in touch."""
        return self.members + 2

    @property
    def officer(self) -> int:
        """Return who answers for the data of all branches."""
        return self.members + 3


def fill(url: str, members: int) -> Cell:
    """Fill an empty database with a branch of so many members."""
    cell = Cell(members)
    build(url, Plan(people=cell.officer, open=0))
    with opened(url) as database:
        branches.found_branch(database, cell.secretary, LONG_AGO)
        branches.put_files(database, range(1, members + 1), datetime.now(UTC))
        with database.transaction() as session:
            _appoint(session, cell)
        active = {"contact_id": cell.deputy, "named_by": cell.secretary, "since": LONG_AGO}
        named = [active | {"file_id": file} for file in range(1, members + 1)]
        insert_rows(database, Contact.__table__, named)
    return cell


def bank(place: Place, order: Order, name: str, members: int, guard: str = "") -> tuple[Bank, Cell]:
    """Open a branch on a new database, with couriers on hosts of three time zones."""
    url = place.empty_database(order.backend)
    cell = fill(url, members)
    called = f"{name}-{order.backend}-{guard or 'guarded'}"
    environ = hosts.environment(hosts.settings(url, PARTY_KEY=branches.KEY))
    log = place.folder / f"{called}.log"
    starts = cycle(Start(environ | {"TZ": zone}, log, guard, couriers.serve) for zone in ZONES)
    return Bank(url, place.folder, called, partial(_hire, starts)), cell


def _hire(starts: "cycle[Start]") -> Process:
    return Process(next(starts))


def _appoint(session: Session, cell: Cell) -> None:
    area = tree.by_code(session, CODE)
    held = {
        cell.secretary: Role.BRANCH_SECRETARY,
        cell.officer: Role.PARTY_DATA_OFFICER,
        **dict.fromkeys((cell.deputy, *CONTACTS), Role.CONTACT_PERSON),
    }
    for person, role in held.items():
        posts.appoint(session, person, role, area, LONG_AGO, until=None)
    seat = {"branch_id": 1, "person_id": cell.deputy, "office": Office.COMMITTEE}
    session.add(Organiser(**seat, since=LONG_AGO))
