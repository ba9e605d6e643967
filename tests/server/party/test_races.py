"""Several at once: one contact, one line, one file, one list."""

from functools import partial

import pytest
from sqlalchemy import func, select

from server.party import contacts, lists
from server.party.contacts import Touch
from server.party.lists import Purpose
from server.party.models import Contact, ContactLog, FileRead, Look, PartyFile, Way
from server.party.refusals import NotAllowedYet
from server.people.models import Channel, Role
from server.staff import approvals
from server.staff.models import Approval
from tests.server.party.acts import VAULT, a_cell, a_file, holder

CROWD = 6


@pytest.fixture
def cell(db, clock):
    with db.transaction() as session:
        return a_cell(session, clock.now())


def count(db, *where) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).where(*where)) or 0


def test_of_many_named_at_once_one_is_the_contact(db, clock, cell, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        able = [holder(session, now, Role.CONTACT_PERSON).person_id for _ in range(CROWD)]

    named = [
        lambda s, who=who: contacts.name(s, cell.secretary, cell.file, who, now) for who in able
    ]
    got = race(named)

    assert all(isinstance(each, Contact) for each in got)
    assert count(db, Contact.file_id == cell.file, Contact.until.is_(None)) == 1
    assert count(db, Contact.file_id == cell.file) == CROWD + 1


def test_of_many_whom_ones_members_are_handed_to_at_once_one_gets_them(
    db, clock, cell, race
) -> None:
    now, gives = clock.now(), cell.contact.person_id
    with db.transaction() as session:
        able = [holder(session, now, Role.CONTACT_PERSON).person_id for _ in range(CROWD)]
        for number in range(CROWD):
            told = {"name": f"示例·交接{number}", "phone": f"1380000010{number}"}
            file = a_file(session, cell.secretary, cell.branch, now, **told)
            contacts.name(session, cell.secretary, file.id, gives, now)

    got = race(
        [lambda s, to=to: contacts.hand_over(s, cell.secretary, gives, to, now) for to in able]
    )

    assert sorted(got) == [0] * (CROWD - 1) + [CROWD + 1]
    assert count(db, Contact.until.is_(None)) == CROWD + 1
    assert count(db, Contact.id > 0) == 2 * (CROWD + 1)


def test_a_call_written_down_by_two_taps_is_one_line(db, clock, cell, race) -> None:
    now = clock.now()
    how = {"channel": Channel.CHAT, "vault": VAULT}

    def log(session, reached):
        touch = Touch(Way.PHONE, reached=reached)
        return contacts.log(session, cell.contact, cell.file, touch, now, **how).id

    got = race([partial(log, reached=number == 0) for number in range(CROWD)])

    assert len(set(got)) == 1
    assert count(db, ContactLog.file_id == cell.file, ContactLog.reached) == 1


def test_a_member_put_down_by_two_taps_has_one_file(db, clock, cell, race) -> None:
    now = clock.now()

    def put_down(session):
        told = {"name": "示例·双击", "phone": "13800000099"}
        return a_file(session, cell.secretary, cell.branch, now, **told).id

    got = race([put_down] * CROWD)

    assert len(set(got)) == 1
    assert count(db, PartyFile.home_id == cell.branch) == 2


def test_a_list_leaves_the_house_once_however_many_take_it(db, clock, cell, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        lists.ask(session, cell.secretary, cell.branch, Purpose.RECHECK, now)
        for _ in range(2):
            officer = holder(session, now, Role.PARTY_DATA_OFFICER)
            waiting = select(Approval.id).where(Approval.state == "asked")
            approvals.grant(session, officer, session.scalars(waiting).one(), now)
        [given] = lists.allowed(session, cell.secretary, now)

    def take(session):
        return list(lists.take(session, cell.secretary, given.id, now, vault=VAULT))

    got = race([take] * CROWD)

    assert sum(isinstance(each, NotAllowedYet) for each in got) == CROWD - 1
    assert count(db, FileRead.file_id == cell.file, FileRead.part == Look.EXPORT) == 1
