"""People at the console: found exactly, shown masked, seen whole only for a reason that is kept."""

import pytest
from sqlalchemy import func, select

from server.office import sight
from server.people import linking, profile
from server.people.models import App, Consent, Person, Role
from tests.console.desk import NAME, PHONE, a_resident, a_signup, deeds
from tests.factories import a_person

NEWCOMER = {
    "name": "示例·赵奶奶",
    "phone": "１３８ 0000 0001",
    "birth_year": "1948年",
    "area": "A1",
    "channel": "paper",
    "agreed": "1",
}


def count(runtime) -> int:
    with runtime.db.reading() as session:
        return session.scalar(select(func.count(Person.id)))


def shown(answer) -> str:
    return answer.get_data(as_text=True)


def test_lists_and_pages_show_nobody_whole(clerk, runtime, caplog) -> None:
    person, worker = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "A1")
    caplog.set_level(0)

    pages = [
        worker.get("/people"),
        worker.get("/people?area=A1"),
        worker.post("/people/find", words=NAME),
        worker.post("/people/find", words=PHONE),
        worker.post("/search", words=NAME),
        worker.get(f"/people/{person}"),
        worker.get(f"/people/{person}/edit"),
        worker.get(f"/people/{person}/unmask"),
    ]

    for page in pages:
        assert page.status_code == 200
        assert "139" in shown(page) or page is pages[-1]
        assert NAME not in shown(page)
        assert PHONE not in shown(page)
        assert "139 1234 5678" not in shown(page)
    assert NAME not in caplog.text
    assert PHONE not in caplog.text


@pytest.mark.parametrize(
    "words",
    [NAME, "示例 金丝雀", "示例．金丝雀", PHONE, "+86 139-1234-5678", "１３９１２３４５６７８"],
)
def test_a_person_is_found_by_exactly_what_they_are_called_or_reached_at(
    clerk, runtime, words
) -> None:
    person = a_resident(runtime)

    page = shown(clerk(Role.COMMUNITY_WORKER, "A1").post("/people/find", words=words))

    assert f"/people/{person}" in page


@pytest.mark.both
@pytest.mark.parametrize(
    "words", ["金丝雀", "示例", "1391234", "", "'", "%", "示例·金丝鸟", "0" * 70]
)
def test_a_piece_of_a_name_finds_nobody(clerk, runtime, words) -> None:
    person = a_resident(runtime)

    page = clerk(Role.COMMUNITY_WORKER, "A1").post("/people/find", words=words)

    assert page.status_code == 200
    assert f"/people/{person}" not in shown(page)


def test_another_community_sees_and_changes_nothing(clerk, runtime) -> None:
    person, other = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "B1")
    before = len(deeds(runtime))

    looks = [other.get(f"/people/{person}{page}") for page in ("", "/edit", "/unmask")]
    forms = {"reason": "核对身份信息", "phone": "13800009999", "area": "B1"}
    acts = [other.post(f"/people/{person}/{act}", **forms) for act in ("edit", "unmask", "code")]
    found = [other.post("/people/find", words=PHONE), other.post("/search", words=NAME)]

    assert {answer.status_code for answer in looks + acts} == {404}
    assert all(f"/people/{person}" not in shown(answer) for answer in found)
    assert all("139" not in shown(answer) for answer in looks + acts + found)
    assert len(deeds(runtime)) == before


def test_the_test_above_would_notice_a_sight_without_bounds(clerk, runtime, monkeypatch) -> None:
    person = a_resident(runtime)
    monkeypatch.setattr(sight, "seen", lambda *_: Person.erased_at.is_(None))

    assert clerk(Role.COMMUNITY_WORKER, "B1").get(f"/people/{person}").status_code == 200


def test_whoever_serves_here_is_seen_here_but_amended_at_home(clerk, runtime) -> None:
    person, other = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "B1")
    a_signup(runtime, person, "B1")
    a_signup(runtime, person, "A2")

    page = shown(other.get(f"/people/{person}"))
    act = other.post(f"/people/{person}/edit", phone="13800009999", reason="本人要求")

    assert page.count("社区图书角整理") == 1
    assert "更正资料" not in page
    assert act.status_code == 404


def test_a_person_of_no_area_is_the_districts(clerk, runtime) -> None:
    person = a_resident(runtime, area=None)

    assert clerk(Role.DISTRICT_OPERATOR, "D").get(f"/people/{person}").status_code == 200
    assert clerk(Role.STREET_OPERATOR, "A").get(f"/people/{person}").status_code == 404


