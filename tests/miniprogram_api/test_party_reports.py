"""A member's quarterly report over REST: one screen, kept for later or handed in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.party.models import FileRead, ReportRevision
from tests.server.party.acts import a_cell, given_to

SAID = {"work": "在示例物流", "thought": "都好", "life": "线上学习", "needs": "没有"}
BODY = {"quarter": "2026Q2"} | SAID


@pytest.fixture
def wang(runtime, clock, device):
    """A member with a mini-program, whose report is open."""
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
    clock.set(datetime(2026, 6, 20, 9, tzinfo=LOCAL).astimezone(UTC))
    phone = device()
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


def test_what_cannot_be_is_refused_in_a_sentence(runtime, wang) -> None:
    for more, code in (
        ({"quarter": "2026Q1"}, "party.other_quarter"),
        ({"needs": " "}, "party.unanswered"),
        ({"life": "说" * 20_000}, "party.too_long"),
        ({"life": "14010619900101123X"}, "party.looks_like_id"),
    ):
        assert wang.ask("POST", "/party/report/submit", BODY | more).json["code"] == code
    assert wang.ask("POST", "/party/report/submit", {"quarter": "2026Q2"}).status_code == 400


def test_for_whoever_has_no_file_nothing_is_there(wang, device) -> None:
    zhao = device()

    for method, path in (
        ("GET", "/party/report"),
        ("POST", "/party/report/submit"),
        ("PUT", "/party/report"),
    ):
        answer = zhao.ask(method, path, None if method == "GET" else BODY)
        assert (answer.status_code, answer.json["code"]) == (404, "party.nothing_there")
