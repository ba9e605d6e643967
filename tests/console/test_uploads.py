"""Uploaded files: answered at once, read by a job, taken up after a kill, and gone when read."""

import logging
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, update

from server.areas import tree
from server.db import Busy
from server.office.imports import claims, laid, looking, pieces
from server.office.imports.models import ImportBatch, ImportFile, ImportPiece, ImportState
from server.office.imports.people import PEOPLE
from server.people import posts
from server.people.models import Person, Post, Role
from server.sheets import reading
from tests.console.tables import HEADERS, batch_of, count, csv_of, row, send_bytes
from tests.server.sheets import books


class Killed(BaseException):
    """The worker is gone: nothing is told and nothing is cleaned up."""


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setitem(laid.KINDS, "people", replace(PEOPLE, together=2))


def batch(runtime) -> ImportBatch:
    with runtime.db.reading() as session:
        return session.scalars(select(ImportBatch)).one()


def left(runtime) -> list[int]:
    return [count(runtime, each) for each in (ImportFile, ImportPiece)]


def end_posts(runtime, person_id: int) -> None:
    with runtime.db.transaction() as session:
        gone = update(Post).where(Post.person_id == person_id)
        session.execute(gone.values(until=runtime.now()))


def test_an_upload_is_answered_before_anything_is_read_of_it(clerk, runtime, monkeypatch) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    with monkeypatch.context() as patched:
        patched.setattr(reading.subprocess, "run", lambda *_a, **_b: pytest.fail("it was read"))
        page = batch_of(send_bytes(worker, "people", csv_of(row(1), row(2))))
        waits, part = worker.get(page).text, worker.get(f"{page}/progress").text
        early = worker.post(f"{page}/apply", agreed="1")
    read = looking.work(runtime)
    seen, still = worker.get(page).text, worker.get(f"{page}/progress").text

    assert "正在检查，已检查0行" in waits
    assert early.status_code == 409
    assert "<html" not in part
    assert ["every 2s" in text for text in (waits, part, seen, still)] == [True, True, False, False]
    assert read == 1
    assert "全部导入" in still
    assert left(runtime) == [0, 1]


def test_what_cannot_be_read_is_told_on_its_page_and_nothing_of_it_stays(clerk, runtime) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", "名字,电话\n王芳,1\n".encode("gb18030")))

    assert looking.work(runtime) == 0
    shown, refused = worker.get(page).text, worker.post(f"{page}/apply", agreed="1")

    assert "要有这些列：姓名、手机号、所属区域；现在第一行是：名字、电话" in shown
    assert "every 2s" not in shown
    assert refused.status_code == 409
    assert left(runtime) == [0, 0]
    assert "王芳".encode() not in (batch(runtime).fault or b"")


@pytest.mark.usefixtures("small_pieces")
def test_a_worker_killed_while_reading_loses_and_doubles_nothing(
    clerk, runtime, clock, monkeypatch
) -> None:
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)
    page = batch_of(send_bytes(worker, "people", csv_of(*map(row, range(5)), row(3))))
    lay = pieces.lay

    def dies(session, batch_id, number, lines, *, vault):
        lay(session, batch_id, number, lines, vault=vault)
        if number == 2:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pieces, "lay", dies)
        with pytest.raises(Killed):
            looking.work(runtime)
    halfway, idle = worker.get(page).text, looking.work(runtime)
    clock.advance(minutes=2)
    again = looking.work(runtime)

    assert "已检查2行" in halfway
    assert (idle, again) == (0, 1)
    assert (batch(runtime).count, batch(runtime).flaws) == (6, 1)
    assert "与第5行重复" in worker.get(page).text
    assert left(runtime) == [0, 3]
    assert count(runtime) == before


