"""The list of who was forgotten, kept apart from backups: a restored one forgets them once more."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Database
from server.people import erasing
from server.people.models import Account, Channel, Erasure, ErasureState, Person
from server.people.vault import Vault

PAGE = 1_000
LISTED = (ErasureState.ASKED, ErasureState.DONE)


class Tombstone(NamedTuple):
    """Whom to forget: by number and the moment we met them, or by any of their accounts.

    `at` is when they were forgotten, for an open wish when it was asked: an account that came
    later belongs to somebody who came back as a new person.
    """

    person_id: int
    state: ErasureState
    channel: Channel
    at: datetime
    due_at: datetime
    met_at: str
    accounts: tuple[str, ...]


class House(Protocol):
    """What is needed to apply the list: the database, the vault and the clock."""

    @property
    def db(self) -> Database: ...
    @property
    def vault(self) -> Vault: ...
    def now(self) -> datetime: ...


def listed(session: Session, vault: Vault) -> Iterator[dict[str, Any]]:
    """Yield every wish that was carried out or still waits, as it is written to the list."""
    asked = select(Erasure).where(Erasure.state.in_(LISTED)).order_by(Erasure.id)
    for wish in session.scalars(asked):
        is_done = wish.state is ErasureState.DONE
        marks = wish.marks if is_done else _marks_of(session, wish.person_id, vault)
        yield {
            "person": wish.person_id,
            "state": wish.state.value,
            "channel": wish.channel.value,
            "at": (wish.done_at or wish.asked_at).isoformat(),
            "due_at": wish.due_at.isoformat(),
            **marks,
        }


def read(rows: Iterable[Mapping[str, Any]]) -> list[Tombstone]:
    """Read the list back; a row that is none raises `ValueError` or `KeyError`."""
    return [
        Tombstone(
            person_id=int(row["person"]),
            state=ErasureState(row["state"]),
            channel=Channel(row["channel"]),
            at=datetime.fromisoformat(row["at"]),
            due_at=datetime.fromisoformat(row["due_at"]),
            met_at=str(row.get("met_at", "")),
            accounts=tuple(row.get("accounts", ())),
        )
        for row in rows
    ]


def apply(house: House, tombstones: Iterable[Tombstone]) -> dict[str, int]:
    """Forget again whom a restored backup brought back; return how many were, and how many wait.

    May be run as often as one likes.
    """
    owners = _owners(house)
    tally = {"listed": 0, "erased": 0, "asked": 0}
    for stone in tombstones:
        tally["listed"] += 1
        with house.db.transaction() as session:
            for person_id in sorted(_recognised(session, stone, owners)):
                done = _apply(session, person_id, stone, house)
                tally["erased" if stone.state is ErasureState.DONE else "asked"] += done
            _keep(session, stone)
    return tally


def _owners(house: House) -> dict[str, tuple[int, datetime]]:
    """Return who owns which account by its mark, and since when."""
    owners: dict[str, tuple[int, datetime]] = {}
    last = 0
    while True:
        with house.db.reading() as session:
            page = session.scalars(
                select(Account).where(Account.id > last).order_by(Account.id).limit(PAGE)
            ).all()
        if not page:
            return owners
        for account in page:
            mark = erasing.account_mark(account, house.vault)
            owners[mark] = (account.person_id, account.created_at)
        last = page[-1].id


def _recognised(
    session: Session, stone: Tombstone, owners: Mapping[str, tuple[int, datetime]]
) -> set[int]:
    found = {
        owners[mark][0] for mark in stone.accounts if mark in owners and owners[mark][1] <= stone.at
    }
    person = session.get(Person, stone.person_id)
    if person is not None and person.created_at.isoformat() == stone.met_at:
        found.add(person.id)
    return found


def _apply(session: Session, person_id: int, stone: Tombstone, house: House) -> bool:
    if stone.state is ErasureState.DONE:
        return erasing.erase(
            session, person_id, house.now(), channel=stone.channel, vault=house.vault
        )
    if _wish(session, person_id, LISTED) is not None:
        return False
    session.add(
        Erasure(
            person_id=person_id,
            channel=stone.channel,
            state=ErasureState.ASKED,
            asked_at=stone.at,
            due_at=stone.due_at,
            marks={},
        )
    )
    session.flush()
    return True


def _keep(session: Session, stone: Tombstone) -> None:
    """Keep the tombstone of somebody whom the backup never knew: the next list needs it, too."""
    if stone.state is not ErasureState.DONE:
        return
    marks = {"met_at": stone.met_at, "accounts": list(stone.accounts)}
    same = select(Erasure).where(
        Erasure.person_id == stone.person_id, Erasure.state == ErasureState.DONE
    )
    if any(kept.marks.get("met_at") == stone.met_at for kept in session.scalars(same)):
        return
    kept = Erasure(person_id=stone.person_id, channel=stone.channel, state=ErasureState.DONE)
    kept.asked_at, kept.due_at, kept.done_at, kept.marks = stone.at, stone.due_at, stone.at, marks
    session.add(kept)


def _wish(session: Session, person_id: int, states: tuple[ErasureState, ...]) -> Erasure | None:
    return session.scalar(
        select(Erasure).where(Erasure.person_id == person_id, Erasure.state.in_(states)).limit(1)
    )


def _marks_of(session: Session, person_id: int, vault: Vault) -> dict[str, Any]:
    person = session.get(Person, person_id)
    return dict(erasing.marks_of(session, person, vault)) if person else {}
