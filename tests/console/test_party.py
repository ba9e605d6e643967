"""The desk of a branch: whom it is open to, and that each look is written down."""

import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.party import files
from server.party.contents import Facts
from server.party.models import (
    Branch,
    Contact,
    ContactLog,
    FileRead,
    FileState,
    Office,
    Organiser,
    PartyFile,
    PartyList,
)
from server.people.models import Channel, Role
from server.staff import reach as reaches
from server.staff.models import Approval
from tests.console.conftest import Clerk
from tests.server.party import crowds
from tests.server.party.acts import (
    EMPLOYER,
    NAME,
    PHONE,
    PLACE,
    a_branch,
    a_cell,
    seated,
)

SHOWING = (
    "/party",
    "/party/files/{file}",
    "/party/files/{file}/edit",
    "/party/files/{file}/checklist",
    "/party/files/{file}/reads",
    "/party/files/{file}/report",
    "/party/files/{file}/review",
)
DEEDS: dict[str, dict[str, str]] = {
    "/party/files/{file}/edit": {"name": NAME, "revision": "1"},
    "/party/files/{file}/confirm": {"agreed": "1"},
    "/party/files/{file}/withdrawal": {},
    "/party/files/{file}/host": {"host": ""},
    "/party/files/{file}/end": {"becomes": "returned"},
    "/party/files/{file}/broken": {},
    "/party/files/{file}/resume": {},
    "/party/files/{file}/contact": {"person": "1"},
    "/party/files/{file}/touch": {"way": "phone"},
    "/party/files/{file}/code": {},
}


@pytest.fixture
def cell(runtime, district):
    with runtime.db.transaction() as session:
        return a_cell(session, runtime.now(), "A1")


@pytest.fixture
def seat(runtime, clerk, cell) -> Callable[[str], Clerk]:
    """Let somebody of a sort sign in."""

    def sit(who: str) -> Clerk:
        role = {
            "secretary": Role.BRANCH_SECRETARY,
            "stranger": Role.BRANCH_SECRETARY,
            "committee": Role.CONTACT_PERSON,
            "contact": Role.CONTACT_PERSON,
            "officer": Role.PARTY_DATA_OFFICER,
        }.get(who) or Role(who)
        sits = clerk(role, "A1" if role is not Role.PARTY_DATA_OFFICER else "D")
        now = runtime.now()
        with runtime.db.transaction() as session:
            reach = reaches.of(session, sits.person_id, now)
            if who == "secretary":
                for organiser in session.scalars(select(Organiser)):
                    organiser.until = now
                session.flush()
                seated(session, cell.branch, reach, Office.SECRETARY, now)
            if who == "committee":
                seated(session, cell.branch, reach, Office.COMMITTEE, now)
            if who == "stranger":
                seated(session, a_branch(session, now, "A1"), reach, Office.SECRETARY, now)
            if who == "contact":
                session.scalars(select(Contact)).one().contact_id = sits.person_id
        return sits

    return sit


ASIDE = re.compile(r'csrf[-_]token"[^>]*>|/party/files/[0-9]+')
"""What is another on each page: the form's token, and the address that was asked for."""
READERS = ("secretary", "committee", "contact", "officer")
OTHERS = (
    "stranger",
    *(
        role.value
        for role in Role
        if role.value not in {"branch_secretary", "contact_person", "party_data_officer"}
    ),
)


def lines(runtime) -> list[tuple[int, str]]:
    with runtime.db.reading() as session:
        rows = session.execute(select(FileRead.reader_id, FileRead.part).order_by(FileRead.id))
        return [tuple(row) for row in rows]


def file_of(runtime, cell) -> PartyFile:
    with runtime.db.reading() as session:
        return session.get_one(PartyFile, cell.file)


@pytest.mark.parametrize("who", [*READERS, *OTHERS])
def test_every_page_of_a_member_is_open_to_these_roles_alone(runtime, seat, cell, who) -> None:
    reader = seat(who)
    before = lines(runtime)

    for path in SHOWING:
        answer = reader.get(path.format(file=cell.file))
        shown = answer.get_data(as_text=True)
        assert (NAME in shown) == (who in READERS and not path.endswith("reads")), path
        if who not in READERS and path != "/party":
            assert answer.status_code in (403, 404), path
    if who in OTHERS:
        assert lines(runtime) == before


@pytest.mark.parametrize("who", ["secretary", "contact", "officer"])
def test_every_page_that_shows_a_member_leaves_one_line(runtime, seat, cell, who) -> None:
    reader = seat(who)

    for path in SHOWING:
        before = len(lines(runtime))
        assert reader.get(path.format(file=cell.file)).status_code == 200
        added = lines(runtime)[before:]
        assert [who_read for who_read, _part in added] == [reader.person_id], path


