"""The review desk in the console: whom it is open to, what is done there, and each look noted."""

from typing import Any

import pytest
from sqlalchemy import select

from server.party.models import FileRead, Look, PartyReview, ReviewState
from server.party.reviews import verdicts
from server.people.models import Channel
from tests.console.test_party import OTHERS
from tests.console.test_party import cell as cell
from tests.console.test_party import seat as seat
from tests.server.party.acts import NAME, VAULT, given_to
from tests.server.party.reviews.acts import (
    JULY,
    QUARTER,
    WORDS,
    a_good_quarter,
    object_to,
    shanghai,
    touch,
)

HERE = {"quarter": QUARTER}
FACTS = {"holds": ["report", "contact", "life"]}
DECISION: dict[str, Any] = {"grade": "qualified", "revision": "0"} | FACTS | HERE


@pytest.fixture
def path(runtime, cell, clock) -> str:
    """The address of the review of a member whose quarter was a good one."""
    clock.set(JULY)
    with runtime.db.transaction() as session:
        a_good_quarter(session, cell)
    return f"/party/files/{cell.file}/review"


def review(runtime) -> PartyReview | None:
    with runtime.db.reading() as session:
        return session.scalars(select(PartyReview)).one_or_none()


def looks(runtime, desk) -> list[Look]:
    with runtime.db.reading() as session:
        mine = select(FileRead.part).where(FileRead.reader_id == desk.person_id)
        return list(session.scalars(mine.order_by(FileRead.id)))


def text(answer) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("who", ["secretary", "committee"])
def test_a_review_is_decided_shown_answered_and_ended(runtime, seat, cell, path, who) -> None:
    desk = seat(who)
    listed = text(desk.get("/party/reviews"))
    assert NAME in listed
    assert "建议：</span>合格" in listed
    assert f'value="{cell.file}:qualified"' in listed

    assert desk.post(f"{path}/decide", **DECISION).status_code == 303
    assert desk.post(f"{path}/show", **HERE).status_code == 303
    with runtime.db.transaction() as session:
        object_to(session, cell)
    shown = text(desk.get(path))
    assert WORDS in shown
    assert desk.post(f"{path}/finish", **HERE).status_code == 409
    reply = {"words": "示例答复", "grade": "basic", "revision": "3"} | HERE
    assert desk.post(f"{path}/reply", **reply).status_code == 303
    assert desk.post(f"{path}/finish", **HERE).status_code == 303

    ended = review(runtime)
    assert ended is not None
    assert ended.state is ReviewState.FINAL
    assert "原来定的：合格" in text(desk.get(path))


def test_drafts_are_accepted_and_shown_in_one_go(runtime, seat, cell, path) -> None:
    desk = seat("secretary")
    ticked = HERE | {"seen": [f"{cell.file}:qualified", "x:y", "1:unheard", f"{'9' * 30}:basic"]}

    answer = desk.post("/party/reviews/accept", **ticked)

    assert answer.status_code == 303
    assert "定了1人" in text(desk.get("/party/reviews"))
    assert "把定了的给本人看（1人）" in text(desk.get("/party/reviews"))
    assert desk.post("/party/reviews/show", **HERE, file=[str(cell.file), "x"]).status_code == 303
    one = review(runtime)
    assert one is not None
    assert one.state is ReviewState.SHOWN
    assert desk.post("/party/reviews/accept", **HERE).status_code == 303


def test_each_look_leaves_one_line(runtime, seat, cell, path) -> None:
    desk = seat("secretary")
    for count, address in enumerate(("/party/reviews", path), 1):
        assert desk.get(address).status_code == 200
        assert looks(runtime, desk) == [Look.REVIEW] * count
    assert desk.post(f"{path}/finish", **HERE).status_code == 404
    desk.post(f"{path}/decide", **(DECISION | {"grade": "excellent"}))
    assert looks(runtime, desk) == [Look.REVIEW] * 4


