"""Giving somebody a role: one member of staff asks, a second one allows."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area, AreaKind
from server.errors import Forbidden, Invalid
from server.notices import outbox
from server.office import areas, sight
from server.people import posts
from server.people.models import Role
from server.staff import approvals
from server.staff import reach as reaches
from server.staff.approvals import Kind, SecondPersonNeeded
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import RIGHTS, ROLE_NAMES, Right

APPOINTED = "post.appointed"
FITS: Mapping[Role, AreaKind] = {
    Role.DISTRICT_OPERATOR: AreaKind.DISTRICT,
    Role.STREET_OPERATOR: AreaKind.STREET,
    Role.COMMUNITY_WORKER: AreaKind.COMMUNITY,
    Role.COMMUNITY_ASSISTANT: AreaKind.COMMUNITY,
    Role.GRID_WORKER: AreaKind.GRID,
}
"""On which level of the tree a role is held; any other role may be held on each."""

BY_COMMAND = frozenset({Role.PARTY_DATA_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN})
"""Roles apart from the business, given by the operator of the service alone (等保三级)."""


Wanted = tuple[int, Role, Area, datetime | None]
"""Who is to hold which role where until when."""


class NotOneself(Forbidden):
    """Nobody gives a post to themselves."""

    code = "office.not_oneself"


class RoleTooWide(Forbidden):
    """The role may do something here that whoever gives it may not."""

    code = "office.role_too_wide"


class RoleDoesNotFit(Invalid):
    """The role is not held on this level of the tree."""

    code = "office.role_does_not_fit"


class EndsBefore(Invalid):
    """A post cannot end before it begins."""

    code = "office.ends_before"


def grantable(reach: Reach) -> list[Role]:
    """Return the roles that this person may ask to be given, somewhere."""
    mine = frozenset(right for role in reach.roles for right in RIGHTS[role])
    return [role for role in Role if role not in BY_COMMAND and RIGHTS[role] <= mine]


def appoint(  # noqa: PLR0913  a verb of staff: who gets which role where until when, and why
    session: Session,
    reach: Reach,
    person_id: int,
    role: Role,
    area_code: str,
    reason: str,
    now: datetime,
    *,
    until: datetime | None = None,
) -> Approval:
    """Ask that a person be given a role in an area; a second person decides."""
    area = areas.taking(session, reach, Right.MANAGE_POSTS, area_code)
    check(reach, person_id, role, area)
    if until is not None and until <= now:
        raise EndsBefore
    person, _area = sight.person(session, reach, Right.SEE_PEOPLE, person_id)
    facts = {"person_id": person_id, "role": role.value, "until": until and until.isoformat()}
    number = person.volunteer_no or person_id
    facts["said"] = say("office.asks_post", role=ROLE_NAMES[role], area=area.name, number=number)
    key = f"{APPOINTED}:{person_id}:{role}:{area.code}"
    return approvals.ask(session, reach.person_id, APPOINTED, key, area, reason, now, **facts)


def check(reach: Reach, person_id: int, role: Role, area: Area) -> None:
    """Refuse a role that this person may not give to that one in this area."""
    if person_id == reach.person_id:
        raise NotOneself
    if role in BY_COMMAND or not may_give(reach, role, area):
        raise RoleTooWide
    if FITS.get(role, area.kind) is not area.kind:
        raise RoleDoesNotFit(area=area.name)


def may_ask(asking: Reach, role: Role, area: Area) -> None:
    """Refuse whoever may not ask for this role in this area (any more)."""
    asking.require(Right.MANAGE_POSTS, area.path)
    if not may_give(asking, role, area):
        raise RoleTooWide


def give(session: Session, allowing: Reach, what: Wanted, now: datetime) -> None:
    """Give a post, if who allows may give it by now; the person is told."""
    person_id, role, area, until = what
    if person_id == allowing.person_id:
        raise SecondPersonNeeded
    check(allowing, person_id, role, area)
    if until is not None and until <= now:
        raise EndsBefore
    post = posts.appoint(session, person_id, role, area, now, until)
    facts = {"role": ROLE_NAMES[role], "area": area.name, "at": now}
    key = f"office.appointed:{post.id}"
    outbox.queue(session, person_id, "office.appointed", key, now, facts)


def _grant(session: Session, approval: Approval, granted_by: int, now: datetime) -> None:
    facts, area = approval.facts, session.get_one(Area, approval.area_id)
    ends = datetime.fromisoformat(facts["until"]) if facts["until"] else None
    what = facts["person_id"], Role(facts["role"]), area, ends
    give(session, reaches.of(session, granted_by, now), what, now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    role, area = Role(approval.facts["role"]), session.get_one(Area, approval.area_id)
    may_ask(asking, role, area)


approvals.register(Kind(APPOINTED, Right.APPROVE_POSTS, _still, _grant))


def may_give(reach: Reach, role: Role, area: Area) -> bool:
    """Tell whether somebody may do here whatever the role may do."""
    return all(reach.covers(right, area.path) for right in RIGHTS[role])