def test_a_page_shown_once_more_after_a_refusal_is_one_more_look(runtime, seat, cell) -> None:
    reader = seat("secretary")
    before = len(lines(runtime))

    answer = reader.post(f"/party/files/{cell.file}/broken")

    assert answer.status_code == 409
    assert "没联系上" in answer.get_data(as_text=True)
    assert len(lines(runtime)) == before + 1


def test_absent_and_forbidden_are_answered_alike(seat, cell) -> None:
    stranger = seat("stranger")

    for path in SHOWING[1:]:
        forbidden, absent = (
            stranger.get(path.format(file=number)) for number in (cell.file, 999_999)
        )
        assert ASIDE.sub("", forbidden.get_data(as_text=True)) == ASIDE.sub(
            "", absent.get_data(as_text=True)
        )
        assert absent.status_code == 404
        assert forbidden.status_code == 404


@pytest.mark.parametrize("who", ["stranger", "district_operator", "system_admin", "auditor"])
def test_whoever_may_not_read_changes_nothing(runtime, seat, cell, who) -> None:
    other = seat(who)

    for path, fields in DEEDS.items():
        assert other.post(path.format(file=cell.file), **fields).status_code in (403, 404), path

    file = file_of(runtime, cell)
    assert (file.revision, file.state) == (1, FileState.REPORTED)


def test_a_contact_reads_and_logs_and_changes_nothing_else(runtime, seat, cell) -> None:
    contact = seat("contact")

    for path, fields in DEEDS.items():
        allowed = path.endswith("/touch")
        answer = contact.post(path.format(file=cell.file), **fields)
        assert answer.status_code == (303 if allowed else 403), path
    assert file_of(runtime, cell).revision == 1


def test_the_secretary_keeps_the_file(runtime, seat, cell) -> None:
    desk = seat("secretary")
    new = {"home": str(cell.branch), "name": "示例·新来", "phone": "13800000001"}
    assert desk.post("/party/files", **new).status_code == 303
    path = f"/party/files/{cell.file}"
    given = {"name": NAME, "phone": PHONE, "place": "示例路2号", "revision": "1"}
    assert desk.post(f"{path}/edit", **given).status_code == 303
    stale = desk.post(f"{path}/edit", **given)
    assert stale.status_code == 409
    assert 'value="示例路2号"' in stale.get_data(as_text=True)
    assert desk.post(f"{path}/confirm", agreed="1", channel="paper").status_code == 303
    assert desk.post(f"{path}/touch", way="visit", reached="yes", words="都好").status_code == 303
    assert "绑定" in desk.post(f"{path}/code").get_data(as_text=True)

    shown = desk.get(path).get_data(as_text=True)
    for words in ("示例路2号", "都好", "见面走访", "已同意"):
        assert words in shown
    with runtime.db.reading() as session:
        assert session.scalars(select(ContactLog.way)).one() == "visit"
    assert desk.post(f"{path}/end", becomes="transferred").status_code == 303
    assert file_of(runtime, cell).state is FileState.TRANSFERRED


def test_contacts_are_named_and_handed_over(runtime, seat, clerk, cell) -> None:
    desk = seat("secretary")
    other, third = (clerk(Role.CONTACT_PERSON, "A1").person_id for _ in range(2))

    assert desk.post(f"/party/files/{cell.file}/contact", person=str(other)).status_code == 303
    assert (
        desk.post("/party/hand-over", **{"from": str(other), "to": str(third)}).status_code == 303
    )

    with runtime.db.reading() as session:
        active = select(Contact.contact_id).where(Contact.until.is_(None))
        assert session.scalars(active).all() == [third]


def test_the_officer_puts_branches_down_and_seats_people(runtime, seat, clerk, cell) -> None:
    officer = seat("officer")
    person = clerk(Role.BRANCH_SECRETARY, "A1").person_id

    assert officer.post("/party/branches", area="A1", name="示例新支部").status_code == 303
    with runtime.db.reading() as session:
        branch = session.scalars(select(Branch.id).where(Branch.name == "示例新支部")).one()
    path = f"/party/branches/{branch}/seats"
    assert officer.post(path, person=str(person), office="secretary").status_code == 303
    assert officer.post(path, person="999999", office="secretary").status_code == 409
    assert "示例新支部" in officer.get("/party/branches").get_data(as_text=True)
    assert officer.post(path, person=str(person), answer="relieve").status_code == 303
    assert seat("contact").get("/party/branches").status_code == 403


TABLE = "姓名,手机号,现居地\n示例·表一,13800000011,示例路1号\n示例·表二,13800000012,\n"


