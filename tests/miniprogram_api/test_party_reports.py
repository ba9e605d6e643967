"""A member's quarterly report over REST: one screen, kept for later or handed in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.party.models import Contact, FileRead, ReportRevision
from server.party.reports import decisions
from server.staff import reach as reaches
from tests.server.party.acts import a_cell, given_to

SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}
BODY = {"quarter": "2026Q2"} | SAID
LACKING = "第4个问题还没有回答，请先写上；没有的写“没有”。"


@pytest.fixture
def wang(runtime, clock, device):
    """A member with a mini-program, whose report is open."""
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
    clock.set(datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    phone = device("oOfWang")
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)
    return phone


def lines(runtime) -> int:
    with runtime.db.reading() as session:
        return len(session.scalars(select(FileRead.id)).all())


def test_a_report_is_kept_for_later_and_handed_in(runtime, wang) -> None:
    kept = wang.ask("PUT", "/party/report", {"quarter": "2026Q2", "work": "在示例物流"})
    shown = wang.ask("GET", "/party/report")
    handed_in = wang.ask("POST", "/party/report/submit", BODY)

    assert kept.json == shown.json
    assert shown.json["said"]["work"] == "在示例物流"
    assert (shown.json["state"], shown.json["is_draft"]) == ("open", True)
    assert shown.json["due_at"] == "2026-07-11T00:00:00+08:00"
    assert (handed_in.json["state"], handed_in.json["handed_in"]) == ("submitted", SAID)


def test_twice_is_the_same_as_once(runtime, wang) -> None:
    first, again = (wang.ask("POST", "/party/report/submit", BODY) for _time in range(2))

    assert first.json == again.json
    with runtime.db.reading() as session:
        assert len(session.scalars(select(ReportRevision.id)).all()) == 1


def test_every_answer_that_shows_a_report_leaves_one_line(runtime, wang) -> None:
    for count, (method, path, body) in enumerate(
        (
            ("PUT", "/party/report", BODY),
            ("POST", "/party/report/submit", BODY),
            ("GET", "/party/report", None),
        ),
        1,
    ):
        assert wang.ask(method, path, body).status_code == 200
        assert lines(runtime) == count


@pytest.fixture
def asked(runtime, wang):
    """The same member, whose report the branch has returned with a question."""
    wang.ask("POST", "/party/report/submit", BODY)
    with runtime.db.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        reach = reaches.of(session, contact.contact_id, runtime.now())
        what = contact.file_id, "2026Q2", 1, "入学办好了吗", runtime.now()
        decisions.ask(session, reach, *what, vault=runtime.party)
    return wang


def test_a_question_is_shown_until_it_is_answered_also_in_the_next_window(
    clock, device, asked
) -> None:
    clock.set(datetime(2026, 9, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    asked = device("oOfWang")
    shown = asked.ask("GET", "/party/report").json
    told = "quarter", "state", "question", "answer", "handed_in"
    assert [shown[name] for name in told] == ["2026Q2", "returned", "入学办好了吗", None, SAID]

    for _time in range(2):
        answer = asked.ask("POST", "/party/report/submit", BODY | {"answer": "办好了"})
        assert answer.status_code == 200
    assert [answer.json[name] for name in told] == [
        *("2026Q2", "submitted", "入学办好了吗", "办好了", SAID)
    ]
    assert asked.ask("GET", "/party/report").json["quarter"] == "2026Q3"
    over = asked.ask("POST", "/party/report/submit", BODY | {"needs": "别的"})
    assert (over.status_code, over.json["code"]) == (409, "party.quarter_over")


def test_an_answer_nobody_asked_for_is_not_kept(wang) -> None:
    told = wang.ask("POST", "/party/report/submit", BODY | {"answer": "没人问"}).json

    assert (told["answer"], told["question"], told["late"]) == (None, None, False)


def test_what_was_accepted_is_said_and_takes_no_more(runtime, asked) -> None:
    with runtime.db.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        reach = reaches.of(session, contact.contact_id, runtime.now())
        what = contact.file_id, "2026Q2", 1, runtime.now()
        decisions.accept(session, reach, *what)

    assert asked.ask("GET", "/party/report").json["state"] == "accepted"
    for method, path in (("PUT", "/party/report"), ("POST", "/party/report/submit")):
        answer = asked.ask(method, path, BODY | {"needs": "别的"})
        assert (answer.status_code, answer.json["code"]) == (409, "party.accepted_already")


def test_what_cannot_be_is_refused_in_a_sentence(runtime, wang) -> None:
    for more, code in (
        ({"quarter": "2026Q1"}, "party.other_quarter"),
        ({"needs": " "}, "party.unanswered"),
        ({"life": "说" * 20_000}, "party.too_long"),
        ({"life": "14010619900101123X"}, "party.looks_like_id"),
    ):
        assert wang.ask("POST", "/party/report/submit", BODY | more).json["code"] == code


def revisions(runtime) -> int:
    with runtime.db.reading() as session:
        return len(session.scalars(select(ReportRevision.id)).all())


@pytest.mark.parametrize("body", [{"quarter": "2026Q2"}, {}, None])
def test_what_was_kept_is_handed_in_without_being_told_again(runtime, wang, body) -> None:
    nothing = wang.ask("POST", "/party/report/submit", body)
    assert (nothing.status_code, nothing.json["code"]) == (400, "party.unanswered")
    assert wang.ask("PUT", "/party/report", SAID).json["quarter"] == "2026Q2"

    first, again = (wang.ask("POST", "/party/report/submit", body) for _time in range(2))

    assert first.json == again.json
    assert (first.json["handed_in"], first.json["is_draft"]) == (SAID, False)
    assert revisions(runtime) == 1


def test_what_was_kept_completes_some_answers(runtime, wang) -> None:
    wang.ask("PUT", "/party/report", {"work": "以前写的", "thought": "都好"})
    some = {"work": "在示例物流", "life": "线上学习"}
    lacking = wang.ask("POST", "/party/report/submit", some)
    assert (lacking.json["code"], lacking.json["message"]) == ("party.unanswered", LACKING)
    assert wang.ask("GET", "/party/report").json["said"]["work"] == "以前写的"

    some |= {"needs": "没有"}
    first, again = (wang.ask("POST", "/party/report/submit", some) for _time in range(2))

    assert first.json == again.json
    assert (first.json["handed_in"], first.json["is_draft"]) == (SAID, False)
    assert revisions(runtime) == 1


def test_some_answers_alone_are_not_enough(wang) -> None:
    some = SAID | {"needs": ""}

    assert wang.ask("POST", "/party/report/submit", some).json["code"] == "party.unanswered"


def test_without_a_quarter_it_is_the_one_whose_turn_it_is(clock, device, asked) -> None:
    clock.set(datetime(2026, 9, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    asked = device("oOfWang")

    answer = asked.ask("POST", "/party/report/submit", SAID | {"answer": "办好了"})
    assert (answer.json["quarter"], answer.json["answer"]) == ("2026Q2", "办好了")
    assert asked.ask("PUT", "/party/report", SAID).json["quarter"] == "2026Q3"


def test_an_earlier_quarter_is_read_by_its_name_and_one_to_come_is_not_there(
    runtime, clock, device, wang
) -> None:
    wang.ask("POST", "/party/report/submit", BODY)
    clock.set(datetime(2026, 9, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    wang, before = device("oOfWang"), lines(runtime)

    shown = wang.ask("GET", "/party/report?quarter=2026Q2").json
    assert (shown["quarter"], shown["handed_in"]) == ("2026Q2", SAID)
    assert lines(runtime) == before + 1
    assert wang.ask("GET", "/party/report").json["quarter"] == "2026Q3"
    assert wang.ask("GET", "/party/report?quarter=2026Q4").status_code == 404
    for quarter in ("0000Q1", "9999Q4", "2026Q5", "x"):
        assert wang.ask("GET", f"/party/report?quarter={quarter}").status_code == 400, quarter
        for method, path in (("PUT", "/party/report"), ("POST", "/party/report/submit")):
            answer = wang.ask(method, path, BODY | {"quarter": quarter})
            assert answer.status_code == 400, quarter


def test_for_whoever_has_no_file_nothing_is_there(wang, device) -> None:
    zhao = device()

    for method, path in (
        ("GET", "/party/report"),
        ("POST", "/party/report/submit"),
        ("PUT", "/party/report"),
    ):
        answer = zhao.ask(method, path, None if method == "GET" else BODY)
        assert (answer.status_code, answer.json["code"]) == (404, "party.nothing_there")
