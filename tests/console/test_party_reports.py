"""A member's quarterly report at the desk: read by whom it is for, put down by the contact."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.party.models import FileRead, Look, ReportRevision
from server.people.models import Channel, Role
from tests.console.test_party import OTHERS
from tests.console.test_party import cell as cell
from tests.console.test_party import seat as seat
from tests.server.party.acts import NAME, a_file

SAID = {"work": "示例金丝雀工地", "thought": "都好", "life": "线上学习", "needs": "没有"}
FORM = {"quarter": "2026Q2", "channel": "phone"} | SAID


@pytest.fixture
def path(cell, clock) -> str:
    """The address of a member's report that is open."""
    clock.set(datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    return f"/party/files/{cell.file}/report"


def revisions(runtime) -> list[ReportRevision]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(ReportRevision)))


@pytest.mark.parametrize("who", ["contact", "secretary", "officer"])
def test_what_was_told_by_telephone_is_put_down_and_read(runtime, seat, path, who) -> None:
    desk = seat(who)

    assert "代本人记下" in desk.get(path).get_data(as_text=True)
    assert desk.post(path, **FORM).status_code == 303
    shown = desk.get(path).get_data(as_text=True)
    assert "示例金丝雀工地" in shown
    assert "已交" in shown
    [one] = revisions(runtime)
    assert (one.channel, one.by_id) == (Channel.PHONE, desk.person_id)
    with runtime.db.reading() as session:
        looks = session.scalars(select(FileRead.part).where(FileRead.reader_id == desk.person_id))
        assert list(looks) == [Look.REPORT, Look.REPORT]


def test_a_form_that_lacks_an_answer_is_shown_again_with_what_was_typed(seat, path) -> None:
    answer = seat("contact").post(path, **(FORM | {"life": ""}))

    assert answer.status_code == 400
    shown = answer.get_data(as_text=True)
    assert "第3个问题还没有回答" in shown
    assert "示例金丝雀工地" in shown


@pytest.mark.parametrize("who", ["committee", *OTHERS])
def test_nobody_else_puts_a_report_down_or_decides_on_one(runtime, seat, path, who) -> None:
    other = seat(who)

    assert other.post(path, **FORM).status_code in (403, 404)
    for deed in ("answer", "accept", "return", "excuse"):
        said = READ | {"question": "好吗", "answer": "好", "reason": "住院"}
        assert other.post(f"{path}/{deed}", **said).status_code in (403, 404), deed
    assert revisions(runtime) == []


READ = {"quarter": "2026Q2", "number": "1"}


@pytest.mark.parametrize("who", ["contact", "secretary", "officer"])
def test_a_report_is_asked_about_once_answered_and_accepted(runtime, seat, path, who) -> None:
    desk = seat(who)
    desk.post(path, **FORM)
    for _time in range(2):
        assert desk.post(f"{path}/return", **READ, question="示例金丝雀好吗").status_code == 303
    again = desk.post(f"{path}/return", **READ, question="还有一个")
    assert again.status_code == 409
    shown = again.get_data(as_text=True)
    for words in ("已经退回问过一次", "退回，等本人回答", "示例金丝雀好吗", "代本人回答"):
        assert words in shown
    assert "退回，问这个问题" not in shown

    assert desk.post(f"{path}/answer", **READ, answer="都好", channel="paper").status_code == 303
    stale = desk.post(f"{path}/accept", **READ)
    assert stale.status_code == 409
    assert "又交来了新的一版" in stale.get_data(as_text=True)
    assert desk.post(f"{path}/accept", quarter="2026Q2", number="2").status_code == 303
    shown = desk.get(path).get_data(as_text=True)
    for words in ("已收下", "第2版（现在算这一版）", "第1版", "支部问的，本人答", "都好"):
        assert words in shown
    assert "代本人记下" not in shown
    assert [one.channel for one in revisions(runtime)] == [Channel.PHONE, Channel.PAPER]


