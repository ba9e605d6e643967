"""Which person stands behind a WeChat account."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.people.models import Account, App, Person

account = Account.__table__.c
person = Person.__table__.c
_HOLD = select(person.id).where(person.id == bindparam("this")).with_for_update(key_share=True)
_LOCK = _HOLD.where(person.erased_at.is_(None))
_COLUMNS = (account.person_id, account.id, account.app, account.following)


class Moved(Exception):  # noqa: N818  a fact to act upon: ask again who the account belongs to
    """The person was joined with another between being looked up and being locked."""


class Known(NamedTuple):
    """A person as known by one of their accounts."""

    person_id: int
    account_id: int
    app: App
    following: bool


def recognise(session: Session, app: App, openid: str) -> Known | None:
    """Return the person behind a WeChat account, if we know one."""
    row = session.execute(
        select(*_COLUMNS).where(account.app == app, account.openid == openid)
    ).one_or_none()
    return row and Known(*row)


def welcome(
    session: Session, app: App, openid: str, now: datetime, unionid: str | None = None
) -> Known:
    """Return the person behind a WeChat account, meeting them now if need be.

    An account that bears the unionid of another belongs to the same person. A first message
    that comes twice at once makes one person.
    """
    known = recognise(session, app, openid)
    if known is not None:
        if unionid:
            _note_unionid(session, known.account_id, unionid)
        return known
    try:
        with session.begin_nested():
            return _meet(session, app, openid, now, unionid)
    except IntegrityError:
        known = recognise(session, app, openid)
        if known is None:
            raise
        return known


def put_down(session: Session, now: datetime) -> int:
    """Make a person who has no account at WeChat yet, and return who they are."""
    newcomer = Person(created_at=now)
    session.add(newcomer)
    session.flush()
    return newcomer.id


def set_following(session: Session, account_id: int, following: bool, at: datetime) -> bool:
    """Record a follow or unfollow of WeChat's time `at`; tell whether it was news.

    What happened later wins, in whatever order it arrives; within one second leaving wins,
    since WeChat tells no order there and silence does less harm than an unwanted push.
    """
    earlier = or_(account.follow_changed_at.is_(None), account.follow_changed_at < at)
    if not following:
        earlier = or_(earlier, account.follow_changed_at == at)
    changed = session.execute(
        update(Account)
        .where(and_(account.id == account_id, earlier))
        .values(following=following, follow_changed_at=at, ask_after=_ask_after(following, at))
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def _ask_after(following: bool, at: datetime) -> ColumnElement[datetime | None] | None:
    """Ask once more who a follower is who came back unknown."""
    return case((account.unionid.is_(None), at)) if following else None


def lock(session: Session, person_id: int) -> None:
    """Let nobody else decide about this person until the transaction ends.

    Raises `Moved` when they proved to be somebody else, or were erased, meanwhile. Rows that name
    the person may still be added by others, such as the news of a place that came free. SQLite has
    one writer at a time, so a write transaction there is such a lock already.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    if session.execute(_LOCK, {"this": person_id}).first() is None:
        raise Moved


def hold(session: Session, person_id: int) -> None:
    """Lock the same row for work on what belongs to a person, forgotten or not.

    Of somebody who was forgotten a number stays, with their presence and their hours: these still
    come to their end. Raises `Moved` only when two persons proved to be one meanwhile.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    if session.execute(_HOLD, {"this": person_id}).first() is None:
        raise Moved


def lock_all(session: Session, whose: Select[tuple[int]]) -> None:
    """Lock every person whose id is selected, forgotten or not, in the order of their ids.

    What is read of them before may be old by then: read it afterwards.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    wanted = select(person.id).where(person.id.in_(whose)).order_by(person.id)
    session.execute(wanted.with_for_update(key_share=True)).all()


def _meet(session: Session, app: App, openid: str, now: datetime, unionid: str | None) -> Known:
    person_id = _person_of(session, unionid) if unionid else None
    if person_id is None:
        person_id = session.scalar(
            insert(Person.__table__).values(created_at=now).returning(person.id)
        )
    row = session.execute(
        insert(Account.__table__)
        .values(
            person_id=person_id,
            app=app,
            openid=openid,
            unionid=unionid,
            following=False,
            ask_after=now if app is App.OFFICIAL and unionid is None else None,
            created_at=now,
        )
        .returning(*_COLUMNS)
    ).one()
    return Known(*row)


def _person_of(session: Session, unionid: str) -> int | None:
    return session.scalar(select(account.person_id).where(account.unionid == unionid).limit(1))


def _note_unionid(session: Session, account_id: int, unionid: str) -> None:
    session.execute(
        update(Account.__table__)
        .where(account.id == account_id, account.unionid.is_(None))
        .values(unionid=unionid)
    )
