"""The letter of a year and one's needs over REST; each answer leaves one line."""

import io
from datetime import UTC, datetime

import pypdf
import pytest
from sqlalchemy import select

from config.reports import Reports
from config.wording import LOCAL
from server.party.letters import desk, sending, writing
from server.party.letters.words import Words
from server.party.models import FileRead, Look, PartyLetter
from tests.server.party.acts import NAME, a_cell, given_to

ANSWER = {"words": "孩子入学的材料还差一份", "asks": True}


@pytest.fixture
def cell(runtime, clock):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
    clock.set(datetime(2026, 12, 10, 9, tzinfo=LOCAL).astimezone(UTC))
    return made


@pytest.fixture
def wang(runtime, device, cell):
    """A member with a mini-program, who was sent a letter."""
    phone, now = device(), runtime.now()
    keys = {"rules": Reports(), "vault": runtime.party}
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)
        who = session, cell.secretary, cell.file, 2026
        writing.write(*who, Words("这一年您辛苦了。", "合格"), 0, now, vault=runtime.party)
        sending.send(*who, desk.show(*who, now, **keys).seen, now, **keys)
        session.query(FileRead).delete()
    return phone


def looks(runtime) -> list[str]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(FileRead.part).order_by(FileRead.id)))


def test_a_letter_is_read_answered_and_answered_anew(wang) -> None:
    [one] = wang.ask("GET", "/party/letters").json["items"]
    thanked = wang.ask("PUT", "/party/letters/2026/answer", {"words": "谢谢，没有别的"})
    again = wang.ask("PUT", "/party/letters/2026/answer", {"words": "明年回村里看看"})

    assert (one["year"], one["to"], one["words"]) == (2026, f"{NAME}同志：", "这一年您辛苦了。")
    assert one["facts"][-1] == {"label": "支部大会评议", "words": "合格"}
    assert one["answer"] is None
    assert thanked.json["answered_by"] == "miniprogram"
    assert again.json["answer"] == "明年回村里看看"


def test_what_asks_for_help_is_followed(wang) -> None:
    assert wang.ask("GET", "/party/needs").json == {"items": []}
    for _time in range(2):
        assert wang.ask("PUT", "/party/letters/2026/answer", ANSWER).status_code == 200

    [need] = wang.ask("GET", "/party/needs").json["items"]
    assert (need["words"], need["state"], need["source"]) == (ANSWER["words"], "open", "letter")


def test_the_paper_is_the_same_bytes_each_time(runtime, wang) -> None:
    first, again = (wang.ask("GET", "/party/letters/2026/paper") for _time in range(2))

    assert first.mimetype == "application/pdf"
    assert first.data == again.data
    page = pypdf.PdfReader(io.BytesIO(first.data)).pages[0]
    said = "".join(page.extract_text().split())
    for words in (NAME, "这一年您辛苦了。", "支部大会评议", "2026年12月10日"):
        assert words in said
    assert looks(runtime) == [Look.LETTER, Look.LETTER]


def test_every_answer_that_shows_anything_leaves_one_line(runtime, wang) -> None:
    for count, (method, path, body, part) in enumerate(
        (
            ("GET", "/party/letters", None, Look.LETTER),
            ("GET", "/party/letters/2026/paper", None, Look.LETTER),
            ("PUT", "/party/letters/2026/answer", ANSWER, Look.LETTER),
            ("GET", "/party/needs", None, Look.NEED),
        ),
        1,
    ):
        assert wang.ask(method, path, body).status_code == 200
        assert (len(looks(runtime)), looks(runtime)[-1]) == (count, part)
    with runtime.db.reading() as session:
        assert session.scalars(select(PartyLetter.read_at)).one() == runtime.now()


def test_what_cannot_be_is_refused_in_a_sentence(wang) -> None:
    for body, code in (
        ({"words": " "}, "party.words_needed"),
        ({"words": "说" * 5_000}, "party.too_long"),
        ({"words": "14010619900101123X"}, "party.looks_like_id"),
    ):
        assert wang.ask("PUT", "/party/letters/2026/answer", body).json["code"] == code
    assert wang.ask("PUT", "/party/letters/2026/answer", {}).status_code == 400


@pytest.mark.parametrize("year", ["2025", "999999999999999999"])
def test_of_a_year_without_a_letter_nothing_is_there(wang, year) -> None:
    for method, path, body in (
        ("GET", f"/party/letters/{year}/paper", None),
        ("PUT", f"/party/letters/{year}/answer", ANSWER),
    ):
        answer = wang.ask(method, path, body)
        assert (answer.status_code, answer.json["code"]) == (404, "party.nothing_there")


def test_for_whoever_has_no_file_nothing_is_there(wang, device) -> None:
    zhao = device()
    for method, path, body in (
        ("GET", "/party/letters", None),
        ("GET", "/party/letters/2026/paper", None),
        ("PUT", "/party/letters/2026/answer", ANSWER),
        ("GET", "/party/needs", None),
    ):
        answer = zhao.ask(method, path, body)
        assert (answer.status_code, answer.json["code"]) == (404, "party.nothing_there")