def test_a_form_that_lacks_a_reason_is_shown_again_with_what_was_chosen(
    runtime, seat, path
) -> None:
    answer = seat("secretary").post(f"{path}/decide", **(DECISION | {"grade": "excellent"}))

    assert answer.status_code == 400
    assert "请写明理由" in text(answer)
    assert 'value="excellent" required checked' in text(answer)
    assert review(runtime) is None


def test_before_the_day_it_is_due_the_desk_says_when(seat, path) -> None:
    answer = seat("secretary").get("/party/reviews?quarter=2026Q3")

    assert answer.status_code == 409
    assert "10月11日" in text(answer)


def test_what_is_no_quarter_is_not_there(seat, path) -> None:
    for quarter in ("2026Q9", "x", "9999Q4"):
        desk = seat("secretary")
        assert desk.get(f"/party/reviews?quarter={quarter}").status_code == 404
        assert desk.post("/party/reviews/accept", quarter=quarter).status_code == 404
        assert desk.post(f"{path}/decide", **(DECISION | {"quarter": quarter})).status_code == 404


def test_the_contact_reads_it_and_puts_down_what_is_said(runtime, seat, cell, path) -> None:
    desk = seat("secretary")
    desk.post(f"{path}/decide", **DECISION)
    desk.post(f"{path}/show", **HERE)
    contact = seat("contact")

    said = HERE | {"answer": "objects", "said": WORDS, "channel": "paper"}
    assert "代本人记下" in text(contact.get(path))
    assert contact.post(f"{path}/answer", **said).status_code == 303
    one = review(runtime)
    assert one is not None
    assert (one.state, one.channel) == (ReviewState.OBJECTED, Channel.PAPER)
    assert verdicts.text_of(one, "answer", VAULT) == WORDS
    assert contact.post(f"{path}/decide", **DECISION).status_code == 403
    assert contact.post(f"{path}/answer", **HERE, answer="fine").status_code == 409


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_or_does_anything(runtime, seat, path, who) -> None:
    other = seat(who)
    for deed in ("decide", "show", "reply", "answer", "finish"):
        answer = other.post(f"{path}/{deed}", **DECISION)
        assert answer.status_code in (303, 403, 404), deed
    assert other.get(path).status_code in (403, 404)
    assert NAME not in text(other.get("/party/reviews"))
    assert review(runtime) is None
    assert looks(runtime, other) == []


def test_whoever_reads_about_themselves_is_told_that_others_decide(
    runtime, seat, cell, path
) -> None:
    desk = seat("secretary")
    with runtime.db.transaction() as session:
        given_to(session, cell.file, desk.person_id)

    assert "由支部里别的书记或委员来定" in text(desk.get(path))
    assert desk.post(f"{path}/decide", **DECISION).status_code == 409


def test_whoever_joined_after_the_quarter_has_nothing_to_be_reviewed(
    runtime, seat, cell, path
) -> None:
    shown = text(seat("secretary").get(f"{path}?quarter=2025Q4"))

    assert "不用考评" in shown


def test_the_queue_leads_to_the_desk_and_names_nobody(seat, path) -> None:
    shown = text(seat("secretary").get("/"))

    assert "季度考评：1人还没定" in shown
    assert "/console/party/reviews" in shown
    assert NAME not in shown


def test_stages_leave_out_the_others(runtime, seat, cell, path) -> None:
    desk = seat("secretary")
    for stage, is_there in (("drafted", True), ("objected", False), ("final", False)):
        assert (NAME in text(desk.get(f"/party/reviews?stage={stage}"))) is is_there


def test_a_basic_quarter_tells_what_is_lacking(runtime, seat, cell, clock) -> None:
    clock.set(JULY)
    with runtime.db.transaction() as session:
        touch(session, cell)
    shown = text(seat("secretary").get(f"/party/files/{cell.file}/review"))

    assert "基本合格" in shown
    assert "没有收到" in shown
    assert shanghai(7, 25, 9) == JULY
