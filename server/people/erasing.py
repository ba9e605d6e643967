"""Forgetting a person: what is known of them goes; a number stays, to which the hours belong.

Each package that knows something of people adds to `FOLLOWERS` how it forgets one. All of it
happens in one transaction, together with the tombstone (see `people.tombstones`).
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from server.people import guardians, identities
from server.people.models import (
    Account,
    ApiSession,
    BirthYearClaim,
    Channel,
    Consent,
    Dialogue,
    Erasure,
    ErasureState,
    Guardian,
    KeyedRequest,
    LinkCode,
    Person,
)
from server.people.vault import Vault
from server.wechat.models import Inbound, Waiting

Forget = Callable[[Session, int, datetime], None]

FOLLOWERS: list[Forget] = []
"""How packages above forget a person: (session, person, now); called before the accounts go."""

SHORT_LIVED = (ApiSession, LinkCode, Dialogue, KeyedRequest, BirthYearClaim)


def erase(
    session: Session,
    person_id: int,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> bool:
    """Forget a person for good; False when there is nobody (any more) to forget.

    Whoever writes to us again afterwards is somebody new.
    """
    person = session.scalar(
        select(Person)
        .where(Person.id == person_id, Person.erased_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if person is None:
        return False
    marks = marks_of(session, person, vault)
    for forget in FOLLOWERS:
        forget(session, person_id, now)
    _forget_accounts(session, person_id)
    _forget_guardians(session, person, now)
    _close_consents(session, person_id, now)
    _blank(person, now)
    _bury(session, person_id, marks, channel, now)
    session.flush()
    return True


def marks_of(session: Session, person: Person, vault: Vault) -> dict[str, object]:
    """Return by what a restored backup tells this person from another of the same number."""
    accounts = session.scalars(select(Account).where(Account.person_id == person.id))
    return {
        "met_at": person.created_at.isoformat(),
        "accounts": sorted(account_mark(account, vault) for account in accounts),
    }


def account_mark(account: Account, vault: Vault) -> str:
    """Return a keyed mark of an account: without our key nobody learns the openid from it."""
    return vault.mark(f"{account.app}:{account.openid}", "erased_account")


def drop_account(session: Session, account_id: int) -> None:
    """Forget one account and all that came through it; its person stays."""
    account = session.get_one(Account, account_id)
    through = account.app, account.openid
    for table in (Inbound, Waiting):
        session.execute(delete(table).where(table.app == through[0], table.openid == through[1]))
    session.execute(delete(ApiSession).where(ApiSession.account_id == account_id))
    session.execute(delete(Account).where(Account.id == account_id))


def _forget_accounts(session: Session, person_id: int) -> None:
    for table in SHORT_LIVED:
        session.execute(delete(table).where(table.person_id == person_id))
    for account_id in session.scalars(
        select(Account.id).where(Account.person_id == person_id)
    ).all():
        drop_account(session, account_id)


def _forget_guardians(session: Session, person: Person, now: datetime) -> None:
    """Forget who answered for a minor, and whom a grown-up answered for: both name a person."""
    named = [Guardian.minor_id == person.id, Guardian.guardian_id == person.id]
    if person.phone_mark:
        named.append(Guardian.phone_mark == person.phone_mark)
    gone = session.execute(delete(Guardian).where(or_(*named)).returning(Guardian.minor_id))
    for minor_id in sorted({row.minor_id for row in gone} - {person.id}):
        identities.lock(session, minor_id)
        for follow in guardians.FOLLOWERS:
            follow(session, minor_id, now)


def _close_consents(session: Session, person_id: int, now: datetime) -> None:
    """Keep what was agreed to, when, as evidence that names nobody; it allows nothing any more."""
    session.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def _blank(person: Person, now: datetime) -> None:
    person.name = person.name_mark = None
    person.phone = person.phone_mark = None
    person.birth_year = person.birth_year_seen_by = person.birth_year_seen_at = None
    person.area_id = person.volunteer_no = None
    person.remind_minutes, person.remind_once = None, False
    person.erased_at = now


def _bury(
    session: Session,
    person_id: int,
    marks: dict[str, object],
    channel: Channel,
    now: datetime,
) -> None:
    """Turn the open wish into a tombstone, or raise one where nobody wished."""
    wish = session.scalar(
        select(Erasure).where(Erasure.person_id == person_id, Erasure.state == ErasureState.ASKED)
    )
    if wish is None:
        wish = Erasure(person_id=person_id, channel=channel, asked_at=now, due_at=now)
        session.add(wish)
    wish.state, wish.done_at, wish.marks = ErasureState.DONE, now, marks
