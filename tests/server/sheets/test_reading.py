from datetime import date, datetime

import pytest

from server.sheets import cells, reading
from server.sheets.reading import (
    BadLetters,
    Empty,
    Locked,
    NoTable,
    RepeatedHeader,
    Row,
    TooLarge,
    TooManyRows,
    Unreadable,
    WrongHeader,
)
from tests.server.sheets import books

pytestmark = pytest.mark.once

HEADERS = ("姓名", "手机号", "出生年份")
NEEDED = ("姓名", "手机号")
LINE = ("示例·王芳", "13800000001", "1956")


def read(path, headers, needed, **more) -> list[Row]:
    return list(reading.read(path.read_bytes(), headers, needed, **more))


def test_a_workbook_is_read_under_its_title_and_headers_in_any_order(tmp_path) -> None:
    rows = [["备注", " 手 机 号*", "姓名"], ["x", 13800000001, "示例·王芳"], [], ["", "", ""]]
    path = books.xlsx(tmp_path / "a.xlsx", rows, title="志愿者名单")

    assert read(path, HEADERS, NEEDED) == [Row(3, ("示例·王芳", "13800000001", ""))]


def test_a_formula_is_flagged_and_never_worked_out(tmp_path) -> None:
    rows = [HEADERS, ["示例·王芳", "=13800000000+1", '=HYPERLINK("http://x")'], LINE]
    path = books.xlsx(tmp_path / "a.xlsx", rows)

    found = read(path, HEADERS, NEEDED)

    assert [row.formulas for row in found] == [("手机号", "出生年份"), ()]


@pytest.mark.parametrize("mark", ["=1+1", "+cmd", "-x", "@sum", "＝1"])
def test_what_could_run_is_flagged_in_a_csv(tmp_path, mark) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"姓名,手机号\n{mark},+86 138-0000-0001\n", encoding="utf-8")

    assert read(path, HEADERS, NEEDED)[0].formulas == ("姓名",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_in_whatever_letters_it_is_written(tmp_path, encoding, mark) -> None:
    path = tmp_path / "a.csv"
    lines = [HEADERS, ("示例·王芳", "13800000001", '"1956\n年"')]
    path.write_bytes("\r\n".join(mark.join(line) for line in lines).encode(encoding))

    assert read(path, HEADERS, NEEDED) == [Row(3, ("示例·王芳", "13800000001", "1956\n年"))]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Empty),
        (b"%PDF-1.7 ...", NoTable),
        (b"\x89PNG\r\n\x1a\n\0\0", NoTable),
        (b"\xef\xbb\xbf\n<html><table><tr><td>", NoTable),
        ("姓名,手机号\n示例·王芳,1\n".encode("utf-16-le"), NoTable),
        ("姓名,手机号\n示例·王芳,1\n".encode("utf-16")[:-1], BadLetters),
        (b"PK\x03\x04 not a book", Unreadable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Unreadable),
        ("姓名,手机号\n".encode() + b"\xff\xff\xff", BadLetters),
        ("名字,电话\n王芳,1\n".encode(), WrongHeader),
        ("姓名,手机号\n,\n".encode(), Empty),
        (b"\n\n\n", Empty),
    ],
)
def test_what_is_no_table_is_turned_down_in_words(tmp_path, content, refusal) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)

    with pytest.raises(refusal):
        read(path, HEADERS, NEEDED)


def test_a_wrong_header_names_what_is_needed_and_what_is_there(tmp_path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [["名字", "电话"], ["示例·王芳", "1"]])

    with pytest.raises(WrongHeader) as refused:
        read(path, HEADERS, NEEDED)

    assert refused.value.facts == {"needed": "姓名、手机号", "found": "名字、电话"}


def test_a_file_with_a_password_is_told_apart(tmp_path) -> None:
    with pytest.raises(Locked):
        read(books.locked(tmp_path / "a.xlsx"), HEADERS, NEEDED)


def test_a_broken_workbook_is_turned_down(tmp_path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [HEADERS, LINE])
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(Unreadable):
        read(path, HEADERS, NEEDED)


def test_a_file_made_to_fill_the_memory_ends_only_its_reader(tmp_path) -> None:
    path = books.corners(tmp_path / "a.xlsx")

    assert path.stat().st_size < 20_000
    with pytest.raises(Unreadable):
        read(path, HEADERS, NEEDED)


