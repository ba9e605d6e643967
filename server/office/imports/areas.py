"""A table of areas: streets, communities and grids with their codes, each below another."""

from sqlalchemy import select

from server.areas import tree
from server.areas.models import Area, AreaKind
from server.office.areas import CODE, LONGEST_NAME
from server.office.imports.kind import Column, Kind, Line, Work, check_repeats
from server.office.imports.models import ImportBatch
from server.sheets.cells import plain
from server.staff.rights import Right

LEVELS = {
    "街道": AreaKind.STREET,
    "镇": AreaKind.STREET,
    "乡": AreaKind.STREET,
    "社区": AreaKind.COMMUNITY,
    "村": AreaKind.COMMUNITY,
    "网格": AreaKind.GRID,
}
MOST = 5_000


def check(work: Work, lines: list[Line]) -> None:
    """Flag codes, levels and parents that do not fit together."""
    known = {area.code: area for area in work.session.scalars(select(Area))}
    told = {plain(line.cells[0]): LEVELS.get(plain(line.cells[2])) for line in lines}
    check_repeats(work, lines, lambda line: plain(line.cells[0]) or None)
    for line in lines:
        line.cells = [plain(cell) for cell in line.cells]
        code, name, level, above = line.cells
        if code and not CODE.fullmatch(code):
            line.flaw("bad_code", code=code)
        if len(name) > LONGEST_NAME:
            line.flaw("long_name", most=LONGEST_NAME)
        kind = LEVELS.get(level)
        if kind is None:
            line.flaw("bad_level", level=level or "空", levels="、".join(LEVELS))
        elif above:
            _check_place(work, line, kind, known, told)


def apply(work: Work, _batch: ImportBatch, lines: list[Line]) -> None:
    """Plant what is new and rename what is known, the wider areas first."""
    ordered = sorted(lines, key=lambda line: tree.ORDER.index(LEVELS[line.cells[2]]))
    for line in ordered:
        code, name, level, above = line.cells
        parent = tree.by_code(work.session, above)
        tree.plant(work.session, code, name, LEVELS[level], parent)


def _check_place(
    work: Work,
    line: Line,
    kind: AreaKind,
    known: dict[str, Area],
    told: dict[str, AreaKind | None],
) -> None:
    code, name, _level, above = line.cells
    parent, same = known.get(above), known.get(code)
    wider = parent.kind if parent else told.get(above)
    if wider is None or (parent is not None and not _reached(work, parent)):
        line.flaw("no_parent", code=above)
    elif tree.ORDER.index(kind) != tree.ORDER.index(wider) + 1:
        line.flaw("wrong_parent", code=above)
    elif same is None:
        return
    elif same.kind is not kind or parent is None or same.parent_id != parent.id:
        line.flaw("code_taken", code=code)
    elif same.name == name:
        line.new = False
        line.note("known")
    else:
        line.note("renamed", before=same.name)


def _reached(work: Work, area: Area) -> bool:
    return area.active and work.reach.covers(Right.MANAGE_AREAS, area.path)


AREAS = Kind(
    name="areas",
    right=Right.MANAGE_AREAS,
    columns=(
        Column("编号", needed=True, example="140106001009"),
        Column("名称", needed=True, example="示例社区"),
        Column("级别", needed=True, example="社区"),
        Column("上级编号", needed=True, example="140106001"),
    ),
    check=check,
    apply=apply,
    done="imports.done_areas",
    most=MOST,
    together=MOST,
)
