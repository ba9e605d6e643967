"""A member's quarterly report at the desk: read by whom it is for, put down by the contact."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.party.models import FileRead, Look, ReportRevision
from server.people.models import Channel
from tests.console.test_party import OTHERS
from tests.console.test_party import cell as cell
from tests.console.test_party import seat as seat

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
def test_nobody_else_puts_a_report_down(runtime, seat, path, who) -> None:
    assert seat(who).post(path, **FORM).status_code in (403, 404)
    assert revisions(runtime) == []
