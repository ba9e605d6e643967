"""What the tests of the desk put down before: residents, and what was noted about them."""

from sqlalchemy import insert, select

from server.areas import tree
from server.audit.models import AuditEntry
from server.people import profile
from server.people.models import Channel, Person, Post
from server.runtime import Runtime
from server.volunteers.models import Signup, SignupState
from tests.factories import a_shift

NAME, PHONE = "示例·金丝雀", "13912345678"
"""A canary: neither may ever be seen whole where it was not asked for."""


def a_resident(
    runtime: Runtime, area: str | None = "A1", name: str = NAME, phone: str = PHONE
) -> int:
    """Return somebody whom staff put down."""
    with runtime.db.transaction() as session:
        area_id = tree.by_code(session, area).id if area else None
        row = {"created_at": runtime.now(), "area_id": area_id}
        person: int = session.scalars(
            insert(Person.__table__).values(**row).returning(Person.__table__.c.id)
        ).one()
        profile.rename(session, person, name, vault=runtime.vault)
        profile.set_phone(session, person, phone, vault=runtime.vault)
    return person


def a_signup(runtime: Runtime, person: int, area: str) -> None:
    """Let a person hold a place in an activity of an area."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        shift = a_shift(session, now, area_code=area)
        facts = {"state": SignupState.CONFIRMED, "channel": Channel.PHONE}
        dates = {"created_at": now, "changed_at": now}
        session.add(Signup(shift_id=shift, person_id=person, **facts, **dates))


def deeds(runtime: Runtime) -> list[AuditEntry]:
    """Return what was noted of staff, the oldest first."""
    with runtime.db.reading() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def posts_of(runtime: Runtime, person: int) -> list[Post]:
    """Return the posts somebody holds or held."""
    with runtime.db.reading() as session:
        held = select(Post).where(Post.person_id == person).order_by(Post.id)
        return list(session.scalars(held))
