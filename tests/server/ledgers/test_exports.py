"""Exports reach whoever asked and nobody else, survive a killed worker, and run nothing."""

import csv
import logging
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from server.areas.models import Area
from server.audit.models import AuditEntry
from server.ledgers import copying, exports, files, layouts
from server.ledgers.months import BadSpan, Span
from server.ledgers.questions import BadKind, NotReady, PurposeNeeded, Question
from server.people.models import Post, Role
from server.staff import approvals
from server.staff import reach as reaches
from server.staff.approvals import AskedAlready, SecondPersonNeeded
from server.staff.models import Export, ExportState
from server.staff.reach import NotAllowed, OutOfReach

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def ask(runtime, now, areas):
    def of(reach, area="A1", kind="service", form="csv", **more):
        with runtime.db.transaction() as session:
            given = {"span": MARCH, "purpose": "街道季度汇总"} | more
            question = Question(kind, form, session.get_one(Area, areas[area]), **given)
            return exports.ask(session, reach, question, now)

    return of


@pytest.fixture
def folder(runtime) -> Path:
    return Path(runtime.settings.exports_dir)


def written(runtime, export_id) -> Export:
    copying.work(runtime)
    with runtime.db.reading() as session:
        return session.get_one(Export, export_id)


def read(folder, export) -> list[list[str]]:
    path = folder / export.file_name
    if export.form == "xlsx":
        return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_ledger_is_written_with_masked_names_and_its_watermark(
    runtime, ask, staff, served, folder, form
) -> None:
    served("A1", people=3, names=["示例·李明"])
    served("B1", people=3)
    worker = staff(Role.COMMUNITY_WORKER, "A1")

    export = written(runtime, ask(worker, form=form).export_id)
    rows = read(folder, export)

    assert (export.state, export.rows_done, export.rows_total) == (ExportState.READY, 3, 3)
    assert rows[0][:2] == ["服务日期", "区域"]
    assert {row[1] for row in rows[1:4]} == {"示例A1社区"}
    assert {row[6] for row in rows[1:4]} == {"示***明"}
    assert "街道季度汇总" in rows[-1][0]
    assert "示例·职员" in rows[-1][0]
    assert "2026-03-09 09:00" in rows[-1][0]


def test_nothing_that_is_exported_runs(runtime, ask, staff, served, folder) -> None:
    served("A1", people=2, title="=HYPERLINK(1)", names=["＝cmd", "  @x"])
    worker = staff(Role.COMMUNITY_WORKER, "A1")

    rows = read(folder, written(runtime, ask(worker, purpose="=1+1").export_id))
    cells = [cell for row in rows for cell in row]

    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "-", "@", "＝")]


def test_the_same_asked_again_is_the_same_export(ask, staff, served, runtime, clock) -> None:
    served("A1")
    worker = staff(Role.COMMUNITY_WORKER, "A1")

    first, again = ask(worker), ask(worker)
    written(runtime, first.export_id)
    after = ask(worker)
    other = ask(worker, form="xlsx")

    assert first == again == after
    assert other.export_id != first.export_id


def test_more_than_a_hundred_rows_or_whole_names_need_a_second_person(
    runtime, ask, staff, served, now, folder
) -> None:
    served("A1", people=5, names=["示例·李明"])
    served("A2", people=101)
    worker, street = staff(Role.COMMUNITY_WORKER, "A1"), staff(Role.STREET_OPERATOR, "A")

    whole, many = ask(worker, whole=True), ask(street, area="A2")

    assert whole.export_id is many.export_id is None
    with pytest.raises(AskedAlready):
        ask(worker, whole=True)
    with runtime.db.transaction() as session, pytest.raises(SecondPersonNeeded):
        approvals.grant(session, street, many.approval_id, now)
    with runtime.db.transaction() as session:
        approvals.grant(session, street, whole.approval_id, now)
        [export] = session.scalars(select(Export)).all()
        assert export.asked_by == worker.person_id
    rows = read(folder, written(runtime, export.id))
    assert {row[6] for row in rows[1:6]} == {"示例·李明"}


