"""Seeing a document at the desk: once for good, never one's own, never alone for a minor."""

import pytest
from sqlalchemy import select

from server.areas import tree
from server.audit.models import AuditEntry
from server.people import ages, profile
from server.people.models import Channel, Person, Role
from server.volunteers.attendance import owncodes
from tests.factories import a_person

PHONE = "13912345678"
WORKER = Role.COMMUNITY_WORKER


@pytest.fixture
def youth(runtime, district) -> int:
    """Somebody of A1 who has told that they are a minor."""
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        profile.rename(session, person, "示例·李小明", vault=runtime.vault)
        profile.set_phone(session, person, PHONE, vault=runtime.vault)
        session.get_one(Person, person).area_id = tree.by_code(session, "A1").id
        ages.declare(session, person, 2010, runtime.now(), Channel.CHAT)
        return person


def corrected(runtime, person: int, year: int = 1990) -> None:
    with runtime.db.transaction() as session:
        assert not ages.declare(session, person, year, runtime.now(), Channel.CHAT)


def known(runtime, person: int) -> tuple[int | None, bool]:
    with runtime.db.reading() as session:
        row = session.get_one(Person, person)
        return row.birth_year, row.birth_year_seen_at is not None


def test_a_correction_goes_from_the_queue_to_what_the_document_says(clerk, runtime, youth) -> None:
    corrected(runtime, youth)
    anna = clerk(WORKER, "A1")

    todo = anna.get("/").get_data(as_text=True)
    page = anna.get(f"/ages/{youth}").get_data(as_text=True)
    done = anna.post(f"/ages/{youth}", birth_year="1991", document="id_card")

    assert f"/console/ages/{youth}" in todo
    assert 'value="1990"' in page
    assert "李小明" not in page
    assert done.status_code == 303
    assert known(runtime, youth) == (1991, True)
    assert f"/console/ages/{youth}" not in anna.get("/").get_data(as_text=True)
    with runtime.db.reading() as session:
        [deed] = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "person.birth_year_seen")
        )
    assert deed.facts == {"document": "id_card", "changed": True}


def test_nobody_at_a_desk_makes_a_minor_older_alone(clerk, runtime, youth) -> None:
    anna, bert = clerk(WORKER, "A1"), clerk(WORKER, "A1")

    alone = anna.post(f"/ages/{youth}", birth_year="1990", document="id_card")
    told = anna.post(f"/people/{youth}/edit", birth_year="1990", reason="本人来电话")
    again = anna.post(f"/ages/{youth}", birth_year="1990", document="id_card")
    assert known(runtime, youth) == (2010, False)
    assert f"/console/ages/{youth}" not in anna.get("/").get_data(as_text=True)
    bert.post(f"/ages/{youth}", birth_year="1990", document="household")

    assert (alone.status_code, told.status_code, again.status_code) == (400, 303, 403)
    assert known(runtime, youth) == (1990, True)


def test_control_without_the_rule_one_desk_would_do(clerk, runtime, youth, monkeypatch) -> None:
    monkeypatch.setattr(ages, "needs_proof", lambda *_: False)

    clerk(WORKER, "A1").post(f"/ages/{youth}", birth_year="1990", document="id_card")

    assert known(runtime, youth) == (1990, True)


def test_who_is_found_by_their_own_code_is_seen_in_two_steps(clerk, runtime, district) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        code = owncodes.show(session, person, runtime.now(), vault=runtime.vault).code
    anna = clerk(WORKER, "B2")

    found = anna.post("/ages", who=code)
    anna.post(f"/ages/{person}", birth_year="1985年", document="passport")

    assert found.headers["Location"] == f"/console/ages/{person}"
    assert known(runtime, person) == (1985, True)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"birth_year": ""}, 400), ({"birth_year": "1848"}, 400), ({"birth_year": "2012"}, 303)],
)
def test_a_document_bears_a_year_in_which_somebody_was_born(
    clerk, runtime, youth, fields, status
) -> None:
    assert clerk(WORKER, "A1").post(f"/ages/{youth}", **fields).status_code == status


def test_nobody_sees_their_own_document_nor_that_of_another_area(clerk, runtime, youth) -> None:
    corrected(runtime, youth)
    anna, there = clerk(WORKER, "A1"), clerk(WORKER, "B1")

    own = anna.post(f"/ages/{anna.person_id}", birth_year="1990", document="id_card")
    elsewhere = [
        there.get(f"/ages/{youth}"),
        there.post(f"/ages/{youth}", birth_year="1990", document="id_card"),
    ]

    assert own.status_code == 403
    assert [answer.status_code for answer in elsewhere] == [404, 404]
    assert f"/console/ages/{youth}" not in there.get("/").get_data(as_text=True)
    assert known(runtime, youth) == (2010, False)
