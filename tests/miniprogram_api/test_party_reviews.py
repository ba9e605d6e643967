"""A member's quarterly reviews over REST: read, and answered by PUT, so twice is once."""

import pytest
from sqlalchemy import select

from server.party.models import FileRead, Look, ReviewState
from tests.server.party.acts import a_cell, given_to
from tests.server.party.reviews.acts import (
    JULY,
    QUARTER,
    WORDS,
    a_good_quarter,
    decide,
    review_of,
    show,
)

ACKNOWLEDGE = f"/party/reviews/{QUARTER}/acknowledgement"
OBJECT = f"/party/reviews/{QUARTER}/objection"


@pytest.fixture
def cell(runtime, clock):
    with runtime.db.transaction() as session:
        made = a_cell(session, runtime.now())
    clock.set(JULY)
    return made


@pytest.fixture
def wang(runtime, cell, device):
    """A member with a mini-program, whose quarter is decided and not shown."""
    phone = device()
    with runtime.db.transaction() as session:
        a_good_quarter(session, cell)
        given_to(session, cell.file, phone.person_id)
        cell.member = phone.person_id
        decide(session, cell)
    return phone


@pytest.fixture
def shown(runtime, cell, wang):
    with runtime.db.transaction() as session:
        show(session, cell)
    return wang


def state(runtime, cell) -> ReviewState:
    with runtime.db.reading() as session:
        return review_of(session, cell).state


def test_the_facts_come_first_and_then_the_decision(runtime, cell, wang) -> None:
    [draft] = wang.ask("GET", "/party/reviews").json["items"]
    assert (draft["quarter"], draft["state"], draft["grade"]) == (QUARTER, "drafted", None)
    assert draft["facts"][0] == {"fact": "report", "holds": True, "why": "按时交了"}
    with runtime.db.transaction() as session:
        show(session, cell)

    [told] = wang.ask("GET", "/party/reviews").json["items"]
    assert (told["state"], told["grade"]) == ("shown", "qualified")
    assert told["until"] == "2026-08-09T09:00:00+08:00"
    with runtime.db.reading() as session:
        looks = session.scalars(select(FileRead.part).where(FileRead.reader_id == wang.person_id))
        assert list(looks) == [Look.REVIEW] * 2


def test_with_nothing_to_say_twice_is_once(runtime, cell, shown) -> None:
    for _time in range(2):
        assert shown.ask("PUT", ACKNOWLEDGE).status_code in (200, 204)
    assert state(runtime, cell) is ReviewState.ACKNOWLEDGED


def test_an_objection_is_heard_once(runtime, cell, shown) -> None:
    for _time in range(2):
        assert shown.ask("PUT", OBJECT, {"words": WORDS}).status_code in (200, 204)

    [told] = shown.ask("GET", "/party/reviews").json["items"]
    assert (told["state"], told["objection"]) == ("objected", WORDS)
    assert shown.ask("PUT", ACKNOWLEDGE).json["code"] == "party.objection_open"


def test_what_cannot_be_is_refused_in_a_sentence(runtime, cell, wang) -> None:
    assert wang.ask("PUT", ACKNOWLEDGE).json["code"] == "party.not_shown_yet"
    with runtime.db.transaction() as session:
        show(session, cell)
    for words, code in (
        (" ", "party.words_needed"),
        ("说" * 600, "party.too_long"),
        ("14010619900101123X", "party.looks_like_id"),
    ):
        assert wang.ask("PUT", OBJECT, {"words": words}).json["code"] == code
    assert wang.ask("PUT", OBJECT, {}).status_code == 400
    assert wang.ask("PUT", OBJECT.replace(QUARTER, "2026Q9"), {"words": "x"}).status_code == 404
    assert state(runtime, cell) is ReviewState.SHOWN


def test_for_whoever_has_no_file_nothing_is_there(shown, device) -> None:
    zhao = device()

    for method, path, body in (
        ("GET", "/party/reviews", None),
        ("PUT", ACKNOWLEDGE, None),
        ("PUT", OBJECT, {"words": WORDS}),
    ):
        assert zhao.ask(method, path, body).status_code == 404