def sent(desk: Clerk, branch: int, text: str):
    table = (io.BytesIO(text.encode()), "list.csv")
    return desk.post(f"/party/branches/{branch}/upload", table=table)


def test_a_list_is_brought_along_looked_at_and_kept(runtime, seat, cell) -> None:
    desk = seat("secretary")
    answer = sent(desk, cell.branch, TABLE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    path = answer.headers["Location"].removeprefix("/console")
    assert "示例·表一" in desk.get(path).get_data(as_text=True)
    assert desk.post(f"{path}/apply").status_code == 303

    shown = desk.get("/party").get_data(as_text=True)
    assert "示例·表一" in shown
    assert "示例·表二" in shown


def test_what_is_no_list_or_not_ones_branch_is_refused(seat, cell) -> None:
    desk, stranger = seat("secretary"), seat("stranger")

    assert sent(desk, cell.branch, "<html>").status_code == 400
    assert sent(desk, cell.branch, "甲,乙\n1,2\n").status_code == 400
    assert desk.post(f"/party/branches/{cell.branch}/upload").status_code == 400
    assert sent(stranger, cell.branch, TABLE).status_code == 404


def test_a_list_is_taken_along_once_two_others_allow_it(runtime, seat, clerk, cell) -> None:
    desk = seat("secretary")
    assert desk.post(f"/party/branches/{cell.branch}/ask", purpose="recheck").status_code == 303
    for _ in range(2):
        officer = clerk(Role.PARTY_DATA_OFFICER, "D")
        with runtime.db.reading() as session:
            number = session.scalars(select(Approval.id).order_by(Approval.id.desc())).first()
        assert officer.post(f"/approvals/{number}/grant").status_code == 303

    with runtime.db.reading() as session:
        given = session.scalars(select(PartyList.id)).one()
    answer = desk.post(f"/party/lists/{given}/take")
    assert answer.data[:2] == b"PK", answer.get_data(as_text=True)[:300]
    assert desk.post(f"/party/lists/{given}/take").status_code == 409


def test_the_desk_asks_the_database_as_often_for_many_as_for_one(
    runtime, seat, cell, statements
) -> None:
    desk = seat("secretary")
    with statements() as few:
        desk.get("/party")
    with runtime.db.transaction() as session:
        reach = reaches.of(session, desk.person_id, runtime.now())
        for number in range(30):
            told = Facts(name="示例·多", phone=f"138000001{number:02}")
            how = {"channel": Channel.CONSOLE, "vault": runtime.party}
            files.report(session, reach, cell.branch, told, runtime.now(), **how)

    with statements() as many:
        shown = desk.get("/party").get_data(as_text=True)

    assert shown.count("示例·多") == 30
    assert len(many) == len(few)


def test_the_queue_tells_a_contact_how_many_and_not_who(seat, cell) -> None:
    shown = seat("contact").get("/").get_data(as_text=True)

    assert "本季度还有1人没联系上" in shown
    assert NAME not in shown


def test_the_trail_names_files_by_number_alone(runtime, seat, clerk, cell) -> None:
    desk = seat("secretary")
    given = {"name": NAME, "phone": PHONE, "place": PLACE, "employer": EMPLOYER, "revision": "1"}
    desk.post(f"/party/files/{cell.file}/edit", **given)

    shown = clerk(Role.AUDITOR, "D").get("/audit").get_data(as_text=True)

    assert "改流动党员档案" in shown
    assert "金丝雀" not in shown


def test_whoever_holds_no_post_for_it_sees_no_such_menu(clerk, seat, cell) -> None:
    shown = clerk(Role.DISTRICT_OPERATOR, "D").get("/").get_data(as_text=True)

    assert "流动党员" not in shown
    assert "流动党员" in seat("contact").get("/").get_data(as_text=True)


def test_what_is_three_years_old_is_settled_by_a_button(runtime, seat, cell) -> None:
    desk, officer = seat("secretary"), seat("officer")
    with runtime.db.transaction() as session:
        crowds.report(session, cell.file, "2022Q3", runtime.now())
    path = f"/party/branches/{cell.branch}/old"

    assert "满三年：1份" in desk.get("/party").get_data(as_text=True)
    assert "满三年" not in officer.get("/party").get_data(as_text=True)
    assert desk.post(path, answer="keep").status_code == 303
    assert "满三年" not in desk.get("/party").get_data(as_text=True)
    assert desk.post(path, answer="destroy").status_code == 303
    assert "已销毁0份" in desk.get("/party").get_data(as_text=True)
    assert seat("stranger").post(path, answer="destroy").status_code == 404