def test_control_with_the_bound_out_of_reach_nobody_is_asked(ask, staff, served, monkeypatch):
    served("A1", people=101)
    monkeypatch.setattr(exports, "MOST_PERSONAL_ROWS", 10_000)

    assert ask(staff(Role.COMMUNITY_WORKER, "A1")).export_id is not None


def test_who_lost_their_post_gets_nothing_even_when_it_is_allowed(
    runtime, ask, staff, served, now
) -> None:
    served("A1", people=5)
    worker, street = staff(Role.COMMUNITY_WORKER, "A1"), staff(Role.STREET_OPERATOR, "A")
    whole, plain = ask(worker, whole=True), ask(worker)
    written(runtime, plain.export_id)
    with runtime.db.transaction() as session:
        gone = update(Post).where(Post.person_id == worker.person_id)
        session.execute(gone.values(until=now))

    with runtime.db.transaction() as session:
        left = reaches.of(session, worker.person_id, now)
        with pytest.raises(NotAllowed):
            exports.fetch(session, left, plain.export_id, now)
        with pytest.raises(approvals.AskerLeft):
            approvals.grant(session, street, whole.approval_id, now)


def test_only_who_asked_may_fetch_and_it_is_noted(runtime, ask, staff, served, now) -> None:
    served("A1")
    worker, colleague = staff(Role.COMMUNITY_WORKER, "A1"), staff(Role.COMMUNITY_WORKER, "A1")
    export_id = ask(worker).export_id

    with runtime.db.transaction() as session, pytest.raises(NotReady):
        exports.fetch(session, worker, export_id, now)
    written(runtime, export_id)
    with runtime.db.transaction() as session:
        with pytest.raises(OutOfReach):
            exports.fetch(session, colleague, export_id, now)
        exports.fetch(session, worker, export_id, now)

    with runtime.db.reading() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["export.asked", "export.fetched"]


def test_a_file_is_gone_after_a_day(runtime, ask, staff, served, folder, clock) -> None:
    served("A1")
    worker = staff(Role.COMMUNITY_WORKER, "A1")
    export = written(runtime, ask(worker).export_id)
    kept = (folder / export.file_name).exists()

    files.expire(runtime)
    still = (folder / export.file_name).exists()
    later = clock.advance(hours=24)
    with runtime.db.transaction() as session, pytest.raises(NotReady):
        exports.fetch(session, worker, export.id, later)
    files.expire(runtime)

    assert (kept, still, list(folder.iterdir())) == (True, True, [])
    assert written(runtime, export.id).state is ExportState.EXPIRED


