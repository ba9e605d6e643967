"""What becomes of a form that comes late, or from elsewhere: no word is lost, nothing is done."""

import re

import pytest

from server.areas import tree
from server.people.models import Role
from server.staff import approvals
from server.staff.approvals import Kind
from server.staff.rights import Right

pytestmark = pytest.mark.once

OWN = {"Origin": "http://localhost"}
KEYED = {"note": "名单上没有这个人"}


@pytest.fixture
def asked(clerk, runtime):
    """Something that a street operator may turn down; returns (operator, path)."""
    kind = Kind("tests.forms", Right.APPROVE_HOURS, lambda *_: None, lambda *_: None)
    approvals.register(kind)
    worker, boss = clerk(Role.COMMUNITY_WORKER, "A1"), clerk(Role.STREET_OPERATOR, "A")
    with runtime.db.transaction() as session:
        area, who = tree.by_code(session, "A1"), worker.person_id
        made = approvals.ask(session, who, kind.name, "x", area, "漏了", runtime.now())
    yield boss, f"/console/approvals/{made.id}/decline"
    del approvals.KINDS[kind.name]


def token_in(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_a_form_that_grew_old_is_shown_again_with_what_was_keyed(asked) -> None:
    boss, path = asked

    stale = boss.client.post(path, data={"csrf_token": "old", **KEYED}, headers=OWN)
    shown = stale.get_data(as_text=True)
    again = boss.client.post(path, data={"csrf_token": token_in(shown), **KEYED})

    assert stale.status_code == 400
    assert "您填的内容还在" in shown
    assert KEYED["note"] in shown
    assert again.status_code == 303


def test_where_no_page_can_show_it_the_old_form_is_kept_for_submitting(asked) -> None:
    boss, _path = asked
    where = "/console/sign-out"

    shown = boss.client.post(where, data={"csrf_token": "old", **KEYED}, headers=OWN)
    again = {"csrf_token": token_in(shown.get_data(as_text=True)), **KEYED}

    assert shown.status_code == 400
    assert KEYED["note"] in shown.get_data(as_text=True)
    assert boss.client.post(where, data=again).status_code == 303


def test_a_form_from_another_site_is_neither_done_nor_shown(asked) -> None:
    boss, path = asked

    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        answer = boss.client.post(path, data=KEYED, headers=headers)
        assert answer.status_code == 400
        assert KEYED["note"] not in answer.get_data(as_text=True)


def test_a_session_that_ended_in_the_middle_of_a_form_loses_no_word(asked, clock, runtime) -> None:
    boss, path = asked
    boss.get("/approvals")
    clock.advance(minutes=31)

    kept = boss.client.post(path, data=KEYED, headers=OWN)
    shown = kept.get_data(as_text=True)
    boss.signs_in_again()
    again = boss.client.post(path, data={"csrf_token": token_in(shown), **KEYED})

    assert kept.status_code == 401
    assert "在新标签页里重新登录" in shown
    assert f'name="note" value="{KEYED["note"]}"' in shown
    assert again.status_code == 303


def test_no_password_is_kept_on_that_page(asked, clock) -> None:
    boss, path = asked
    clock.advance(minutes=31)

    secrets = {"password": "teapot-kayak", "word": "river-88", "code": "123456"}
    shown = boss.client.post(path, data={**KEYED, **secrets}, headers=OWN).get_data(as_text=True)

    assert not [secret for secret in secrets.values() if secret in shown]


def test_what_another_site_posts_is_not_kept_for_submitting(asked, clock) -> None:
    boss, path = asked
    clock.advance(minutes=31)

    answer = boss.client.post(path, data=KEYED, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 303
    assert KEYED["note"] not in answer.get_data(as_text=True)


def test_a_script_is_led_to_the_door_and_back(clerk, clock) -> None:
    anna = clerk()
    clock.advance(minutes=31)

    headers = {"HX-Request": "true", "Referer": "http://localhost/console/account"}
    answer = anna.get("/", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/console/sign-in?next=/console/account"


def test_a_script_is_told_the_sentence_and_changes_nothing_on_the_page(clerk) -> None:
    answer = clerk(Role.AUDITOR, "D").get("/staff", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.headers["X-Sentence"].startswith("%E6")
