"""A table of posts: who is to hold which role where; a second person allows it as a whole."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.wording import LOCAL, say
from server.areas.models import Area
from server.errors import Refusal
from server.office import appointing, sight
from server.office.imports.kind import Column, Kind, Line, Work, check_repeats
from server.office.imports.models import ImportBatch
from server.people import directory, masking, posts, profile
from server.people.models import Person, Role
from server.sheets.cells import day, plain
from server.staff import approvals
from server.staff import reach as reaches
from server.staff.models import Approval
from server.staff.reach import Reach
from server.staff.rights import ROLE_NAMES, Right

WHO, NAME, ROLE, AREA, UNTIL = range(5)
IMPORTED = "posts.imported"
MOST = 1_000
ROLES = {name: role for role, name in ROLE_NAMES.items()}


def check(work: Work, lines: list[Line]) -> None:
    """Flag who is not found, what is no role here, and what this person may not give."""
    reached = work.session.scalars(select(Area).where(work.reach.inside(Right.MANAGE_POSTS)))
    areas = {area.code: area for area in reached if area.active}
    check_repeats(work, lines, lambda line: tuple(plain(cell) for cell in line.cells[:4]))
    for line in lines:
        role, area = ROLES.get(plain(line.cells[ROLE])), areas.get(plain(line.cells[AREA]))
        if role is None:
            line.flaw("no_role", role=line.cells[ROLE][:20])
        if area is None:
            line.flaw("no_area", area=line.cells[AREA][:40])
        if line.cells[UNTIL] and _ends(line.cells[UNTIL], work.now) is None:
            line.flaw("bad_end", day=line.cells[UNTIL][:20])
        person_id = _person(work, line)
        if person_id is None:
            line.flaw("no_person")
        elif role is not None and area is not None:
            _check_grant(work, line, person_id, role, area)


def apply(work: Work, batch: ImportBatch, lines: list[Line]) -> None:
    """Ask a second person for all of them at once; nobody holds a post before."""
    rows, places = [], []
    for line in lines:
        area = reaches.area(work.session, work.reach, Right.MANAGE_POSTS, plain(line.cells[AREA]))
        ends = _ends(line.cells[UNTIL], work.now)
        role = ROLES[plain(line.cells[ROLE])].value
        rows.append([_person(work, line), role, area.id, ends and ends.isoformat()])
        places.append(area.path)
    if rows:
        reason = say("imports.why_posts", file=batch.file_name, count=len(rows))
        key = f"{IMPORTED}:{batch.id}"
        around = _around(work.session, places)
        asked = work.session, work.reach.person_id, IMPORTED, key, around, reason, work.now
        approvals.ask(*asked, posts=rows, said=reason)


def _grant(session: Session, approval: Approval, granted_by: int, now: datetime) -> None:
    """Give all the posts that were asked for, or none."""
    allowing = reaches.of(session, granted_by, now)
    for person_id, role, area_id, until in approval.facts["posts"]:
        area = session.get_one(Area, area_id)
        ends = datetime.fromisoformat(until) if until else None
        appointing.give(session, allowing, (person_id, Role(role), area, ends), now)


def _still(session: Session, approval: Approval, asking: Reach) -> None:
    for _person_id, role, area_id, _until in approval.facts["posts"]:
        appointing.may_ask(asking, Role(role), session.get_one(Area, area_id))


approvals.register(approvals.Kind(IMPORTED, Right.APPROVE_POSTS, _still, _grant))


def _check_grant(work: Work, line: Line, person_id: int, role: Role, area: Area) -> None:
    try:
        appointing.check(work.reach, person_id, role, area)
    except Refusal as refusal:
        line.flaws.append(say(refusal.code, **refusal.facts))
        return
    held = posts.held_by(work.session, person_id, work.now)
    if (role, area.path) in held:
        line.new = False
        line.note("known_post")


def _person(work: Work, line: Line) -> int | None:
    """Return who is named by number or phone and by name, within sight."""
    clue = directory.clue(plain(line.cells[WHO]), vault=work.vault)
    if clue is None or not line.cells[NAME]:
        return None
    mark = profile.name_mark(line.cells[NAME], vault=work.vault)
    seen = sight.seen(work.reach, Right.SEE_PEOPLE)
    who = select(Person.id).where(clue, Person.name_mark == mark, seen).limit(2)
    found = work.session.scalars(who).all()
    return found[0] if len(found) == 1 else None


def _ends(cell: str, now: datetime) -> datetime | None:
    """Return the end of the local day in a cell, if it lies ahead."""
    last = day(cell) if cell else None
    if last is None:
        return None
    ends = datetime.combine(last + timedelta(days=1), time(), LOCAL).astimezone(UTC)
    return ends if ends > now else None


def _around(session: Session, paths: list[str]) -> Area:
    """Return the narrowest area in which all of them lie."""
    parts = [path.strip("/").split("/") for path in paths]
    depth = min(len(part) for part in parts)
    shared = next((n for n in range(depth) if len({part[n] for part in parts}) > 1), depth)
    path = "".join(f"{code}/" for code in parts[0][:shared])
    return session.scalars(select(Area).where(Area.path == path)).one()


POSTS = Kind(
    name="posts",
    right=Right.MANAGE_POSTS,
    columns=(
        Column("志愿者编号或手机号", needed=True, example="13800000000", mask=profile.masked),
        Column("姓名", needed=True, example="示例·王芳", mask=masking.masked),
        Column("岗位", needed=True, example="社区工作者"),
        Column("区域编号", needed=True, example="140106001001"),
        Column("截止日期", needed=False, example="2026-12-31"),
    ),
    check=check,
    apply=apply,
    done="imports.done_posts",
    most=MOST,
    together=MOST,
)
