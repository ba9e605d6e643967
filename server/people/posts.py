"""Who holds which role in which area. A role reaches down the tree, never up or aside."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.areas.models import Area
from server.people.models import Post, Role


def appoint(
    session: Session, person_id: int, role: Role, area: Area, now: datetime, until: datetime | None
) -> Post:
    """Give a person a role in an area from now on; an existing such post is returned.

    Standing in for a colleague is no post of one's own.
    """
    own = Post.role == role, Post.area_id == area.id, Post.stands_in_for.is_(None)
    held = session.scalar(_held(person_id, now).where(*own).limit(1))
    if held is not None:
        return held
    post = Post(person_id=person_id, role=role, area_id=area.id, since=now, until=until)
    session.add(post)
    session.flush()
    return post


def resign(session: Session, post_id: int, now: datetime) -> None:
    """End a post; it gives no reach from this moment on."""
    post = session.get(Post, post_id)
    if post is not None and (post.until is None or post.until > now):
        post.until = now


def roles_of(session: Session, person_id: int, now: datetime) -> frozenset[Role]:
    """Return the roles a person holds now, wherever."""
    return frozenset(post.role for post in session.scalars(_held(person_id, now)))


def reaches(session: Session, person_id: int, role: Role, area: Area, now: datetime) -> bool:
    """Tell whether the person holds the role in this area or in one that contains it."""
    held = session.scalars(
        select(Area.path)
        .join(Post, Post.area_id == Area.id)
        .where(Post.id.in_(_held(person_id, now).with_only_columns(Post.id)), Post.role == role)
    )
    return any(area.path.startswith(path) for path in held)


def held_by(session: Session, person_id: int, now: datetime) -> tuple[tuple[Role, str], ...]:
    """Return each role a person holds now with the path of its area. One statement."""
    found = session.execute(
        select(Post.role, Area.path)
        .join(Area, Area.id == Post.area_id)
        .where(
            Post.person_id == person_id,
            Post.since <= now,
            or_(Post.until.is_(None), Post.until > now),
        )
        .order_by(Area.path, Post.role)
    )
    return tuple((row.role, row.path) for row in found)


def places_of(session: Session, person_id: int) -> list[str]:
    """Return the names of the areas in which a person holds posts, and of those around them."""
    held = select(Area.path).join(Post, Post.area_id == Area.id).where(Post.person_id == person_id)
    own = held.subquery()
    around = own.c.path.startswith(Area.path)
    return list(session.scalars(select(Area.name).join(own, around).distinct().order_by(Area.name)))


def _held(person_id: int, now: datetime) -> Select[Post]:
    return select(Post).where(
        Post.person_id == person_id,
        Post.since <= now,
        or_(Post.until.is_(None), Post.until > now),
    )