def test_seeing_somebody_whole_is_noted_with_its_reason(clerk, runtime) -> None:
    person, worker = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "A1")

    page = shown(worker.post(f"/people/{person}/unmask", reason="核对身份，办理本人申请"))

    assert NAME in page
    assert "139 1234 5678" in page
    [deed] = [deed for deed in deeds(runtime) if deed.action == "person.unmasked"]
    assert (deed.actor, deed.subject_id) == (worker.person_id, person)
    assert (deed.reason, deed.area_path) == ("核对身份，办理本人申请", "D/A/A1/")


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_without_a_reason_nobody_is_seen_whole(clerk, runtime, reason) -> None:
    person, worker = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "A1")

    answer = worker.post(f"/people/{person}/unmask", words=reason)

    assert answer.status_code == 400
    assert NAME not in shown(answer)
    assert [deed for deed in deeds(runtime) if deed.action == "person.unmasked"] == []


def test_an_assistant_may_not_look_at_people_at_all(clerk, runtime) -> None:
    person, assistant = a_resident(runtime), clerk(Role.COMMUNITY_ASSISTANT, "A1")

    assert assistant.get("/people").status_code == 403
    assert assistant.post(f"/people/{person}/unmask", reason="核对身份信息").status_code == 403


def test_somebody_without_wechat_is_registered_once(clerk, runtime) -> None:
    worker, before = clerk(Role.COMMUNITY_WORKER, "A1"), count(runtime)

    for _ in range(2):
        answer = worker.post("/people/new", **NEWCOMER)
        assert answer.status_code == 303

    assert count(runtime) == before + 1
    with runtime.db.reading() as session:
        person = session.scalars(select(Person).order_by(Person.id.desc())).first()
        consent = session.scalars(select(Consent).where(Consent.person_id == person.id)).one()
    assert person.birth_year == 1948
    assert person.volunteer_no
    assert consent.channel == "paper"
    assert [deed.action for deed in deeds(runtime)] == ["person.registered"]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": " "}, 400),
        ({"phone": "110x"}, 400),
        ({"birth_year": "1848"}, 400),
        ({"birth_year": "不知道"}, 400),
        ({"agreed": ""}, 400),
        ({"area": "B1"}, 404),
        ({"area": ""}, 404),
        ({"phone": PHONE}, 409),
        ({"phone": PHONE, "shares_phone": "1"}, 303),
    ],
)
def test_a_wrong_form_registers_nobody(clerk, runtime, wrong, status) -> None:
    a_resident(runtime)
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    before = count(runtime)

    answer = worker.post("/people/new", **(NEWCOMER | wrong))

    assert answer.status_code == status
    assert count(runtime) == before + (status == 303)


def test_whoever_is_known_elsewhere_is_not_shown(clerk, runtime) -> None:
    a_resident(runtime, area="B1")
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    answer = worker.post("/people/new", **(NEWCOMER | {"name": NAME, "phone": PHONE}))

    assert answer.status_code == 409
    assert "不在您负责的范围" in shown(answer)


def test_amending_notes_what_changed_and_not_how(clerk, runtime) -> None:
    person, worker = a_resident(runtime), clerk(Role.STREET_OPERATOR, "A")
    change = {"phone": "13800009999", "birth_year": "1950", "area": "A2", "reason": "本人搬家"}

    assert worker.post(f"/people/{person}/edit", **change).status_code == 303
    assert worker.post(f"/people/{person}/edit", **(change | {"area": "B1"})).status_code == 404
    assert worker.post(f"/people/{person}/edit", phone="1", reason="x").status_code == 400
    assert worker.post(f"/people/{person}/edit", phone="13800009998").status_code == 400

    [deed] = [deed for deed in deeds(runtime) if deed.action == "person.amended"]
    assert deed.facts == {"changed": "phone birth_year area"}
    assert clerk(Role.COMMUNITY_WORKER, "A1").get(f"/people/{person}").status_code == 404


def test_the_code_that_staff_show_joins_the_person_with_their_chat(clerk, runtime) -> None:
    person, worker = a_resident(runtime), clerk(Role.COMMUNITY_WORKER, "A1")
    page = shown(worker.post(f"/people/{person}/code"))
    code = page.partition("<strong>绑定 ")[2][:6]
    with runtime.db.transaction() as session:
        chat = a_person(session, runtime.now())

    with runtime.db.transaction() as session:
        linking.redeem(session, chat, code, runtime.now(), vault=runtime.vault)

    with runtime.db.reading() as session:
        assert profile.name_of(session, person, vault=runtime.vault) == NAME
    # whoever has an account could be taken over by such a code
    assert worker.post(f"/people/{person}/code").status_code == 409


def test_a_page_of_people_costs_the_same_however_many_it_holds(clerk, runtime, statements) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")
    counts = []
    for _ in range(2):
        for number in range(8):
            a_resident(runtime, name=f"示例·甲{number}", phone=f"1380000{len(counts)}{number:03}")
        with statements() as seen:
            worker.get("/people")
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 8


def test_whoever_has_an_account_is_shown_so(clerk, runtime) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now(), app=App.MINIPROGRAM)
    a_signup(runtime, person, "A1")

    assert "已绑定" in shown(clerk(Role.COMMUNITY_WORKER, "A1").get(f"/people/{person}"))