def test_a_worker_that_was_too_slow_lays_nothing_over_what_another_has_read(
    clerk, runtime, clock, monkeypatch, caplog
) -> None:
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)
    usual = replace(PEOPLE, together=2)

    def slow(work, lines):
        monkeypatch.setitem(laid.KINDS, "people", usual)
        clock.advance(minutes=2)
        assert looking.work(runtime) == 1
        usual.check(work, lines)

    monkeypatch.setitem(laid.KINDS, "people", replace(usual, check=slow))
    page = batch_of(send_bytes(worker, "people", csv_of(*map(row, range(5)))))
    with caplog.at_level(logging.WARNING):
        assert looking.work(runtime) == 0
    assert worker.post(f"{page}/apply", agreed="1").status_code == 303

    assert "read by another worker" in caplog.text
    assert count(runtime) == before + 5
    assert batch(runtime).state is ImportState.APPLIED


def lay_aside_while_reading(worker, runtime, page, monkeypatch) -> None:
    lay = pieces.lay

    def aside(session, batch_id, number, lines, *, vault):
        lay(session, batch_id, number, lines, vault=vault)
        monkeypatch.setattr(pieces, "lay", lay)
        monkeypatch.setattr(looking, "_line", lambda kind, row: discard() or line(kind, row))

    def discard():
        monkeypatch.setattr(looking, "_line", line)
        assert worker.post(f"{page}/discard").status_code == 303

    line = looking._line
    monkeypatch.setattr(pieces, "lay", aside)
    looking.work(runtime)


@pytest.mark.usefixtures("small_pieces")
def test_a_table_laid_aside_while_it_is_read_leaves_nothing(clerk, runtime, monkeypatch) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(*map(row, range(5)))))

    lay_aside_while_reading(worker, runtime, page, monkeypatch)

    assert batch(runtime).state is ImportState.DISCARDED
    assert left(runtime) == [0, 0]


@pytest.mark.usefixtures("small_pieces")
def test_control_without_the_claim_a_table_laid_aside_comes_back(
    clerk, runtime, monkeypatch
) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(*map(row, range(5)))))
    monkeypatch.setattr(claims, "renew", lambda *_: None)

    lay_aside_while_reading(worker, runtime, page, monkeypatch)

    assert left(runtime) != [0, 0]


def test_staff_who_lost_their_post_meanwhile_are_turned_down_and_the_file_is_gone(
    clerk, runtime
) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(row(1))))
    end_posts(runtime, worker.person_id)

    assert looking.work(runtime) == 0

    assert batch(runtime).state is ImportState.REFUSED
    assert left(runtime) == [0, 0]
    assert worker.get(page).status_code == 403


def test_staff_who_moved_away_meanwhile_find_each_row_flagged(clerk, runtime) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(row(1), row(2))))
    end_posts(runtime, worker.person_id)
    with runtime.db.transaction() as session:
        there = tree.by_code(session, "B1")
        given = worker.person_id, Role.COMMUNITY_WORKER, there, runtime.now()
        posts.appoint(session, *given, until=None)

    assert looking.work(runtime) == 1

    assert batch(runtime).flaws == 2
    assert "不在您负责的范围：A1" in worker.get(page).text


def test_a_table_that_kills_its_readers_holds_up_no_other(clerk, runtime, clock, monkeypatch):
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(row(1))))

    def die(*_a, **_b):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pieces, "lay", die)
        for _ in range(looking.MOST_TRIES):
            with pytest.raises(Killed):
                looking.work(runtime)
            clock.advance(minutes=2)
        assert looking.work(runtime) == 0

    assert "文件坏了或内容异常" in worker.get(page).text
    assert left(runtime) == [0, 0]


def test_a_database_that_is_busy_turns_nothing_down(clerk, runtime, clock, monkeypatch) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    page = batch_of(send_bytes(worker, "people", csv_of(row(1))))

    def busy(*_a, **_b):
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(pieces, "lay", busy)
        with pytest.raises(Busy):
            looking.work(runtime)
    clock.advance(minutes=2)

    assert looking.work(runtime) == 1
    assert "全部导入" in worker.get(page).text


