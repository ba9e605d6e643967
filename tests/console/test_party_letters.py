"""Letters and needs at the desk: for whom they are, and that each look is written down."""

import io
import re
from datetime import UTC, datetime

import pypdf
import pytest
from sqlalchemy import select

from config.reports import Reports
from config.wording import LOCAL
from server.party.models import FileRead, PartyLetter, PartyNeed
from server.party.reports import reports
from server.people.models import Channel
from tests.console.test_party import OTHERS, READERS
from tests.console.test_party import cell as cell
from tests.console.test_party import seat as seat
from tests.server.party.acts import NAME

SHOWING = (
    "/party/letters",
    "/party/files/{file}/letters/2026",
    "/party/needs",
    "/party/files/{file}/needs",
)
BODY = "示例金丝雀，这一年您辛苦了。"
MARK = re.compile(r'name="seen" value="([0-9a-f]+)"')


@pytest.fixture
def december(cell, clock) -> str:
    """The address of the member's letter of this year."""
    clock.set(datetime(2026, 12, 10, 9, tzinfo=LOCAL).astimezone(UTC))
    return f"/party/files/{cell.file}/letters/2026"


def written(desk, path) -> str:
    """Write the branch's words, and return the mark of what is shown then."""
    answer = desk.post(path, said=BODY, result="合格", revision="0")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    [mark] = MARK.findall(desk.get(path).get_data(as_text=True))
    return mark


def sent(desk, path) -> None:
    assert desk.post(f"{path}/send", seen=written(desk, path)).status_code == 303


def looks(runtime) -> list[tuple[int, str]]:
    with runtime.db.reading() as session:
        rows = session.execute(select(FileRead.reader_id, FileRead.part).order_by(FileRead.id))
        return [tuple(each) for each in rows]


@pytest.mark.parametrize("who", [*READERS, *OTHERS])
def test_every_page_is_open_to_these_roles_alone(runtime, seat, cell, december, who) -> None:
    contact = seat("contact")
    contact.post(f"/party/files/{cell.file}/needs", need="租房", channel="phone")
    reader = contact if who == "contact" else seat(who)
    before = looks(runtime)

    for path in SHOWING:
        count = len(looks(runtime))
        answer = reader.get(path.format(file=cell.file))
        assert (NAME in answer.get_data(as_text=True)) == (who in READERS), path
        if who in READERS:
            assert [each for each, _part in looks(runtime)[count:]] == [reader.person_id], path
        elif "{file}" in path:
            assert answer.status_code in (403, 404), path
    if who in OTHERS:
        assert looks(runtime) == before


@pytest.mark.parametrize("who", ["secretary", "committee", "officer"])
def test_a_branch_writes_looks_and_sends(runtime, seat, cell, december, who) -> None:
    desk = seat(who)
    seen = written(desk, december)
    shown = desk.get(december).get_data(as_text=True)
    for words in (f"{NAME}同志：", BODY, "第1季度免交", "支部大会评议", "发出去就是这样"):
        assert words in shown
    assert desk.get(f"{december}/paper").status_code == 409

    assert desk.post(f"{december}/send", seen="0").status_code == 409
    for _time in range(2):
        assert desk.post(f"{december}/send", seen=seen).status_code == 303
    assert "已发" in desk.get("/party/letters").get_data(as_text=True)
    assert desk.post(december, said="改", revision="2").status_code == 409
    paper = desk.get(f"{december}/paper")
    assert BODY in "".join(pypdf.PdfReader(io.BytesIO(paper.data)).pages[0].extract_text().split())


def test_what_was_keyed_is_shown_again_where_somebody_was_first(seat, december) -> None:
    desk = seat("secretary")
    written(desk, december)
    answer = desk.post(december, said="我改的话", revision="0")

    assert answer.status_code == 409
    assert "我改的话" in answer.get_data(as_text=True)


def test_all_that_is_written_is_sent_with_one_click(runtime, seat, cell, december) -> None:
    desk = seat("secretary")
    written(desk, december)
    for count in (1, 0):
        answer = desk.post("/party/letters/send", branch=str(cell.branch), year="2026")
        assert answer.status_code == 303
        said = desk.get("/party/letters").get_data(as_text=True)
        assert (f"已发出{count}封" if count else "没有等着发的") in said