def test_a_book_that_unpacks_to_too_much_is_not_unpacked(tmp_path) -> None:
    honest = books.swollen(tmp_path / "a.xlsx", said=400 << 20)
    lying = books.swollen(tmp_path / "b.xlsx", said=1_000)

    for path in (honest, lying):
        assert path.stat().st_size < 3_000_000
        with pytest.raises(Unreadable):
            read(path, HEADERS, NEEDED)


def test_the_first_sheet_that_one_sees_is_read(tmp_path) -> None:
    old, seen = [HEADERS, ["=1+1", "1", "1"]], [HEADERS, LINE, ["=1+1", "1", "1"]]
    path = books.sheets(tmp_path / "a.xlsx", ("旧", old, "hide"), ("甲", old, "very_hidden"),
                        ("图", [], "chart"), ("现", seen, ""), ("另", old, ""))  # fmt: skip

    found = read(path, HEADERS, NEEDED)

    assert [row.number for row in found] == [2, 3]
    assert [row.formulas for row in found] == [(), ("姓名",)]


def test_merged_cells_are_what_the_first_of_them_shows(tmp_path) -> None:
    path = books.merged(tmp_path / "a.xlsx", HEADERS, [LINE, LINE], column=2)

    assert [row.cells[2] for row in read(path, HEADERS, NEEDED)] == ["1956", ""]


def test_two_columns_of_one_name_are_turned_down(tmp_path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", [["姓名", "手机号", "备注", "手 机 号"], [*LINE, "2"]])

    with pytest.raises(RepeatedHeader) as refused:
        read(path, HEADERS, NEEDED)

    assert refused.value.facts == {"header": "手机号"}


def test_too_many_rows_and_too_many_bytes_are_turned_down(tmp_path, monkeypatch) -> None:
    few = books.xlsx(tmp_path / "a.xlsx", [HEADERS, *[LINE] * 3])
    many = books.xlsx(tmp_path / "b.xlsx", [HEADERS, *[LINE] * 4])
    far = books.xlsx(tmp_path / "c.xlsx", [HEADERS, *[LINE] * 40])

    assert len(read(few, HEADERS, NEEDED, most=3)) == 3
    for path in (many, far):
        with pytest.raises(TooManyRows) as refused:
            read(path, HEADERS, NEEDED, most=3)
        assert refused.value.facts == {"most": 3}
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    with pytest.raises(TooLarge):
        read(few, HEADERS, NEEDED)


def test_the_reader_sees_no_secret(tmp_path, monkeypatch) -> None:
    seen = {}
    monkeypatch.setattr(
        reading.subprocess, "run", lambda *_a, **more: seen.update(more) or FileNotFoundError()
    )
    path = books.xlsx(tmp_path / "a.xlsx", [HEADERS, LINE])

    with pytest.raises(AttributeError):
        read(path, HEADERS, NEEDED)

    assert seen["env"] == {}


def test_days_in_a_book_are_read_as_days(tmp_path) -> None:
    moment = datetime(1956, 3, 9)  # noqa: DTZ001  a cell knows no zone
    path = books.xlsx(tmp_path / "a.xlsx", [HEADERS, ["示例·王芳", "13800000001", moment]])

    assert read(path, HEADERS, NEEDED)[0].cells[2] == "1956-03-09"


@pytest.mark.parametrize(
    "text",
    ["2026-03-09", "2026/3/9", "2026.3.9", "2026年3月9日", "２０２６／３／９", "20260309", "46090",
     "2026-03-09 00:00"],
)  # fmt: skip
def test_a_day_is_understood_in_many_forms(text) -> None:
    assert cells.day(text) == date(2026, 3, 9)


@pytest.mark.parametrize("text", ["", "2026-02-30", "3月9日", "昨天", "460900", "9/3/2026", "1956"])
def test_what_is_no_day_is_none(text) -> None:
    assert cells.day(text) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [("1956", 1956), ("１９５６年", 1956), ("1956-03", 1956), ("1956年3月", 1956), ("20523", 1956),
     ("1956/3/9", 1956), ("56", None), ("不详", None), ("", None)],
)  # fmt: skip
def test_a_year_is_understood_in_many_forms(text, year) -> None:
    assert cells.year(text) == year
