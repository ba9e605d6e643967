"""An organiser's list of riders: known by phone and name, registered, and verified by the list."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from config.wording import say
from server.errors import Refusal
from server.office.imports import people
from server.office.imports.kind import Column, Kind, Line, Work, check_repeats
from server.office.imports.models import ImportBatch
from server.office.registering import checked_name, checked_phone
from server.people import masking, profile
from server.people.models import Person
from server.riders import registration
from server.riders.models import Rider, RiderState, Sector
from server.riders.points import accounts
from server.riders.registration import PLATFORM, Listed
from server.sheets.cells import plain
from server.staff.rights import Right

NAME, PHONE, SECTOR, AREA, PLATFORM_AT = range(5)
MOST = 2_000
AT_ONCE = 500
_person = Person.__table__.c
_rider = Rider.__table__.c


class Met(NamedTuple):
    """Somebody who bears a number already: the mark of their name, and how they are registered."""

    id: int
    name_mark: str | None
    state: RiderState | None


def check(work: Work, lines: list[Line]) -> None:
    """Flag what makes no sense or may not be, and note who is registered or verified already."""
    areas, sectors = people.places(work), _sectors()
    for line in lines:
        _check_who(line)
        if line.cells[SECTOR] and plain(line.cells[SECTOR]) not in sectors:
            line.flaw("bad_sector", sector=line.cells[SECTOR][:10], sectors="、".join(sectors))
        if plain(line.cells[AREA]) and plain(line.cells[AREA]) not in areas:
            line.flaw("no_area", area=line.cells[AREA][:40])
        platform = line.cells[PLATFORM_AT].strip()
        if platform and not PLATFORM.fullmatch(platform):
            line.flaw("bad_platform")
    check_repeats(work, lines, lambda line: line.cells[PHONE] or None)
    for some in _chunks([line for line in lines if not line.flaws]):
        met = _met(work, some)
        named = {one.id for several in met.values() for one in several}
        staff = accounts.staff_among(work.session, named, work.now)
        for line in some:
            _check_met(work, line, met, staff)


def apply(work: Work, batch: ImportBatch, lines: list[Line]) -> None:
    """Put down whoever is new, register all, and let the list vouch for them."""
    for some in _chunks(lines):
        met = _met(work, some)
        strangers = [line for line in some if not _same(work, line, met)]
        if strangers:
            people.apply(work, batch, [_as_person(line) for line in strangers])
            met = _met(work, some)
        areas, sectors = people.places(work), _sectors()
        listed = []
        for line in some:
            who = _same(work, line, met)[0]
            listed.append(
                Listed(
                    who.id,
                    sectors[plain(line.cells[SECTOR])],
                    areas[plain(line.cells[AREA])],
                    line.cells[PLATFORM_AT].strip() or None,
                )
            )
        registration.enlist(work.session, listed, work.reach.person_id, work.now)


def _check_who(line: Line) -> None:
    for place, checked, flaw in ((NAME, checked_name, "bad_name"), (PHONE, _phone, "bad_phone")):
        try:
            line.cells[place] = checked(line.cells[place])
        except Refusal:
            if line.cells[place]:
                line.flaw(flaw, count=len(line.cells[place]))


def _check_met(work: Work, line: Line, met: dict[str, list[Met]], staff: set[int]) -> None:
    """Say what is known of whoever bears this number."""
    same = _same(work, line, met)
    if len(same) > 1:
        line.flaw("several_people")
    elif not same:
        if met.get(_mark(work, line)):
            line.flaw("other_name")
    elif same[0].id in staff:
        line.flaw("has_post")
    elif same[0].state in (RiderState.VERIFIED, RiderState.LEFT):
        line.new = False
        line.note("known_rider" if same[0].state is RiderState.VERIFIED else "rider_left")
    elif same[0].state is RiderState.ASKED:
        line.note("will_verify")


def _met(work: Work, lines: list[Line]) -> dict[str, list[Met]]:
    """Return who bears the numbers of these lines, by the mark of the number. One statement."""
    marks = {_mark(work, line) for line in lines}
    rows = work.session.execute(
        select(_person.phone_mark, _person.id, _person.name_mark, _rider.state)
        .outerjoin(Rider.__table__, _rider.person_id == _person.id)
        .where(_person.phone_mark.in_(marks), _person.erased_at.is_(None))
        .order_by(_person.id)
    )
    found: dict[str, list[Met]] = defaultdict(list)
    for row in rows:
        found[row.phone_mark].append(Met(row.id, row.name_mark, row.state))
    return found


def _same(work: Work, line: Line, met: dict[str, list[Met]]) -> list[Met]:
    """Return who it may be: of the same name, or else whoever told WeChat a number and no name."""
    bears = met.get(_mark(work, line), [])
    name = profile.name_mark(line.cells[NAME], vault=work.vault)
    named = [one for one in bears if one.name_mark == name]
    return named or [one for one in bears if one.name_mark is None]


def _mark(work: Work, line: Line) -> str:
    return work.vault.mark(line.cells[PHONE], "phone")


def _phone(cell: str) -> str:
    return checked_phone(plain(cell))


def _as_person(line: Line) -> Line:
    """Return the line as a list of people has it, without a year of birth."""
    return Line(line.number, [line.cells[NAME], line.cells[PHONE], "", line.cells[AREA]])


def _sectors() -> dict[str, Sector]:
    return {say(f"copies.sector_{sector}"): sector for sector in Sector}


def _chunks(lines: list[Line]) -> Iterator[list[Line]]:
    for start in range(0, len(lines), AT_ONCE):
        yield lines[start : start + AT_ONCE]


RIDERS = Kind(
    name="riders",
    right=Right.EDIT_PEOPLE,
    columns=(
        Column("姓名", needed=True, example="示例·王芳", mask=masking.masked),
        Column("手机号", needed=True, example="13800000000", mask=profile.masked),
        Column("行业", needed=True, example="外卖"),
        Column("常跑区域", needed=True, example="140106001001"),
        Column("平台", needed=False, example=""),
    ),
    check=check,
    apply=apply,
    done="imports.done_riders",
    most=MOST,
    together=AT_ONCE,
    agreement=True,
)
