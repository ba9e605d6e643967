"""A member's own file over REST; each answer leaves one line, and for others nothing is there."""

import pytest
from sqlalchemy import select

from server.party import own
from server.party.models import FileRead, PartyFile
from tests.server.party.acts import NAME, PLACE, a_cell, given_to

PATHS = (
    ("GET", "/party/file", None),
    ("PUT", "/party/file", {"place": "示例路9号"}),
    ("PUT", "/party/file/confirmation", None),
    ("PUT", "/party/file/consent", None),
    ("DELETE", "/party/file/consent", None),
    ("GET", "/party/contact", None),
    ("GET", "/party/reads", None),
    ("GET", "/party/report", None),
    ("GET", "/party/waiting", None),
)
SHOWING = (PATHS[0], PATHS[1], *PATHS[5:])


@pytest.fixture
def cell(runtime):
    with runtime.db.transaction() as session:
        return a_cell(session, runtime.now())


@pytest.fixture
def wang(runtime, device, cell):
    """The member of the cell, with a mini-program."""
    phone = device()
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)
    return phone


def lines(runtime) -> int:
    with runtime.db.reading() as session:
        return len(session.scalars(select(FileRead.id)).all())


def test_a_member_reads_tells_and_confirms(wang) -> None:
    assert wang.ask("PUT", "/party/file/consent").status_code == 204
    moved = wang.ask("PUT", "/party/file", {"place": "示例路9号"})
    confirmed = wang.ask("PUT", "/party/file/confirmation")
    shown = wang.ask("GET", "/party/file")

    assert confirmed.status_code == 204
    assert moved.json["place"] == shown.json["place"] == "示例路9号"
    assert shown.json["name"] == NAME
    assert shown.json["agrees"] is True
    assert shown.json["state"] == "active"
    assert wang.ask("GET", "/party/contact").json["name"].startswith("示例·组织")
    assert wang.ask("GET", "/party/reads").json == {"items": []}


@pytest.mark.parametrize(("method", "path", "body"), SHOWING)
def test_every_answer_that_shows_a_member_leaves_one_line(
    runtime, wang, method, path, body
) -> None:
    before = lines(runtime)

    assert wang.ask(method, path, body).status_code == 200

    assert lines(runtime) == before + 1


def test_ones_own_export_leaves_one_line_as_well(runtime, wang) -> None:
    before = lines(runtime)

    answer = wang.ask("GET", "/me/export")

    assert NAME in answer.get_data(as_text=True)
    assert lines(runtime) == before + 1


def test_control_a_page_that_leaves_no_line_is_seen(runtime, wang, monkeypatch) -> None:
    monkeypatch.setattr(own.access, "note", lambda *_told: None)
    before = lines(runtime)

    assert PLACE in wang.ask("GET", "/party/file").get_data(as_text=True)

    assert lines(runtime) == before


@pytest.mark.parametrize(("method", "path", "body"), PATHS)
def test_for_whoever_has_no_file_nothing_is_there(cell, device, method, path, body) -> None:
    answer = device().ask(method, path, body)

    assert (answer.status_code, answer.json["code"]) == (404, "party.nothing_there")


def test_what_cannot_be_is_refused_in_a_sentence(runtime, cell, wang) -> None:
    for body, code in (
        ({}, "party.nothing_said"),
        ({"place": "14010619900101123X"}, "party.looks_like_id"),
        ({"phone": "天天"}, "people.bad_phone"),
        ({"place": "路" * 150}, "party.too_long"),
    ):
        assert wang.ask("PUT", "/party/file", body).json["code"] == code
    assert wang.ask("PUT", "/party/file", {"card_no": "1"}).status_code == 400
    with runtime.db.reading() as session:
        assert session.get_one(PartyFile, cell.file).revision == 1