def test_a_bug_turns_down_one_table_and_no_other(clerk, runtime, monkeypatch, caplog) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    bad = batch_of(send_bytes(worker, "people", csv_of(row(1))))

    def broken(*_a, **_b):
        raise ValueError("broken")

    with monkeypatch.context() as patched, caplog.at_level(logging.CRITICAL):
        patched.setattr(pieces, "lay", broken)
        assert looking.work(runtime) == 0
    good = batch_of(send_bytes(worker, "people", csv_of(row(1))))

    assert looking.work(runtime) == 1
    assert "文件坏了或内容异常" in worker.get(bad).text
    assert "全部导入" in worker.get(good).text


def test_no_more_than_a_piece_of_a_table_is_looked_at_together(clerk, runtime, monkeypatch) -> None:
    sizes: list[int] = []

    def check(work, lines):
        sizes.append(len(lines))
        PEOPLE.check(work, lines)

    monkeypatch.setitem(laid.KINDS, "people", replace(PEOPLE, together=4, check=check))
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)

    page = batch_of(send_bytes(worker, "people", csv_of(*map(row, range(10)))))
    looking.work(runtime)
    worker.post(f"{page}/apply", agreed="1")

    assert sizes == [4, 4, 2] * 2
    assert count(runtime) == before + 10


@pytest.mark.usefixtures("small_pieces")
def test_a_flaw_in_the_last_piece_undoes_the_first(clerk, runtime) -> None:
    street, district = clerk(Role.STREET_OPERATOR, "A"), clerk(Role.DISTRICT_OPERATOR, "D")
    rows = [*map(row, range(4)), row(9, "A2")]
    page = batch_of(send_bytes(street, "people", csv_of(*rows)))
    looking.work(runtime)
    before = count(runtime)

    assert district.post("/areas/A2/retire", reason="社区合并").status_code == 303
    assert street.post(f"{page}/apply", agreed="1").status_code == 409

    assert count(runtime) == before
    assert batch(runtime).state is ImportState.PREVIEWED


def test_a_table_of_which_a_piece_is_missing_is_not_kept(clerk, runtime) -> None:
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)
    page = batch_of(send_bytes(worker, "people", csv_of(row(1), row(2))))
    looking.work(runtime)
    with runtime.db.transaction() as session:
        pieces.forget(session, batch(runtime).id)

    assert worker.post(f"{page}/apply", agreed="1").status_code == 409
    assert count(runtime) == before


def test_years_are_understood_however_the_cells_are_written(clerk, runtime, tmp_path) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    born = [datetime(1956, 3, 9), 1956, "1956年3月", "１９５６", 20523, "1956.3.9", ""]  # noqa: DTZ001
    rows = [[f"示例·甲{n}", f"1380000{n:04}", year, "A1"] for n, year in enumerate(born)]
    book = books.xlsx(tmp_path / "a.xlsx", [HEADERS, *rows])

    page = batch_of(send_bytes(worker, "people", book.read_bytes(), "名单.xls"))
    looking.work(runtime)
    worker.post(f"{page}/apply", agreed="1")

    with runtime.db.reading() as session:
        found = session.scalars(select(Person.birth_year).order_by(Person.id.desc()).limit(7))
        assert found.all() == [None, *[1956] * 6]


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_a_list_is_read_whatever_program_wrote_it(clerk, runtime, encoding) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    page = batch_of(send_bytes(worker, "people", csv_of(row(1)).decode().encode(encoding)))
    looking.work(runtime)

    assert "全部导入" in worker.get(page).text


def test_merged_cells_are_flagged_where_nothing_shows(clerk, runtime, tmp_path) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    book = books.merged(tmp_path / "a.xlsx", HEADERS, [row(1), row(2), row(3)], column=3)

    page = batch_of(send_bytes(worker, "people", book.read_bytes()))
    looking.work(runtime)

    assert batch(runtime).flaws == 2
    assert "“所属区域”没有填" in worker.get(page).text
