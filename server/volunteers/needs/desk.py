"""Needs as staff look through them: the list, and one need whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, true, tuple_
from sqlalchemy.orm import Session

from config.wording import say
from server.areas import tree
from server.audit import trail
from server.people import masking, profile
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import nearby
from server.volunteers.models import Field, Need, NeedState, Team
from server.volunteers.needs import views as need_views
from server.volunteers.needs.steps import OPEN, reached
from server.volunteers.needs.texts import opened
from server.volunteers.needs.views import NeedView, Rows, Step
from server.volunteers.refusals import BadCursor

PAGE = 20
SETTLED = (NeedState.REJECTED, NeedState.WITHDRAWN, NeedState.CLOSED)
"""States without a deadline, read from the newest back."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; without a state it is whatever still waits for help."""

    state: NeedState | None = None
    field: Field | None = None
    overdue: bool = False
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of needs, and where the next one begins."""

    items: tuple[NeedView, ...]
    next_cursor: str | None


class Contact(NamedTuple):
    """Who asks and where exactly: shown whole only with a reason, which is kept."""

    name: str
    phone: str
    address: str


class Line(NamedTuple):
    """A line of a need's timeline in words."""

    at: datetime
    who: str
    what: str
    note: str | None


def browse(  # noqa: PLR0913  who looks, at what, from where on
    session: Session,
    reach: Reach,
    wanted: Wanted,
    now: datetime,
    *,
    vault: Vault,
    cursor: str | None = None,
    limit: int = PAGE,
) -> Page:
    """Return needs in reach: the district's priorities first, then what is due soonest."""
    states = (wanted.state,) if wanted.state else OPEN
    found = need_views.rows().where(reach.inside(Right.SEE_NEEDS), Need.state.in_(states))
    found = found.where(Need.state != NeedState.DRAFT, *_narrowed(session, wanted, now))
    found = (_newest_first if wanted.state in SETTLED else _due_first)(found, cursor)
    rows = session.execute(found.limit(limit + 1)).all()
    items = tuple(need_views.view(row, now, vault) for row in rows[:limit])
    return Page(items, _cursor(rows[limit - 1].Need) if len(rows) > limit else None)


def show(
    session: Session, reach: Reach, need_id: int, now: datetime, *, vault: Vault
) -> tuple[NeedView, Contact]:
    """Return one need with its timeline, and its contact masked."""
    need, _area = reached(session, reach, Right.SEE_NEEDS, need_id)
    row = session.execute(need_views.rows().where(Need.id == need_id)).one()
    number = need_views.activity_number(session, need_id)
    steps = need_views.steps(session, need_id)
    view = need_views.view(row, now, vault, activity=number, steps=steps)
    whole = _contact(session, need, vault)
    masked = Contact(
        masking.masked(whole.name),
        profile.masked(whole.phone) if whole.phone else "",
        say("needs.address_kept") if whole.address else "",
    )
    return view, masked


def teams_for(
    session: Session, reach: Reach, need_id: int, most: int = nearby.MOST
) -> tuple[Team, ...]:
    """Return the teams to which the need may be sent, the nearest first."""
    _need, area = reached(session, reach, Right.SEE_NEEDS, need_id)
    return nearby.all_working_in(session, area, most)


def timeline(session: Session, need: NeedView, *, vault: Vault) -> tuple[Line, ...]:
    """Return what was done with a need in words, the last step first; people stay masked."""
    names = profile.names_of(session, (step.by for step in need.steps), vault=vault)
    return tuple(
        Line(step.at, _who(need, step, names), say(f"needs.did_{step.action}"), step.note)
        for step in reversed(need.steps)
    )


def contact(
    session: Session, reach: Reach, need_id: int, reason: str, now: datetime, *, vault: Vault
) -> Contact:
    """Return who asks and where, whole; the look and its reason are kept in the trail."""
    if not reason.strip():
        raise ReasonNeeded
    need, area = reached(session, reach, Right.UNMASK, need_id)
    trail.record(
        session,
        reach.person_id,
        "need.contact_seen",
        ("need", need_id),
        now,
        area_path=area.path,
        reason=reason.strip()[:400],
    )
    return _contact(session, need, vault)


def _who(need: NeedView, step: Step, names: Mapping[int, str]) -> str:
    if step.by is None:
        return say("needs.by_machine")
    if step.by == need.raised_by and not need.on_behalf:
        return say("needs.by_asker")
    return masking.masked(names.get(step.by, "")) or say("needs.by_somebody")


def _contact(session: Session, need: Need, vault: Vault) -> Contact:
    name, phone = opened(vault, need, "asker_name"), opened(vault, need, "asker_phone")
    if not need.on_behalf:
        name = name or profile.name_of(session, need.raised_by, vault=vault) or ""
        phone = phone or profile.phone_of(session, need.raised_by, vault=vault) or ""
    return Contact(name, phone, opened(vault, need, "address"))


def _narrowed(session: Session, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.field:
        found.append(Need.field == wanted.field)
    if wanted.overdue:
        found.append(and_(Need.state.in_(OPEN), Need.due_at < now))
    if wanted.area_code:
        found.append(tree.within(tree.by_code(session, wanted.area_code).path))
    return found


def _due_first(found: Rows, cursor: str | None) -> Rows:
    """Order by priority, deadline and id; a page goes on after what its cursor names."""
    if cursor is not None:
        first, due_at, need_id = _place_of(cursor)
        after = tuple_(Need.due_at, Need.id) > tuple_(due_at, need_id)
        alike = Need.priority.is_(true() if first else false())
        found = found.where(and_(alike, after) | (Need.priority.is_(false()) if first else false()))
    return found.order_by(Need.priority.desc(), Need.due_at, Need.id)


def _newest_first(found: Rows, cursor: str | None) -> Rows:
    """Order what is settled by when it was, the last in front."""
    if cursor is not None:
        _priority, changed_at, need_id = _place_of(cursor)
        found = found.where(tuple_(Need.changed_at, Need.id) < tuple_(changed_at, need_id))
    return found.order_by(Need.changed_at.desc(), Need.id.desc())


def _cursor(need: Need) -> str:
    at = need.changed_at if need.state in SETTLED else need.due_at or need.created_at
    return f"{int(need.priority)}-{round(at.timestamp() * 1_000_000)}-{need.id}"


def _place_of(cursor: str) -> tuple[bool, datetime, int]:
    parts = cursor.split("-")
    if len(parts) != 3 or not all(_is_number(part) for part in parts):
        raise BadCursor
    first, micros, need_id = map(int, parts)
    seconds, rest = divmod(micros, 1_000_000)
    try:
        due_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    except (OverflowError, ValueError, OSError):
        raise BadCursor from None
    return bool(first), due_at, need_id


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 17
