"""A list of volunteers: names, phone numbers, years of birth, and to which area they belong."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import bindparam, insert, select, update

from server.areas.models import Area
from server.errors import Refusal
from server.office.imports.kind import Column, Kind, Line, Work, check_repeats
from server.office.imports.models import ImportBatch
from server.office.registering import check_birth_year, checked_name, checked_phone
from server.people import masking, profile
from server.people.consents import CURRENT, Purpose
from server.people.models import Channel, Consent, Person
from server.sheets.cells import plain, year
from server.staff.rights import Right

NAME, PHONE, YEAR, AREA = range(4)
AT_ONCE = 500
_person = Person.__table__.c
_SEAL = (
    update(Person.__table__)
    .where(_person.id == bindparam("this"))
    .values(name=bindparam("new_name"), phone=bindparam("new_phone"))
)
"""What is sealed is bound to its row, so the row comes first."""


def check(work: Work, lines: list[Line]) -> None:
    """Flag what cannot be a name, number, year or area here, and note who is known already."""
    areas = places(work)
    for line in lines:
        _check_name(line)
        _check_phone(line)
        _check_year(line, work)
        place = plain(line.cells[AREA])
        if place and place not in areas:
            line.flaw("no_area", area=place)
    check_repeats(work, lines, _who)
    for some in _chunks(lines):
        _note_known(work, some)


def apply(work: Work, _batch: ImportBatch, lines: list[Line]) -> None:
    """Put down all who are new, with the consent they gave on paper."""
    areas = places(work)
    for some in _chunks(lines):
        told = {_marks(work, line): line for line in some}
        rows = [_row(work, line, marks, areas) for marks, line in told.items()]
        made = insert(Person.__table__).returning(_person.id, _person.name_mark, _person.phone_mark)
        found = work.session.execute(made, rows)
        ids = {each.id: told[each.name_mark, each.phone_mark] for each in found}
        work.session.execute(_SEAL, [_sealed(work, *each) for each in ids.items()])
        work.session.execute(insert(Consent.__table__), [_consent(work, one) for one in ids])


def _check_name(line: Line) -> None:
    try:
        line.cells[NAME] = checked_name(line.cells[NAME])
    except Refusal:
        if line.cells[NAME]:
            line.flaw("bad_name")


def _check_phone(line: Line) -> None:
    try:
        line.cells[PHONE] = checked_phone(plain(line.cells[PHONE]))
    except Refusal:
        if line.cells[PHONE]:
            line.flaw("bad_phone", count=len(line.cells[PHONE]))


def _check_year(line: Line, work: Work) -> None:
    if not line.cells[YEAR]:
        return
    born = year(line.cells[YEAR])
    if born is None:
        line.flaw("bad_year", year=line.cells[YEAR][:20])
        return
    try:
        check_birth_year(born, work.now)
    except Refusal:
        line.flaw("bad_year", year=born)


def _note_known(work: Work, lines: list[Line]) -> None:
    """Note who bears the same name and number already; who shares only the number is another."""
    marks = {line.number: _marks(work, line) for line in lines if not line.flaws}
    phones = {phone for _name, phone in marks.values()}
    wanted = _person.phone_mark.in_(phones), _person.erased_at.is_(None)
    rows = work.session.execute(select(_person.name_mark, _person.phone_mark).where(*wanted))
    known = {(row.name_mark, row.phone_mark) for row in rows}
    shared = {phone for _name, phone in known}
    for line in lines:
        mark = marks.get(line.number)
        if mark in known:
            line.new = False
            line.note("known")
        elif mark is not None and mark[1] in shared:
            line.note("shares_phone")


def places(work: Work) -> dict[str, int]:
    """Return the areas in reach by code, and by name where one name means one area."""
    reached = Area.active, work.reach.inside(Right.EDIT_PEOPLE)
    rows = work.session.execute(select(Area.id, Area.code, Area.name).where(*reached)).all()
    names = Counter(plain(row.name) for row in rows)
    found = {plain(row.name): row.id for row in rows if names[plain(row.name)] == 1}
    return found | {row.code: row.id for row in rows}


def _who(line: Line) -> object | None:
    return (line.cells[NAME], line.cells[PHONE]) if line.cells[PHONE] else None


def _marks(work: Work, line: Line) -> tuple[str, str]:
    phone = work.vault.mark(line.cells[PHONE], "phone")
    return profile.name_mark(line.cells[NAME], vault=work.vault), phone


def _row(
    work: Work, line: Line, marks: tuple[str, str], areas: dict[str, int]
) -> dict[str, object]:
    return {
        "created_at": work.now,
        "area_id": areas[plain(line.cells[AREA])],
        "birth_year": year(line.cells[YEAR]),
        "name_mark": marks[0],
        "phone_mark": marks[1],
    }


def _sealed(work: Work, person_id: int, line: Line) -> dict[str, object]:
    return {
        "this": person_id,
        "new_name": work.vault.seal(line.cells[NAME], f"person:{person_id}:name"),
        "new_phone": work.vault.seal(line.cells[PHONE], f"person:{person_id}:phone"),
    }


def _consent(work: Work, person_id: int) -> dict[str, object]:
    return {
        "person_id": person_id,
        "purpose": Purpose.SERVICE.value,
        "version": CURRENT[Purpose.SERVICE],
        "channel": Channel.PAPER,
        "granted_at": work.now,
    }


def _chunks(lines: list[Line]) -> Iterator[list[Line]]:
    for start in range(0, len(lines), AT_ONCE):
        yield lines[start : start + AT_ONCE]


PEOPLE = Kind(
    name="people",
    right=Right.EDIT_PEOPLE,
    columns=(
        Column("姓名", needed=True, example="示例·王芳", mask=masking.masked),
        Column("手机号", needed=True, example="13800000000", mask=profile.masked),
        Column("出生年份", needed=False, example="1956"),
        Column("所属区域", needed=True, example="140106001001"),
    ),
    check=check,
    apply=apply,
    done="imports.done_people",
    agreement=True,
)
