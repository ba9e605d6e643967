"""People, staff and a broadcast of theirs, with only what matters named."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import followers
from server.areas import tree
from server.notices import lately
from server.notices.broadcasts import consent, drafts, spreading
from server.notices.broadcasts.drafts import Draft
from server.notices.models import Broadcast, BroadcastState, Notice, NoticeState
from server.people import consents, posts
from server.people.consents import Purpose
from server.people.models import Person, Post, Role
from server.runtime import Runtime
from server.staff import approvals
from server.staff import reach as reaches
from server.staff.models import Approval, ApprovalState
from server.staff.reach import Reach
from tests.console.conftest import plant_district
from tests.server.notices.people import a_person, an_account

assert followers
WATER = Draft("明天上午停水", "明天9点到12点检修管道，请提前存水。", "everybody", "A1")


def residents(session: Session, number: int, area: str = "A1") -> list[int]:
    """Return so many who live there and follow the official account."""
    home = tree.by_code(session, area).id
    found = []
    for _ in range(number):
        person = a_person(session)
        session.get_one(Person, person).area_id = home
        an_account(session, person)
        found.append(person)
    return found


def staff(runtime: Runtime, role: Role = Role.COMMUNITY_WORKER, area: str = "A1") -> Reach:
    """Return how far somebody reaches who holds a post in an area."""
    with runtime.db.transaction() as session:
        if session.scalar(select(Post.id).limit(1)) is None:
            plant_district(session)
        person = a_person(session)
        where = tree.by_code(session, area)
        posts.appoint(session, person, role, where, runtime.now(), until=None)
        return reaches.of(session, person, runtime.now())


def boss(runtime: Runtime) -> Reach:
    return staff(runtime, Role.STREET_OPERATOR, "A")


def live(runtime: Runtime, number: int, area: str = "A1") -> list[int]:
    with runtime.db.transaction() as session:
        return residents(session, number, area)


def stop_notices(runtime: Runtime, person: int) -> None:
    with runtime.db.transaction() as session:
        consents.withdraw(session, person, Purpose.NOTICES, runtime.now())


def drafted(runtime: Runtime, who: Reach, draft: Draft = WATER) -> int:
    with runtime.db.transaction() as session:
        made = drafts.write(session, who, draft, runtime.now(), settings=runtime.settings)
        return made.id


def ask(runtime: Runtime, who: Reach, broadcast: int, reason: str = "水务公司来电") -> None:
    with runtime.db.transaction() as session:
        settings = runtime.settings
        consent.ask(session, who, broadcast, reason, runtime.now(), settings=settings)


def question(runtime: Runtime, broadcast: int) -> int:
    """Return the id of the open question about a broadcast."""
    with runtime.db.reading() as session:
        return session.scalars(
            select(Approval.id).where(
                Approval.key == f"broadcast:{broadcast}", Approval.state == ApprovalState.ASKED
            )
        ).one()


def grant(runtime: Runtime, who: Reach, question_id: int) -> None:
    with runtime.db.transaction() as session:
        approvals.grant(session, who, question_id, runtime.now())


def allowed(runtime: Runtime, draft: Draft = WATER, people: int = 5) -> int:
    """Return a broadcast to so many residents of A1 that two people want."""
    asker = staff(runtime)
    live(runtime, people)
    broadcast = drafted(runtime, asker, draft)
    ask(runtime, asker, broadcast)
    grant(runtime, boss(runtime), question(runtime, broadcast))
    return broadcast


def spread(runtime: Runtime, broadcast: int, most: int = 500) -> spreading.Step:
    with runtime.db.transaction() as session:
        return spreading.spread(session, broadcast, runtime.now(), most)


def tally(runtime: Runtime, broadcast: int) -> None:
    with runtime.db.transaction() as session:
        spreading.tally(session, broadcast, runtime.now())


def read(runtime: Runtime, broadcast: int) -> Broadcast:
    with runtime.db.reading() as session:
        return session.get_one(Broadcast, broadcast)


def state(runtime: Runtime, broadcast: int) -> BroadcastState:
    return read(runtime, broadcast).state


def notices(runtime: Runtime) -> Sequence[Notice]:
    with runtime.db.reading() as session:
        found = select(Notice).where(Notice.broadcast_id.is_not(None)).order_by(Notice.id)
        return session.scalars(found).all()


def told(runtime: Runtime) -> list[int]:
    """Return for whom notices of broadcasts are queued, each as often as there is one."""
    return sorted(each.person_id for each in notices(runtime))


def outcomes(runtime: Runtime) -> dict[int, tuple[NoticeState, str | None]]:
    return {each.person_id: (each.state, each.outcome) for each in notices(runtime)}


def change(runtime: Runtime, table: Any, key: int, **values: object) -> None:
    with runtime.db.transaction() as session:
        session.execute(update(table).where(table.id == key).values(**values))


def waits(runtime: Runtime) -> list[lately.Waits]:
    """Return the notices as the turn sees them in which their sends begin."""
    return [
        lately.Waits(*(getattr(each, name) for name in lately.Waits._fields))
        for each in notices(runtime)
    ]
