"""The page of rules: dated versions, none that burdens anybody, and nothing of the past changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.people.models import Role
from server.riders.models import PointsRule, PointsTransaction
from server.riders.points import burdens, rules
from tests.server.riders.acts import a_rider, earn, has

TOMORROW = {
    "name": "清雪",
    "least": "2",
    "most": "",
    "verifier": "community",
    "since": "2026-03-10",
    "until": "",
    "day_cap": "3",
    "month_cap": "",
    "ever_cap": "",
}


def text(answer) -> str:
    return answer.get_data(as_text=True)


def versions(runtime, code: str):
    with runtime.db.reading() as session:
        return rules.versions(session, code)


@pytest.fixture
def head(clerk):
    return clerk(Role.DISTRICT_OPERATOR, "D")


def test_the_rules_are_listed_with_what_is_in_force(head) -> None:
    page = text(head.get("/points/rules"))

    assert all(
        words in page for words in ("随手拍属实", "每天5次", "10到50分", "每月总上限", "第1版")
    )


def test_a_new_rule_is_planned_for_a_day_to_come(head, runtime) -> None:
    answer = head.post("/points/rules", code="snow_cleared", **TOMORROW)

    assert answer.status_code == 303
    [made] = versions(runtime, "SNOW_CLEARED")
    assert (made.least, made.most, made.day_cap, made.since) == (2, 2, 3, date(2026, 3, 10))
    page = text(head.get("/points/rules/SNOW_CLEARED"))
    assert "以后生效" in page
    assert "现在没有生效的版本" in page


def test_the_next_version_begins_with_what_the_last_one_says(head, runtime) -> None:
    form = text(head.get("/points/rules/HAZARD_OK/edit"))
    head.post("/points/rules/HAZARD_OK", **TOMORROW | {"name": "随手拍属实", "pending": "1"})

    assert 'value="随手拍属实"' in form
    newest = versions(runtime, "HAZARD_OK")[0]
    assert (newest.version, newest.least, newest.pending) == (2, 2, True)


def test_what_was_given_stays_as_it_is(head, runtime, clock) -> None:
    with runtime.db.transaction() as session:
        rider = a_rider(session, clock.now())
        earn(session, rider, clock.now())
        before = session.execute(select(PointsTransaction.__table__)).all()

    head.post("/points/rules/HAZARD_OK", **TOMORROW)
    head.post("/points/rules/HAZARD_OK/end", last="2026-03-10")

    with runtime.db.transaction() as session:
        assert session.execute(select(PointsTransaction.__table__)).all() == before
        assert has(session, rider, clock.now()) == 1
        later = clock.now() + timedelta(days=1)
        assert earn(session, rider, later, "report:2", at=clock.now()).points == 1


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("DAILY_LOGIN", "好事"),
        ("BONUS", "每日登录"),
        ("SHARE_ONCE", "好事"),
        ("BONUS", "转发文章"),
        ("STUDY_TIME", "好事"),
        ("BONUS", "学习满30分钟"),
        ("MONTH_RANKING", "好事"),
        ("BONUS", "月度排名前十"),
        ("CHECKIN", "好事"),
        ("BONUS", "邀请同事"),
    ],
)
def test_no_rule_for_login_sharing_study_or_rank_can_be_entered(head, runtime, code, name) -> None:
    """G2, G3, P9: through the page, with a sentence that says which."""
    fresh = head.post("/points/rules", code=code, **TOMORROW | {"name": name})
    renamed = head.post("/points/rules/HAZARD_OK", **TOMORROW | {"name": name})

    assert fresh.status_code == 403
    assert "不能给积分：登录、签到、绑定、分享、邀请、学习、排名、接单都不算" in text(fresh)
    if burdens.WORDS.search(name):
        assert renamed.status_code == 403
    with runtime.db.reading() as session:
        assert name not in session.scalars(select(PointsRule.name)).all() or name == "好事"
        assert code not in session.scalars(select(PointsRule.code)).all()


def test_control_without_the_look_at_words_it_would_be_entered(head, runtime, monkeypatch) -> None:
    monkeypatch.setattr(burdens, "is_burden", lambda *_: False)

    assert head.post("/points/rules", code="DAILY_LOGIN", **TOMORROW).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-03-09"},
        {"since": ""},
        {"since": "吃饭"},
        {"least": ""},
        {"least": "-1"},
        {"least": "5", "most": "2"},
        {"day_cap": "很多"},
        {"until": "2026-03-09"},
        {"name": ""},
    ],
)
def test_bad_numbers_and_days_are_told_in_a_sentence(head, runtime, wrong) -> None:
    answer = head.post("/points/rules/HAZARD_OK", **TOMORROW | wrong)

    assert answer.status_code == 400
    assert 'role="alert"' in text(answer)
    assert len(versions(runtime, "HAZARD_OK")) == 1


def test_the_cap_of_a_month_is_a_rule_without_points(head, runtime) -> None:
    form = text(head.get("/points/rules/ALL/edit"))
    answer = head.post(
        "/points/rules/ALL", name="每月总上限", month_cap="80", since="2026-04-01", verifier="x"
    )

    assert "每次给几分" not in form
    assert answer.status_code == 303
    assert versions(runtime, "ALL")[0].month_cap == 80


def test_a_rule_ends_on_a_day(head, runtime) -> None:
    assert head.post("/points/rules/HAZARD_OK/end", last="2026-03-08").status_code == 400
    assert head.post("/points/rules/HAZARD_OK/end", last="").status_code == 400
    assert head.post("/points/rules/HAZARD_OK/end", last="2026-03-31").status_code == 303
    assert versions(runtime, "HAZARD_OK")[0].until == date(2026, 3, 31)


def test_a_rule_that_is_not_there_is_answered_so(head) -> None:
    assert head.get("/points/rules/NOTHING").status_code == 404
    assert head.post("/points/rules/NOTHING", **TOMORROW).status_code == 404
    assert head.get("/points/rules/" + "X" * 300).status_code == 404


def test_others_read_the_rules_and_do_not_change_them(clerk) -> None:
    worker = clerk(Role.COMMUNITY_WORKER, "A1")

    assert "添加规则" not in text(worker.get("/points/rules"))
    assert "加新版本" not in text(worker.get("/points/rules/HAZARD_OK"))
    assert worker.post("/points/rules/HAZARD_OK", **TOMORROW).status_code == 403
