"""Standing in: who goes on leave hands their posts to a colleague, until a day, and no longer."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.errors import Conflict, Forbidden, Invalid
from server.notices import outbox
from server.office import posts
from server.people import identities, profile
from server.people.models import Person, Post, Role
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import RIGHTS, Right

LONGEST = timedelta(days=90)
MOST = 200


class BadLeave(Invalid):
    """Leave lies ahead, ends after it begins, and lasts ninety days at most."""

    code = "office.bad_leave"


class NoPost(Conflict):
    """There is no post to hand over."""

    code = "office.no_post"


class NotAColleague(Forbidden):
    """The other one holds no post in the same street, or may do less than what is handed over.

    Such a post is a new one for them, and takes a second person.
    """

    code = "office.not_a_colleague"


def hand_over(  # noqa: PLR0913  a verb of staff: whose posts go to whom from when until when
    session: Session,
    reach: Reach,
    person_id: int,
    to_id: int,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    reason: str = "",
    vault: Vault,
) -> list[Post]:
    """Let a colleague stand in for somebody in all their own posts; both are told.

    Asked twice it is the same. Standing in cannot be handed on, and ends by itself.
    """
    if not now - timedelta(days=1) <= since < until or until - since > LONGEST or until <= now:
        raise BadLeave
    if session.get(Person, to_id) is None:
        raise NotAColleague
    identities.lock(session, min(person_id, to_id))
    identities.lock(session, max(person_id, to_id))
    held = posts.own(session, person_id, now)
    _check(session, reach, person_id, to_id, held, now)
    if person_id != reach.person_id and not reason.strip():
        raise ReasonNeeded
    made = [_stand_in(session, post, to_id, since, until) for post, _area in held]
    for post, (_own, area) in zip(made, held, strict=True):
        posts.note(session, reach, "post.handed_over", post, area, now, reason)
    _tell(session, person_id, to_id, made[0], now, vault)
    return made


def take_back(session: Session, reach: Reach, post_id: int, now: datetime) -> None:
    """End standing in before its day: by whose post it is, who stands in, or who leads both."""
    post = session.get(Post, post_id)
    if post is None or post.stands_in_for is None:
        raise OutOfReach
    area = session.get_one(Area, post.area_id)
    own = reach.person_id in (post.person_id, post.stands_in_for)
    if not own and not reach.covers(Right.MANAGE_POSTS, area.path):
        raise OutOfReach
    taken = update(Post).where(Post.id == post_id, Post.until > now).values(until=now)
    if session.execute(taken.returning(Post.id)).first():
        posts.note(session, reach, "post.taken_back", post, area, now, "")


def standing_in(session: Session, person_id: int, now: datetime) -> list[tuple[Post, Area]]:
    """Return who stands in for whom, as far as this person is one of them."""
    mine = or_(Post.person_id == person_id, Post.stands_in_for == person_id)
    rows = session.execute(
        select(Post, Area)
        .join(Area, Area.id == Post.area_id)
        .where(mine, Post.stands_in_for.is_not(None), Post.until > now)
        .order_by(Post.id)
    )
    return [(post, area) for post, area in rows]


def colleagues(session: Session, person_id: int, now: datetime) -> list[tuple[Person, Role, str]]:
    """Return who holds which post where in the streets of this person's own. Two statements."""
    streets = {_street(area.path) for _post, area in posts.own(session, person_id, now)}
    if not streets:
        return []
    near: list[ColumnElement[bool]] = [Area.path.startswith(street) for street in streets]
    held = (
        select(Person, Post.role, Area.name)
        .join(Post, Post.person_id == Person.id)
        .join(Area, Area.id == Post.area_id)
        .where(or_(*near), Post.since <= now, or_(Post.until.is_(None), Post.until > now))
        .where(Post.stands_in_for.is_(None), Person.id != person_id, Person.erased_at.is_(None))
        .order_by(Area.path, Person.id)
        .limit(MOST)
    )
    found: dict[int, tuple[Person, Role, str]] = {}
    for person, role, area in session.execute(held):
        found.setdefault(person.id, (person, role, area))
    return list(found.values())


def _check(
    session: Session,
    reach: Reach,
    person_id: int,
    to_id: int,
    held: list[tuple[Post, Area]],
    now: datetime,
) -> None:
    if person_id == reach.person_id:
        reach.require_any(Right.HAND_OVER)
    else:
        for _post, area in held:
            reach.require(Right.MANAGE_POSTS, area.path)
        reach.require_any(Right.MANAGE_POSTS)
    if not held:
        raise NoPost
    theirs = posts.own(session, to_id, now)
    for post, area in held:
        near = [other for other, place in theirs if _is_near(place.path, area.path)]
        rights = frozenset(right for other in near for right in RIGHTS[other.role])
        if to_id == person_id or not near or not RIGHTS[post.role] <= rights:
            raise NotAColleague


def _is_near(theirs: str, ours: str) -> bool:
    """Tell whether a post lies in the same street, or in an area around it."""
    return theirs.startswith(_street(ours)) or ours.startswith(theirs)


def _street(path: str) -> str:
    """Return the street in which an area lies; the district itself for a wider one."""
    return "".join(f"{code}/" for code in path.strip("/").split("/")[:2])


def _stand_in(session: Session, own: Post, to_id: int, since: datetime, until: datetime) -> Post:
    same = select(Post).where(
        Post.person_id == to_id,
        Post.stands_in_for == own.person_id,
        Post.role == own.role,
        Post.area_id == own.area_id,
        Post.since == since,
        Post.until == until,
    )
    found = session.scalar(same.limit(1))
    if found is not None:
        return found
    post = Post(
        person_id=to_id,
        role=own.role,
        area_id=own.area_id,
        since=since,
        until=until,
        stands_in_for=own.person_id,
    )
    session.add(post)
    session.flush()
    return post


def _tell(
    session: Session, person_id: int, to_id: int, first: Post, now: datetime, vault: Vault
) -> None:
    """Tell both, once."""
    assert first.until is not None
    days = {"since": first.since, "until": first.until}
    for who, other, kind in (
        (person_id, to_id, "office.handed_over"),
        (to_id, person_id, "office.stands_in"),
    ):
        name = profile.name_of(session, other, vault=vault) or ""
        outbox.queue(session, who, kind, f"{kind}:{first.id}", now, {"colleague": name, **days})
