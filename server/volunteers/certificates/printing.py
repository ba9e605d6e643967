"""A certificate as a PDF: A4, the Chinese font built in, the same bytes for the same paper."""

import io
from collections.abc import Iterator, Sequence
from datetime import date

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from server.volunteers.certificates import papers
from server.volunteers.certificates.papers import Line, Paper
from server.volunteers.certificates.typesetting import LACKING, broken, lacking, put
from server.volunteers.hours import hours

WIDTH, HEIGHT = A4
SIDE = 24 * mm
INK, SOFT, GOLD = HexColor("#33291c"), HexColor("#675a48"), HexColor("#b57b1b")
RIGHT = WIDTH - SIDE
TITLE_ROOM = 98 * mm
COLUMNS = (SIDE + 7 * mm, SIDE + 18 * mm, SIDE + 46 * mm, RIGHT - 3 * mm)
TYPE, LEAD, PADDING, INDENT = 10.5, 15.0, 7.0, 26.0
TOP_OF_LIST = (HEIGHT - 98 * mm, HEIGHT - 42 * mm)
"""Where the list begins on the first page and on those that follow."""
END_OF_LIST, ROOM_FOR_END = 28 * mm, 92 * mm

LAST_ROWS = 3

Row = tuple[int, Line, list[str]]


def draw(paper: Paper, verify_url: str) -> bytes:
    """Return the PDF of a certificate; `verify_url` is what its QR code says."""
    pages = _paged(paper.lines)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"志愿服务记录证明 {papers.spaced(paper.number)}")
    canvas.setAuthor(paper.issuer)
    for number, rows in enumerate(pages):
        _frame(canvas, paper, number + 1, len(pages))
        bottom = _head(canvas, paper) if number == 0 else TOP_OF_LIST[1]
        bottom = _list(canvas, rows, bottom)
        if number == len(pages) - 1:
            _end(canvas, paper, verify_url, bottom)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _paged(lines: Sequence[Line]) -> list[list[Row]]:
    """Share the lines out among pages, and leave room for the end on the last."""
    rest = [
        (at, line, broken(line.title, TYPE, TITLE_ROOM, most=3)) for at, line in enumerate(lines, 1)
    ]
    pages: list[list[Row]] = []
    while True:
        top = TOP_OF_LIST[bool(pages)] - LEAD - PADDING
        if sum(map(_height, rest)) <= top - ROOM_FOR_END:
            return [*pages, rest]
        taken = list(_fitting(rest, top - END_OF_LIST))
        # the end of the paper never stands alone on its page
        if len(taken) > len(rest) - LAST_ROWS:
            taken = taken[: max(1, len(rest) - LAST_ROWS)]
        pages.append(taken)
        rest = rest[len(taken) :]


def _fitting(rows: Sequence[Row], room: float) -> Iterator[Row]:
    for row in rows:
        room -= _height(row)
        if room < 0:
            return
        yield row


def _height(row: Row) -> float:
    return len(row[2]) * LEAD + PADDING


def _frame(canvas: Canvas, paper: Paper, page: int, pages: int) -> None:
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(1.4)
    canvas.rect(11 * mm, 11 * mm, WIDTH - 22 * mm, HEIGHT - 22 * mm)
    canvas.setLineWidth(0.4)
    canvas.rect(12.5 * mm, 12.5 * mm, WIDTH - 25 * mm, HEIGHT - 25 * mm)
    canvas.setFillColor(SOFT)
    mark = papers.short(paper.hash())
    put(canvas, (SIDE, 17 * mm), f"编号 {papers.spaced(paper.number)} · 防伪码 {mark}", 8.5)
    put(canvas, (RIGHT, 17 * mm), f"第{page}页，共{pages}页", 8.5, "r")
    canvas.setFillColor(INK)
    if page > 1:
        put(canvas, (WIDTH / 2, HEIGHT - 30 * mm), "志愿服务记录证明（续）", 14, "c")


