"""One member, one contact, in touch once a quarter; said in one line, understood kindly."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.notices.models import Notice
from server.party import contacts, contents, desk, spoken, tasks
from server.party.contacts import Touch
from server.party.models import Contact, ContactLog, PartyFile, Way
from server.party.own import Moved
from server.party.refusals import BadDates, NothingThere, NotInPost, NotKeeper, OwnContact
from server.people import joining, posts
from server.people.models import Channel, Role
from server.staff import reach as reaches
from tests.factories import a_person
from tests.server.party.acts import (
    NAME,
    VAULT,
    a_branch,
    a_cell,
    a_file,
    given_to,
    holder,
    secretary,
)

CHAT = {"channel": Channel.CHAT, "vault": VAULT}


@pytest.fixture
def cell(session, now):
    return a_cell(session, now)


def active(session, file_id) -> list[int]:
    held = Contact.file_id == file_id, Contact.until.is_(None)
    return list(session.scalars(select(Contact.contact_id).where(*held)))


def test_one_contact_at_a_time(session, now, cell) -> None:
    other = holder(session, now, Role.CONTACT_PERSON)

    for _ in range(2):
        contacts.name(session, cell.secretary, cell.file, other.person_id, now)

    assert active(session, cell.file) == [other.person_id]
    assert session.scalar(select(func.count()).select_from(Contact)) == 2


def test_a_contact_is_told_that_something_waits_and_not_what(session, now, cell) -> None:
    [notice] = session.scalars(select(Notice).where(Notice.person_id == cell.contact.person_id))

    assert notice.kind == "office.message"
    assert set(notice.facts) == {"at", "at.time"}
    assert not session.scalars(select(Notice).where(Notice.person_id == cell.member)).all()


def test_a_contact_holds_a_post_for_it(session, now, cell) -> None:
    with pytest.raises(NotInPost):
        contacts.name(session, cell.secretary, cell.file, a_person(session, now), now)
    with pytest.raises(NotKeeper):
        contacts.name(session, cell.contact, cell.file, cell.contact.person_id, now)


def test_nobody_is_their_own_contact_also_after_a_join(session, now, cell) -> None:
    root = tree.root(session)
    posts.appoint(session, cell.member, Role.CONTACT_PERSON, root, now, until=None)
    with pytest.raises(OwnContact):
        contacts.name(session, cell.secretary, cell.file, cell.member, now)

    joining.join(session, cell.member, cell.contact.person_id, now)

    assert active(session, cell.file) == []


def test_control_without_the_follower_one_would_be_ones_own_contact(
    session, now, cell, monkeypatch
) -> None:
    monkeypatch.setattr(joining, "FOLLOWERS", [])

    keep = joining.join(session, cell.member, cell.contact.person_id, now)

    assert active(session, cell.file) == [keep]


def test_all_of_a_contact_goes_to_another_but_their_own(session, now, cell) -> None:
    other = holder(session, now, Role.CONTACT_PERSON)
    more = [a_file(session, cell.secretary, cell.branch, now, name=f"示例·第{n}") for n in "一二"]
    for file in more:
        contacts.name(session, cell.secretary, file.id, cell.contact.person_id, now)
    given_to(session, more[1].id, other.person_id)
    pair = cell.contact.person_id, other.person_id

    counts = [contacts.hand_over(session, cell.secretary, *pair, now) for _ in range(2)]

    assert counts == [2, 0]
    assert active(session, more[0].id) == [other.person_id]
    assert active(session, more[1].id) == [cell.contact.person_id]


def test_told_twice_a_day_it_is_one_line_and_the_last_note_stands(session, now, cell) -> None:
    who = session, cell.contact, cell.file
    contacts.log(*who, Touch(Way.PHONE, reached=False), now, **CHAT)
    line = contacts.log(*who, Touch(Way.PHONE, note="孩子上学的事，办好了！"), now, **CHAT)
    again = contacts.log(*who, Touch(Way.PHONE, reached=False), now, **CHAT)

    assert line.id == again.id
    assert again.reached
    assert VAULT.open(again.note, contacts.note_place(line.id)) == "孩子上学的事，办好了！"
    assert session.scalar(select(func.count()).select_from(ContactLog)) == 1


def test_a_day_to_come_or_long_past_is_refused(session, now, cell) -> None:
    for days in (1, -121):
        day = (now + timedelta(days=days)).date()
        with pytest.raises(BadDates):
            contacts.log(session, cell.contact, cell.file, Touch(Way.PHONE, day=day), now, **CHAT)


def test_a_day_of_the_last_quarter_counts_to_that_quarter(session, now, cell) -> None:
    day = (now - timedelta(days=80)).date()

    line = contacts.log(session, cell.contact, cell.file, Touch(Way.PHONE, day=day), now, **CHAT)

    assert line.quarter == "2025Q4"
    assert [file.id for file in desk.untouched(session, cell.contact, now, limit=9)] == [cell.file]


def test_strangers_write_nothing_down(session, now, cell) -> None:
    stranger = secretary(session, a_branch(session, now), now)

    for file_id in (cell.file, 999_999):
        with pytest.raises(NothingThere):
            contacts.log(session, stranger, file_id, Touch(Way.PHONE), now, **CHAT)


def test_a_contact_has_one_task_without_a_name_until_all_were_reached(session, now, cell) -> None:
    [task] = tasks.waiting(session, cell.contact, now, 9)
    assert NAME not in "".join(map(str, task))
    assert "1人" in task.title

    contacts.log(session, cell.contact, cell.file, Touch(Way.PHONE), now, **CHAT)

    assert tasks.waiting(session, cell.contact, now, 9) == []
    assert tasks.waiting(session, cell.contact, now + timedelta(days=60), 9) != []


@pytest.mark.parametrize(
    ("line", "way", "reached", "note"),
    [
        (f"{NAME} 电话 孩子上学的事办好了", Way.PHONE, True, "孩子上学的事办好了"),
        (f"{NAME}电话", Way.PHONE, True, ""),
        (f"：{NAME}，微信，一切都好", Way.MESSAGE, True, "一切都好"),
        (f"{NAME} 上门走访", Way.VISIT, True, "走访"),
        (f"{NAME} 电话没接", Way.PHONE, False, "没接"),
        (NAME, Way.PHONE, True, ""),
    ],
)
def test_a_line_is_understood_kindly(session, now, cell, line, way, reached, note) -> None:
    [one] = spoken.meant(session, cell.contact, line, now, vault=VAULT)

    assert one.file_id == cell.file
    assert spoken.understood(one.rest) == (way, reached, note)


def test_of_others_a_line_finds_nothing_whether_they_are_members_or_not(session, now, cell) -> None:
    other = a_cell(session, now)
    contents.put_text(session.get_one(PartyFile, other.file), "name", "示例·别人", VAULT)
    session.flush()

    for name in ("示例·别人", "示例·没有这人", "", "  ", "张"):
        assert spoken.meant(session, cell.contact, name, now, vault=VAULT) == []


def test_the_longest_name_is_meant_and_of_several_all_are_shown(session, now, cell) -> None:
    short = a_file(session, cell.secretary, cell.branch, now, name="示例·金", phone="13800000001")
    twin = a_file(session, cell.secretary, cell.branch, now, phone="13800000002")
    for file in (short, twin):
        contacts.name(session, cell.secretary, file.id, cell.contact.person_id, now)

    found = spoken.meant(session, cell.contact, f"{NAME} 电话", now, vault=VAULT)

    assert [(one.file_id, one.tail) for one in found] == [(cell.file, "5678"), (twin.id, "0002")]


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        ("示例路9号3单元", Moved(place="示例路9号3单元")),
        (
            "住址 示例路9号；单位 示例公司；电话 13800000000",
            Moved("示例路9号", "示例公司", "13800000000"),
        ),
        ("搬到示例路9号，换了单位：示例公司", Moved("示例路9号", "示例公司")),
        ("电话改成13800000000", Moved(phone="13800000000")),
        ("13800000000", Moved(phone="13800000000")),
        (
            "新地址：示例市示例区\n新电话 138 0000 0000",
            Moved("示例市示例区", None, "138 0000 0000"),
        ),
    ],
)
def test_what_has_changed_is_understood_in_any_order(said, moved) -> None:
    assert spoken.changes(said) == moved


def test_whoever_lost_their_post_is_nobodys_contact(session, now, cell) -> None:
    assert contacts.is_contact(session, cell.contact, now)

    assert not contacts.is_contact(session, reaches.Reach(cell.contact.person_id, ()), now)