def test_an_export_of_a_killed_worker_is_taken_up_again(
    runtime, ask, staff, served, folder, clock, monkeypatch
) -> None:
    served("A1", people=3, each=2)
    export_id = ask(staff(Role.COMMUNITY_WORKER, "A1")).export_id

    class Killed(BaseException):
        """Nothing is told and nothing is cleaned up."""

    def die(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(copying, "rmtree", lambda *_, **__: None)
        patched.setattr(copying, "write_csv", die)
        with pytest.raises(Killed):
            copying.work(runtime)
    idle = copying.work(runtime)
    clock.advance(minutes=2)
    export = written(runtime, export_id)

    assert idle == 0
    assert (export.state, export.rows_done) == (ExportState.READY, 6)
    left = [path.name for path in folder.iterdir() if path.name != export.file_name]
    assert len(left) == 1
    assert left[0].startswith(files.ASIDE)


def test_a_worker_that_was_too_slow_keeps_nothing(
    runtime, ask, staff, served, folder, clock, monkeypatch, caplog
) -> None:
    served("A1", people=2)
    export_id = ask(staff(Role.COMMUNITY_WORKER, "A1")).export_id
    write = copying.write_csv

    def slow(*given):
        monkeypatch.setattr(copying, "write_csv", write)
        clock.advance(minutes=2)
        assert copying.work(runtime) == 1
        return write(*given)

    monkeypatch.setattr(copying, "write_csv", slow)
    with caplog.at_level(logging.WARNING):
        copying.work(runtime)

    assert "taken up by another worker" in caplog.text
    assert len(list(folder.iterdir())) == 1
    assert written(runtime, export_id).state is ExportState.READY


def test_one_that_fails_holds_back_only_itself(
    runtime, ask, staff, served, monkeypatch, caplog
) -> None:
    served("A1", people=2)
    worker = staff(Role.COMMUNITY_WORKER, "A1")
    bad, good = ask(worker, form="xlsx").export_id, ask(worker, form="csv").export_id

    def broken(*_):
        raise ValueError("broken")

    monkeypatch.setattr(copying, "write_xlsx", broken)
    with caplog.at_level(logging.CRITICAL):
        copying.work(runtime)

    assert written(runtime, bad).state is ExportState.FAILED
    assert written(runtime, good).state is ExportState.READY


def test_progress_can_be_watched(runtime, ask, staff, served, monkeypatch) -> None:
    served("A1", people=5, each=2)
    export_id = ask(staff(Role.COMMUNITY_WORKER, "A1")).export_id
    seen: list[tuple[int, int | None]] = []
    monkeypatch.setattr(copying, "REPORT_EVERY", 4)
    settle = copying._settle

    def watched(house, claim, **values):
        settle(house, claim, **values)
        with runtime.db.reading() as session:
            export = session.get_one(Export, export_id)
            seen.append((export.rows_done, export.rows_total))

    monkeypatch.setattr(copying, "_settle", watched)
    copying.work(runtime)

    assert seen == [(0, 10), (4, 10), (8, 10), (10, 10)]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"kind": "people"}, BadKind),
        ({"form": "pdf"}, BadKind),
        ({"purpose": "  "}, PurposeNeeded),
        ({"span": Span(date(2026, 3, 2), date(2026, 3, 1))}, BadSpan),
        ({"span": Span(date(2020, 1, 1), date(2026, 1, 1))}, BadSpan),
        ({"kind": "roster", "activity_id": 999}, OutOfReach),
        ({"area": "B1"}, OutOfReach),
    ],
)
def test_what_makes_no_sense_is_refused(ask, staff, more, refusal) -> None:
    with pytest.raises(refusal):
        ask(staff(Role.COMMUNITY_WORKER, "A1"), **more)


def test_the_layout_for_the_national_system_claims_nothing(
    runtime, ask, staff, served, folder
) -> None:
    served("A1", people=1)

    export = written(runtime, ask(staff(Role.COMMUNITY_WORKER, "A1"), kind="national").export_id)
    rows = read(folder, export)

    assert rows[0] == list(layouts.volunteer_system().headers)
    assert len(rows[1]) == len(rows[0])
    assert "不声明符合" in layouts.volunteer_system().note


@pytest.mark.parametrize("kind", ["figures", "unmet"])
def test_figures_are_exported_without_persons(
    runtime, ask, staff, served, needed, folder, kind
) -> None:
    served("A1", people=2, names=["示例·李明"])
    needed("A1", "culture", due_at=None)

    export = written(runtime, ask(staff(Role.COMMUNITY_WORKER, "A1"), kind=kind).export_id)
    rows = read(folder, export)

    assert export.state is ExportState.READY
    assert rows[1][0] == "示例A1社区"
    assert "李" not in str(rows)
    assert kind != "figures" or rows[1][2] == "少于5"


def test_a_post_elsewhere_gives_nothing_here(runtime, ask, staff, now) -> None:
    stranger = staff(Role.DISTRICT_OPERATOR, "B")

    with pytest.raises(OutOfReach):
        ask(stranger)
