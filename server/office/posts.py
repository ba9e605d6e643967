"""Who holds which role where; ending a post takes effect at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.audit import trail
from server.notices import outbox
from server.office import appointing, people
from server.people import posts
from server.people.models import Person, Post, Role
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import ROLE_NAMES, Right

PAGE = 50
_SHOWN = (
    select(Post, Area.name, Person)
    .join(Area, Area.id == Post.area_id)
    .join(Person, Person.id == Post.person_id)
)


@dataclass(frozen=True, slots=True)
class Line:
    """A post in a list; who holds it is shown masked."""

    id: int
    person_id: int
    name: str | None
    role: Role
    area: str
    since: datetime
    until: datetime | None
    stands_in: bool


def listed(
    session: Session,
    reach: Reach,
    now: datetime,
    area_code: str = "",
    after: int = 0,
    *,
    vault: Vault,
) -> list[Line]:
    """Return a page of the posts held now, or soon, within reach. One statement."""
    reach.require_any(Right.MANAGE_POSTS)
    wanted = [reach.inside(Right.MANAGE_POSTS), _held(now), Post.id > after]
    if area_code:
        wanted.append(Area.code == area_code)
    rows = session.execute(_SHOWN.where(*wanted).order_by(Post.id).limit(PAGE))
    return [_line(post, area, person, vault) for post, area, person in rows]


def one(session: Session, reach: Reach, post_id: int, now: datetime, *, vault: Vault) -> Line:
    """Return a post within reach that is held now or soon, or refuse."""
    reach.require_any(Right.MANAGE_POSTS)
    this = Post.id == post_id, reach.inside(Right.MANAGE_POSTS), _held(now)
    row = session.execute(_SHOWN.where(*this)).one_or_none()
    if row is None:
        raise OutOfReach
    return _line(*row, vault)


def own(session: Session, person_id: int, now: datetime) -> list[tuple[Post, Area]]:
    """Return the posts somebody holds in their own right, with their areas."""
    mine = Post.person_id == person_id, Post.stands_in_for.is_(None), _held(now)
    rows = session.execute(
        select(Post, Area).join(Area, Area.id == Post.area_id).where(*mine).order_by(Post.id)
    )
    return [(post, area) for post, area in rows]


def end(session: Session, reach: Reach, post_id: int, reason: str, now: datetime) -> None:
    """End a post, and whoever stands in for it; what it reached is out of reach from now on."""
    post = session.get(Post, post_id)
    area = session.get_one(Area, post.area_id) if post else None
    reach.require(Right.MANAGE_POSTS, area.path if area else None)
    assert post is not None
    assert area is not None
    if post.person_id != reach.person_id and not appointing.may_give(reach, post.role, area):
        raise appointing.RoleTooWide
    if not reason.strip():
        raise ReasonNeeded
    if post.until is not None and post.until <= now:
        return
    posts.resign(session, post_id, now)
    if post.stands_in_for is None:
        _end_stand_ins(session, post, now)
    note(session, reach, "post.ended", post, area, now, reason)
    facts = {"role": ROLE_NAMES[post.role], "area": area.name, "at": now}
    key = f"office.post_ended:{post.id}"
    outbox.queue(session, post.person_id, "office.post_ended", key, now, facts)


def _held(now: datetime) -> ColumnElement[bool]:
    return or_(Post.until.is_(None), Post.until > now)


def _line(post: Post, area: str, person: Person, vault: Vault) -> Line:
    return Line(
        id=post.id,
        person_id=person.id,
        name=people.masked_name(person, vault=vault),
        role=post.role,
        area=area,
        since=post.since,
        until=post.until,
        stands_in=post.stands_in_for is not None,
    )


def _end_stand_ins(session: Session, post: Post, now: datetime) -> None:
    """End what colleagues do for the one whose post this was."""
    session.execute(
        update(Post)
        .where(
            Post.stands_in_for == post.person_id,
            Post.role == post.role,
            Post.area_id == post.area_id,
            _held(now),
        )
        .values(until=now)
    )


def note(  # noqa: PLR0913  a line of the trail
    session: Session,
    reach: Reach,
    deed: str,
    post: Post,
    area: Area,
    now: datetime,
    reason: str,
) -> None:
    """Note what was done with a post."""
    trail.record(
        session,
        reach.person_id,
        deed,
        ("post", post.id),
        now,
        area_path=area.path,
        reason=reason.strip()[:400],
        role=post.role,
        whose=post.person_id,
    )