def _head(canvas: Canvas, paper: Paper) -> float:
    put(canvas, (WIDTH / 2, HEIGHT - 40 * mm), "志 愿 服 务 记 录 证 明", 27, "c")
    canvas.setFillColor(SOFT)
    put(canvas, (WIDTH / 2, HEIGHT - 50 * mm), f"编号：{papers.spaced(paper.number)}", 10.5, "c")
    canvas.setFillColor(INK)
    first, last = _day(paper.lines[0].day), _day(paper.lines[-1].day)
    when = f"{first}" if first == last else f"{first}至{last}"
    said = (
        f"兹证明 {paper.name}（志愿者编号 {paper.volunteer_no}）于{when}"
        f"参加志愿服务{len(paper.lines)}次，累计服务时长{hours.spelled(paper.minutes)}"
        f"（实际记录{paper.minutes:,}分钟）。服务内容如下："
    )
    y = HEIGHT - 68 * mm
    for at, line in enumerate(broken(said, 13, RIGHT - SIDE, indent=INDENT)):
        put(canvas, (SIDE + (0 if at else INDENT), y), line, 13)
        y -= 24
    return TOP_OF_LIST[0]


def _list(canvas: Canvas, rows: Sequence[Row], top: float) -> float:
    canvas.setFillColor(SOFT)
    for x, words, align in zip(COLUMNS, ("序号", "日期", "服务内容", "分钟"), "cllr", strict=True):
        put(canvas, (x, top), words, 9.5, align)
    canvas.setFillColor(INK)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.9)
    y = top - PADDING
    canvas.line(SIDE, y, RIGHT, y)
    canvas.setLineWidth(0.25)
    for at, line, title in rows:
        first = y - LEAD
        put(canvas, (COLUMNS[0], first), str(at), TYPE, "c")
        put(canvas, (COLUMNS[1], first), line.day, TYPE)
        for place, words in enumerate(title):
            put(canvas, (COLUMNS[2], first - place * LEAD), words, TYPE)
        put(canvas, (COLUMNS[3], first), str(line.minutes), TYPE, "r")
        y -= len(title) * LEAD + PADDING
        canvas.line(SIDE, y, RIGHT, y)
    return y


def _end(canvas: Canvas, paper: Paper, verify_url: str, bottom: float) -> None:
    total = f"合计 {len(paper.lines)} 次，{paper.minutes:,} 分钟，{hours.spelled(paper.minutes)}"
    put(canvas, (RIGHT - 3 * mm, bottom - 18), total, 11.5, "r")
    top = 70 * mm
    _qr(canvas, verify_url, SIDE, top - 30 * mm)
    canvas.setFillColor(SOFT)
    put(canvas, (SIDE + 15 * mm, top - 35 * mm), "扫码核验", 9, "c")
    canvas.setFillColor(INK)
    pairs = (
        ("出具单位", paper.issuer),
        ("负责人", paper.in_charge),
        ("经办人", paper.handler),
        ("联系方式", paper.contact),
        ("出具日期", _day(paper.issued_on)),
    )
    y = top - 4 * mm
    for name, value in pairs:
        if value:
            put(canvas, (SIDE + 62 * mm, y), f"{name}：", 11, "r")
            put(canvas, (SIDE + 63 * mm, y), value, 11)
            y -= 6.6 * mm
    canvas.setFillColor(SOFT)
    y = 30 * mm
    for line in broken(_notes(paper, verify_url), 8.5, RIGHT - SIDE, most=3):
        put(canvas, (SIDE, y), line, 8.5)
        y -= 11
    canvas.setFillColor(INK)


def _notes(paper: Paper, verify_url: str) -> str:
    said = (
        "备注：本证明免费出具。小时数按半小时向下取整，以分钟为准。服务记录更正后本证明即失效，"
        f"是否有效请扫码或打开 {verify_url} 核验，防伪码应与此处一致。"
    )
    missing = lacking(paper.name + "".join(line.title for line in paper.lines))
    return f"{said}“{LACKING}”处是字库没有的字：{'、'.join(missing[:6])}。" if missing else said


def _qr(canvas: Canvas, text: str, x: float, y: float) -> None:
    """Draw the code 30 mm wide; modules that touch in a row are one stroke."""
    matrix = segno.make(text, error="m", micro=False).matrix
    unit = 30 * mm / len(matrix)
    for row, cells in enumerate(matrix):
        level = y + (len(matrix) - 1 - row) * unit
        column = 0
        while column < len(cells):
            run = column
            while run < len(cells) and cells[run]:
                run += 1
            if run > column:
                canvas.rect(x + column * unit, level, (run - column) * unit, unit, 0, 1)
            column = run + 1


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"
