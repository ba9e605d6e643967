"""What the district says in notices of each kind: versions laid over the code, never changed.

The highest version of a kind is in force, the code's own words where there is none. It is read in
the transaction in which sends begin, one statement for all of them, so that an edit holds from the
next one on; to remember it between them would save less than a stale word could cost.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from server.audit import trail
from server.db import insert_into
from server.errors import Conflict, Missing
from server.notices import checking, versions
from server.notices.kinds import KINDS, Kind
from server.notices.models import NoticeTemplate
from server.notices.versions import CODE, Version
from server.staff.reach import Reach
from server.staff.rights import Right

MOST_LISTED = 100

Key = tuple[str, int]
"""A kind, and the number of one of its versions."""

template = NoticeTemplate.__table__.c


class KindMissing(Missing):
    """No kind of notice bears this name."""

    code = "notices.kind_missing"


class ChangedMeanwhile(Conflict):
    """Somebody has saved another version since the form was opened."""

    code = "notices.template_changed"


class Made(NamedTuple):
    """One version as the list of them shows it; `is_plain` when it says what the code says."""

    number: int
    made_by: int
    made_at: datetime
    is_plain: bool


def kind_of(name: str) -> Kind:
    """Return the kind of that name, or refuse."""
    found = KINDS.get(name)
    if found is None:
        raise KindMissing
    return found


def in_force(session: Session, names: Collection[str]) -> dict[str, Version]:
    """Return what each of these kinds says now. One statement however many they are."""
    newest = (
        select(template.kind, func.max(template.version).label("version"))
        .where(template.kind.in_(set(names)))
        .group_by(template.kind)
        .subquery()
    )
    same = (template.kind == newest.c.kind) & (template.version == newest.c.version)
    rows = session.execute(
        select(template.kind, template.version, template.content).join(newest, same)
    )
    said = {name: versions.overlaid(KINDS[name], number, content) for name, number, content in rows}
    return {name: said.get(name) or versions.of(name) for name in names}


def of(session: Session, name: str) -> Version:
    """Return what the kind of that name says now, or refuse when there is none."""
    return in_force(session, [kind_of(name).name])[name]


def as_sent(session: Session, keys: Collection[Key]) -> dict[Key, Version]:
    """Return the versions that notices bear, for showing what was told. At most one statement.

    One that is not there any more, or of a kind that is gone, is left out.
    """
    known = {key for key in keys if key[0] in KINDS}
    found = {key: versions.of(key[0]) for key in known if key[1] == CODE}
    if made := known - found.keys():
        rows = session.execute(
            select(template.kind, template.version, template.content).where(
                tuple_(template.kind, template.version).in_(sorted(made))
            )
        )
        for name, number, content in rows:
            found[name, number] = versions.overlaid(KINDS[name], number, content)
    return found


def numbers(session: Session) -> dict[str, int]:
    """Return the number of the version in force of each kind that has any."""
    rows = session.execute(
        select(template.kind, func.max(template.version)).group_by(template.kind)
    )
    return {name: number for name, number in rows}


def history(session: Session, name: str) -> list[Made]:
    """Return the versions of a kind, the newest first, at most a hundred."""
    rows = session.execute(
        select(template.version, template.made_by, template.made_at, template.content)
        .where(template.kind == name)
        .order_by(template.version.desc())
        .limit(MOST_LISTED)
    )
    return [Made(*row[:3], is_plain=not row.content) for row in rows]


def make(session: Session, reach: Reach, given: Version, seen: int, now: datetime) -> Version:
    """Put a new version of a kind into force, from the next begin of a send on.

    `seen` is the number of the version that the form was drawn from: refused when another has
    been made since. Refuses with `checking.BadTemplate` what WeChat would refuse or nobody could
    read. What was sent keeps the version it was sent in.
    """
    reach.require_any(Right.MANAGE_RULES)
    checking.require(given)
    name, content = given.kind.name, versions.difference(given)
    newest = select(func.max(template.version)).where(template.kind == name)
    if seen != (session.scalar(newest) or CODE):
        raise ChangedMeanwhile
    row = {
        "kind": name,
        "version": seen + 1,
        "content": content,
        "made_by": reach.person_id,
        "made_at": now,
    }
    # of two who save at once, the version belongs to one
    fresh = insert_into(session, NoticeTemplate).values(row).on_conflict_do_nothing()
    made = session.scalar(fresh.returning(NoticeTemplate.id))
    if made is None:
        raise ChangedMeanwhile
    subject = ("notice_template", made)
    action = "notices.template_made"
    trail.record(session, reach.person_id, action, subject, now, kind=name, version=seen + 1)
    return versions.overlaid(given.kind, seen + 1, content)