def test_the_list_is_of_one_branch_or_of_all_one_may_see(seat, cell, december) -> None:
    desk = seat("secretary")
    other = str(cell.branch + 99)
    assert "发出全部写好的" not in desk.get("/party/letters").get_data(as_text=True)
    written(desk, december)

    for asked, sends in (("", True), (str(cell.branch), True), (other, True), ("all", False)):
        shown = desk.get(f"/party/letters?branch={asked}").get_data(as_text=True)
        assert NAME in shown
        assert ("发出全部写好的" in shown) == sends
    assert NAME in seat("contact").get("/party/letters").get_data(as_text=True)


def test_a_contact_puts_the_answer_down_and_sees_no_draft(runtime, seat, december) -> None:
    desk, contact = seat("secretary"), seat("contact")
    written(desk, december)
    assert BODY not in contact.get(december).get_data(as_text=True)
    assert contact.post(december, said="改", revision="1").status_code == 403

    sent_by = desk.post("/party/letters/send", branch="1", year="2026")
    assert sent_by.status_code == 303
    assert BODY in contact.get(december).get_data(as_text=True)
    form = {"answer": "过年回来", "asks": "1", "channel": "phone", "revision": "2"}
    assert contact.post(f"{december}/answer", **form).status_code == 303
    shown = contact.get(december).get_data(as_text=True)
    assert "过年回来" in shown
    assert "本人已回复" in shown
    assert contact.post(f"{december}/answer", **(form | {"answer": "改口"})).status_code == 409
    with runtime.db.reading() as session:
        assert session.scalars(select(PartyLetter.channel)).one() is Channel.PHONE
        assert session.scalars(select(PartyNeed.source)).one() == "letter"


@pytest.mark.parametrize("who", OTHERS)
def test_whoever_may_not_read_does_nothing(runtime, seat, cell, december, who) -> None:
    other = seat(who)
    for path, form in (
        (december, {"said": "话", "revision": "0"}),
        (f"{december}/send", {"seen": "0"}),
        (f"{december}/answer", {"answer": "话"}),
        (f"/party/files/{cell.file}/needs", {"need": "事"}),
        (f"/party/files/{cell.file}/needs/report", {"quarter": "2026Q1"}),
        (f"/party/files/{cell.file}/needs/1/outcome", {"outcome_1": "好"}),
    ):
        assert other.post(path, **form).status_code in (403, 404), path
    with runtime.db.reading() as session:
        assert session.scalars(select(PartyLetter.id)).all() == []
        assert session.scalars(select(PartyNeed.id)).all() == []


def test_a_need_is_put_down_solved_and_listed(runtime, seat, cell) -> None:
    contact, path = seat("contact"), f"/party/files/{cell.file}/needs"
    assert contact.post(path, need=" ", channel="phone").status_code == 400
    assert contact.post(path, need="示例金丝雀要租房", channel="paper").status_code == 303
    assert "示例金丝雀要租房" in contact.get("/party/needs").get_data(as_text=True)
    assert "困难和请求：还有1件没办好" in contact.get("/").get_data(as_text=True)

    assert contact.post(f"{path}/1/outcome", outcome_1="").status_code == 400
    assert contact.post(f"{path}/1/outcome", outcome_1="已经租到").status_code == 303
    assert "示例金丝雀要租房" not in contact.get("/party/needs").get_data(as_text=True)
    assert "已经租到" in contact.get("/party/needs?state=solved").get_data(as_text=True)
    assert "还有1件" not in contact.get("/").get_data(as_text=True)


def test_a_need_of_a_report_is_taken_over_with_one_click(runtime, seat, cell, clock) -> None:
    clock.set(datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    keys = {"rules": Reports(), "vault": runtime.party, "channel": Channel.CHAT}
    contact, path = seat("contact"), f"/party/files/{cell.file}/report"
    for needs, offered in (("没有", False), ("示例金丝雀要租房", True)):
        said = {"work": "在", "thought": "好", "life": "有", "needs": needs}
        with runtime.db.transaction() as session:
            who = session, cell.member, "2026Q2", runtime.now()
            reports.submit(*who, said=said, **keys)
        assert ("转办" in contact.get(path).get_data(as_text=True)) == offered

    take = f"/party/files/{cell.file}/needs/report"
    for _time in range(2):
        assert contact.post(take, quarter="2026Q2").status_code == 303
    with runtime.db.reading() as session:
        assert session.scalars(select(PartyNeed.source)).all() == ["report"]
