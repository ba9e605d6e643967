"""Ages, guardians and the calendar, said in chat."""

from server.people.models import Person
from server.volunteers.attendance import owncodes
from tests.factories import an_activity


def test_who_is_asked_for_an_age_says_it_and_signs_up(runtime, zhao) -> None:
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now(), min_age=18, training="急救").number
        open_to_all = an_activity(session, runtime.now(), min_age=16).number

    shown = zhao.says(f"活动 {number}")
    asked = zhao.says(f"报名{open_to_all}")
    unclear = zhao.says("出生 去年")
    told = zhao.says("出生 １９９０年")
    done = zhao.says(f"报名{open_to_all}")

    assert "要求：满18岁，有“急救”，给社区看过一次证件" in shown
    assert "出生 1990" in asked
    assert unclear.startswith("请这样告诉我们")
    assert told.startswith("记下了：1990年")
    assert done.startswith("报名成功")


def test_a_minor_who_tells_another_year_is_sent_to_the_desk(runtime, zhao) -> None:
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now(), min_age=16).number
    zhao.says("出生 2014")

    waits = zhao.says("出生 1990")
    still = zhao.says(f"报名{number}")
    back = zhao.says("出生 2014")

    assert "要先看一次证件" in waits
    assert "要满16周岁" in still
    assert back.startswith("记下了：2014年")


def test_what_is_for_grown_ups_is_shown_a_document_once(runtime, zhao) -> None:
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now(), min_age=18).number

    sent = zhao.says(f"报名{number}")
    code = "".join(filter(str.isdigit, zhao.says("出示")))[:8]
    with runtime.db.transaction() as session:
        person = owncodes.use(session, code, runtime.now(), vault=runtime.vault)
        row = session.get_one(Person, person)
        row.birth_year, row.birth_year_seen_at = 1990, runtime.now()

    assert "回复“出示”" in sent
    assert zhao.says(f"报名{number}").startswith("报名成功")


def test_a_guardian_agrees_and_takes_it_back_in_their_own_chat(runtime, phone) -> None:
    minor, mother = phone(), phone()
    with runtime.db.transaction() as session:
        number = an_activity(session, runtime.now()).number
    minor.says("出生 2010")

    refused = minor.says(f"报名{number}")
    code = minor.says("监护人").split("：")[1][:6]
    early = mother.says(f"监护 {code}")
    mother.says("出生 1980")
    wrong = mother.says("监护 000000" if code != "000000" else "监护 000001")
    agreed = mother.says(f"监护 {code}")
    done = minor.says(f"报名{number}")
    which = mother.says("撤回监护")
    taken_back = mother.says("1")

    assert "监护人先同意" in refused
    assert "出生 1985" in early
    assert "不对或已过期" in wrong
    assert agreed.startswith("好了")
    assert done.startswith("报名成功")
    assert "1. " in which
    assert taken_back.startswith("已撤回")
    assert minor.says("我的").startswith("您现在没有报名")


def test_a_calendar_is_asked_for_and_ended(zhao) -> None:
    first, again = zhao.says("日历"), zhao.says("我的日历")
    ended, later = zhao.says("停用日历"), zhao.says("日历")

    assert "/calendar/" in first
    assert first == again != later
    assert ended.startswith("日历地址已停用")


def test_who_is_of_age_is_told_how_to_agree_for_a_child(zhao) -> None:
    zhao.says("出生 1985")

    told = zhao.says("监护人")

    assert "您已满18岁" in told
    assert "监护 验证码" in told