def test_an_earlier_quarter_is_read_and_excused_when_its_time_is_over(
    runtime, clock, seat, path
) -> None:
    desk = seat("secretary")
    early = desk.post(f"{path}/excuse", **READ, reason="示例金丝雀住院")
    assert early.status_code == 409
    assert "请先代本人记下汇报" in early.get_data(as_text=True)
    clock.set(datetime(2026, 9, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    desk = seat("secretary")

    assert "第3季度汇报" in desk.get(path).get_data(as_text=True)
    old = f"{path}?quarter=2026Q2"
    shown = desk.get(old).get_data(as_text=True)
    assert "这一季没有交" in shown
    assert "记下没交的原因" in shown
    answer = desk.post(f"{path}/excuse", **READ, reason="示例金丝雀住院", **SAID)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("quarter=2026Q2")
    shown = desk.get(old).get_data(as_text=True)
    for words in ("没交，已说明原因", "示例金丝雀住院", "示例金丝雀工地", "第1版"):
        assert words in shown
    assert desk.get(f"{path}?quarter=2031Q1").status_code == 404
    assert desk.get(f"{path}?quarter=天书").status_code == 404


def test_every_quarter_that_is_read_leaves_one_line(runtime, clock, seat, path) -> None:
    seat("contact").post(path, **FORM)
    clock.set(datetime(2027, 2, 1, tzinfo=UTC))
    desk = seat("contact")

    for count, quarter in enumerate(("2026Q1", "2026Q2", "2026Q4", ""), 1):
        assert desk.get(f"{path}?quarter={quarter}").status_code == 200
        with runtime.db.reading() as session:
            mine = FileRead.reader_id == desk.person_id, FileRead.part == Look.REPORT
            assert len(session.scalars(select(FileRead.id).where(*mine)).all()) == count


def test_the_list_counts_what_is_due_and_shows_it(seat, path) -> None:
    desk = seat("contact")
    assert "还没汇报（1人）" in desk.get("/party").get_data(as_text=True)
    assert NAME in desk.get("/party?due=report").get_data(as_text=True)
    desk.post(path, **FORM)

    for due, here in (("report", False), ("returned", False), ("accept", True)):
        shown = desk.get(f"/party?due={due}").get_data(as_text=True)
        assert (NAME in shown) == here
        assert "汇报等收下（1人）" in shown


def test_the_queue_tells_how_many_are_to_report_and_leads_to_the_list(seat, path) -> None:
    desk = seat("contact")
    shown = desk.get("/").get_data(as_text=True)

    assert "还有1人没汇报" in shown
    assert NAME not in shown
    desk.post(path, **FORM)
    assert "没汇报" not in desk.get("/").get_data(as_text=True)


def test_the_trail_tells_what_was_decided_and_of_nobodys_words(seat, clerk, path) -> None:
    desk = seat("secretary")
    desk.post(path, **FORM)
    desk.post(f"{path}/return", **READ, question="示例金丝雀好吗")

    shown = clerk(Role.AUDITOR, "D").get("/audit").get_data(as_text=True)

    assert "退回季度汇报" in shown
    assert "金丝雀" not in shown


def test_the_page_asks_the_database_as_often_for_ten_years_as_for_one(
    runtime, clock, seat, path, statements
) -> None:
    desk = seat("contact")
    desk.post(path, **FORM)
    with statements() as few:
        desk.get(f"{path}?quarter=2026Q2")
    clock.set(datetime(2036, 2, 1, tzinfo=UTC))
    desk = seat("contact")
    desk.get("/")

    with statements() as many:
        shown = desk.get(f"{path}?quarter=2026Q2").get_data(as_text=True)

    assert shown.count("这一季没有交") == 38
    assert len(many) == len(few)


def test_a_report_that_waits_is_what_one_finds_first_until_it_is_accepted(
    clock, seat, path
) -> None:
    seat("contact").post(path, **FORM)
    clock.set(datetime(2026, 9, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    desk = seat("secretary")

    assert '/report">' in desk.get("/party?due=accept").get_data(as_text=True)
    assert "2026年第2季度汇报" in (shown := desk.get(path).get_data(as_text=True))
    assert "看2026年第3季度" in shown
    desk.post(f"{path}/accept", **READ)
    assert "2026年第3季度汇报" in desk.get(path).get_data(as_text=True)


def test_once_a_report_is_accepted_the_next_that_waits_is_one_step_away(
    runtime, seat, path, cell
) -> None:
    with runtime.db.transaction() as session:
        told = {"name": "示例·沈秋菊", "phone": "13912345679"}
        other = a_file(session, cell.secretary, cell.branch, runtime.now(), **told).id
    desk, theirs = seat("secretary"), f"/party/files/{other}/report"
    for each in (path, theirs):
        desk.post(each, **FORM)

    desk.post(f"{path}/accept", **READ)
    shown = desk.get(f"{path}?quarter=2026Q2").get_data(as_text=True)
    assert theirs in shown
    assert "下一位等收下的" in shown
    desk.post(f"{theirs}/accept", **READ)
    assert "下一位" not in desk.get(f"{path}?quarter=2026Q2").get_data(as_text=True)


def test_a_task_leads_to_the_list_it_speaks_of(seat, path) -> None:
    desk = seat("contact")
    assert "/console/party?due=report" in desk.get("/").get_data(as_text=True)
    desk.post(path, **FORM)

    shown = desk.get("/").get_data(as_text=True)
    assert "汇报等收下：1人交了" in shown
    assert "/console/party?due=accept" in shown
