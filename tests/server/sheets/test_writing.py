import csv
import zipfile
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from python_calamine import CalamineWorkbook

from server.sheets import rows, writing
from server.sheets.spelling import safe
from server.sheets.writing import write_csv, write_xlsx

pytestmark = pytest.mark.once

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1", "＋1", "－1", "＠1"]
HIDDEN = ["  =1+1", "\u3000＝1", "\ufeff=1", "\u200b@x", " \t=1", "\n=1"]


@pytest.mark.parametrize("text", [*FORMULAS, *HIDDEN])
def test_what_could_run_is_written_as_text(text) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["王芳", "138****0001", "3-1", "a=b", "", "示例·社区", "(+1)"])
def test_plain_words_stay_as_they_are(text) -> None:
    assert safe(text) == text


def test_an_xlsx_holds_texts_numbers_days_and_moments(tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    moment = datetime(2026, 3, 9, 1, 30, tzinfo=UTC)
    rows = [["王芳", 90, date(2026, 3, 9), moment, True, None], ["=1+1", -5, None, None, False, ""]]

    count = write_xlsx(path, ["姓名", "分钟", "日", "时", "是否", "空"], iter(rows))

    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert count == 2
    assert read[1][:5] == ["王芳", 90.0, date(2026, 3, 9), datetime(2026, 3, 9, 9, 30), "是"]  # noqa: DTZ001
    assert read[2][:2] == ["'=1+1", -5.0]
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_characters_that_xml_cannot_carry_are_left_out(tmp_path) -> None:
    path = tmp_path / "a.xlsx"

    write_xlsx(path, ["一"], [["坏\x0b\ud800字"], ["长" * 40_000]])

    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert read[1] == ["坏字"]
    assert len(read[2][0]) == rows.LONGEST


class Colour(StrEnum):
    RED = "红"


def test_texts_come_back_as_they_were_written(tmp_path) -> None:
    texts = ["<b>&amp;</b>", '"双"引号\'', " 前后 ", "两\n行", "_x000D_", "长" * 90, Colour.RED]
    path = tmp_path / "a.xlsx"

    write_xlsx(path, ["一"], [[text] for text in texts])

    read = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert [row[0] for row in read[1:]] == texts
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
    assert 'xml:space="preserve"> 前后 <' in sheet
    assert '<dimension ref="A1:A8"/>' in sheet


def test_a_number_without_end_is_no_cell(tmp_path) -> None:
    with pytest.raises(ValueError, match="without end"):
        write_xlsx(tmp_path / "a.xlsx", ["一"], [[float("nan")]])


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 2)
    path = tmp_path / "a.xlsx"

    assert write_xlsx(path, ["一"], ([n] for n in range(5))) == 5

    book = CalamineWorkbook.from_path(path)
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [3, 3, 2]


def test_an_exactly_full_sheet_is_the_last(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 2)
    path = tmp_path / "a.xlsx"

    write_xlsx(path, ["一"], [[1], [2]])

    assert len(CalamineWorkbook.from_path(path).sheet_names) == 1


def test_a_csv_opens_in_excel_and_runs_nothing(tmp_path) -> None:
    path = tmp_path / "a.csv"
    moment = datetime(2026, 3, 9, 1, 30, tzinfo=UTC)

    count = write_csv(path, ["姓名", "时"], [["=cmd|'/c calc'!A1", moment], ["李,\n明", None]])

    raw = path.read_bytes()
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    assert count == 2
    assert raw.startswith(b"\xef\xbb\xbf")
    assert rows[1:] == [["'=cmd|'/c calc'!A1", "2026-03-09 09:30"], ["李,\n明", ""]]
