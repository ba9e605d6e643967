"""Who may read a file: the member, both branches, the contact and the party-data officer (M6)."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event, select, true
from sqlalchemy.exc import DBAPIError

from config.reports import Reports
from server.areas import tree
from server.areas.models import AreaKind
from server.office import handover
from server.party import access, desk, files, own
from server.party.dues import Due
from server.party.models import Look, Office
from server.party.refusals import NothingThere, NotKeeper
from server.people import posts
from server.people.models import Post, Role
from server.staff import reach as reaches
from tests.factories import a_person
from tests.server.party.acts import (
    GENERAL,
    VAULT,
    a_branch,
    a_cell,
    given_to,
    holder,
    looks,
    seated,
    secretary,
)

KEYS = {"vault": VAULT, "names": GENERAL}
RULES = {"rules": Reports()}


def may(session, reach, file_id, now) -> bool:
    try:
        access.read(session, reach, file_id, Look.FILE, now)
    except NothingThere:
        return False
    return True


def keeps(session, reach, file_id, now) -> bool:
    try:
        access.keep(session, reach, file_id, now)
    except (NothingThere, NotKeeper):
        return False
    return True


def everybody(session, cell, now) -> dict[str, tuple[object, bool, bool]]:
    """Return one of each sort of person: who they are, whether they read, whether they keep."""
    host = a_branch(session, now)
    files.link_host(session, cell.secretary, cell.file, host, now)
    other = a_branch(session, now)
    officer = Role.PARTY_DATA_OFFICER
    people = {
        "secretary at home": (cell.secretary, True, True),
        "committee at home": (
            seated(
                session,
                cell.branch,
                holder(session, now, Role.CONTACT_PERSON),
                Office.COMMITTEE,
                now,
            ),
            True,
            False,
        ),
        "contact": (cell.contact, True, False),
        "secretary of the host": (secretary(session, host, now), True, True),
        "secretary of another branch": (secretary(session, other, now), False, False),
        "contact of nobody": (holder(session, now, Role.CONTACT_PERSON), False, False),
        "officer": (holder(session, now, officer), True, True),
        "nobody": (reaches.of(session, a_person(session, now), now), False, False),
    }
    for role in Role:
        if role not in (officer, Role.BRANCH_SECRETARY, Role.CONTACT_PERSON):
            people[role.value] = (holder(session, now, role), False, False)
    return people


def test_who_may_read_a_file_and_who_may_not(session, now) -> None:
    cell = a_cell(session, now)
    people = everybody(session, cell, now)

    found = {
        who: (may(session, reach, cell.file, now), keeps(session, reach, cell.file, now))
        for who, (reach, _reads, _keeps) in people.items()
    }

    assert found == {who: (reads, kept) for who, (_reach, reads, kept) in people.items()}


def test_control_without_the_rule_everybody_with_the_right_would_read(
    session, now, monkeypatch
) -> None:
    cell = a_cell(session, now)
    stranger = secretary(session, a_branch(session, now), now)
    monkeypatch.setattr(access, "may_read", lambda _reach, _now: true())

    assert may(session, stranger, cell.file, now)


def test_an_officer_answers_for_their_area_alone(session, now) -> None:
    areas = {name: _street(session, name) for name in "SN"}
    cell = a_cell(session, now, areas["S"])

    assert may(session, holder(session, now, Role.PARTY_DATA_OFFICER, "S"), cell.file, now)
    assert not may(session, holder(session, now, Role.PARTY_DATA_OFFICER, "N"), cell.file, now)


def _street(session, code: str) -> str:
    tree.plant(session, code, f"示例{code}街道", AreaKind.STREET, tree.root(session))
    return code


@pytest.mark.parametrize("who", ["secretary", "contact"])
def test_whose_post_is_over_reads_nothing_any_more(session, now, who) -> None:
    cell = a_cell(session, now)
    reach = getattr(cell, who)
    for post in session.scalars(select(Post).where(Post.person_id == reach.person_id)):
        posts.resign(session, post.id, now)

    assert not may(session, reaches.of(session, reach.person_id, now), cell.file, now)


def test_who_stands_in_for_a_contact_reads_in_their_place_and_no_longer(session, now) -> None:
    cell = a_cell(session, now)
    colleague = holder(session, now, Role.CONTACT_PERSON)
    week = now + timedelta(days=7)
    who = cell.contact, cell.contact.person_id, colleague.person_id
    handover.hand_over(session, *who, now, week, now, vault=GENERAL)

    def reads(at) -> bool:
        return may(session, reaches.of(session, colleague.person_id, at), cell.file, at)

    assert reads(now + timedelta(hours=1))
    assert not reads(week)


def test_the_member_sees_who_has_looked(session, now) -> None:
    cell = a_cell(session, now)
    desk.member(session, cell.secretary, cell.file, now, **KEYS)
    desk.members(session, cell.contact, Due.ALL, now, **KEYS, **RULES)

    seen = own.reads(session, cell.member, now, vault=GENERAL)

    assert [one.part for one in seen] == [Look.LIST, Look.FILE]
    assert all(one.who.startswith("示例·组织") for one in seen)
    assert own.reads(session, cell.member, now, vault=GENERAL) == seen


def test_a_look_that_fails_leaves_no_line(session, now) -> None:
    cell = a_cell(session, now)
    stranger = secretary(session, a_branch(session, now), now)
    before = looks(session, cell.file)

    with pytest.raises(NothingThere):
        desk.member(session, stranger, cell.file, now, **KEYS)

    assert looks(session, cell.file) == before


def test_control_without_a_write_transaction_nothing_is_shown(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        cell = a_cell(session, now)

    with db.reading() as session, pytest.raises(DBAPIError):
        desk.member(session, cell.secretary, cell.file, now, **KEYS)


def asked(session, deed) -> list[str]:
    """Return what the database is asked while somebody looks in vain."""
    statements: list[str] = []
    engine = session.get_bind()
    listen = engine, "before_cursor_execute"

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(*listen, note)
    try:
        with pytest.raises(NothingThere):
            deed()
    finally:
        event.remove(*listen, note)
    return statements


def look(session, reach, file_id, now) -> None:
    access.read(session, reach, file_id, Look.FILE, now)


@pytest.mark.parametrize("deed", [access.keep, look])
def test_what_is_forbidden_and_what_is_not_there_take_the_same_questions(
    session, now, deed
) -> None:
    cell = a_cell(session, now)
    stranger = secretary(session, a_branch(session, now), now)

    forbidden, absent = (
        asked(session, partial(deed, session, stranger, number, now))
        for number in (cell.file, 999_999)
    )

    assert forbidden == absent
    assert len(forbidden) == 1


def test_control_a_file_one_may_read_takes_more(session, now) -> None:
    cell = a_cell(session, now)
    given_to(session, cell.file, a_person(session, now))

    assert may(session, cell.secretary, cell.file, now)
    assert looks(session, cell.file) == 1
