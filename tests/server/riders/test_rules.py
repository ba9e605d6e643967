"""What points are given for is edited by dated versions, and never for what burdens people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people.models import Role
from server.riders.models import OVERALL, PointsRule, Verifier
from server.riders.points import burdens, making, reading, rules
from server.riders.points.making import Terms
from server.riders.points.refusals import (
    BadRule,
    BurdeningRule,
    ChangedMeanwhile,
    NoSuchRule,
    OverallCapReached,
)
from server.staff.reach import NotAllowed
from tests.server.riders.acts import a_rider, earn, has
from tests.server.volunteers.records.acts import staff

TODAY = date(2026, 3, 9)
TERMS = Terms("HAZARD_OK", "随手拍属实", 2, 2, Verifier.COMMUNITY, TODAY + timedelta(days=1))


@pytest.fixture
def district(session, now):
    return staff(session, now, Role.DISTRICT_OPERATOR)


def test_a_new_version_speaks_from_its_day_on(session, now, district) -> None:
    rider = a_rider(session, now)
    made = making.make(session, district, TERMS, now)

    tomorrow = now + timedelta(days=1)
    before = earn(session, rider, tomorrow, "report:1", at=now)
    after = earn(session, rider, tomorrow, "report:2")

    assert made.version == 2
    assert (before.points, after.points) == (1, 2)
    assert [reading.why(session, rider, n).version for n in (1, 2)] == [1, 2]


def test_a_change_never_rewrites_what_was_given(session, now, district) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now)
    seen = reading.why(session, rider, 1)

    making.make(session, district, TERMS, now)
    making.end(session, district, "HAZARD_OK", TERMS.since, now)

    assert reading.why(session, rider, 1) == seen
    assert has(session, rider, now + timedelta(days=3)) == 1


def test_control_a_version_for_a_day_that_has_begun_is_refused(session, now, district) -> None:
    for since in (TODAY, TODAY - timedelta(days=1)):
        with pytest.raises(BadRule):
            making.make(session, district, replace(TERMS, since=since), now)


def test_control_without_the_look_at_its_day_a_version_would_rewrite_the_past(
    session, now, district, monkeypatch
) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now)
    monkeypatch.setattr(making, "_days", lambda *_: True)

    making.make(session, district, replace(TERMS, since=TODAY), now)

    assert earn(session, rider, now, "report:2").points == 2


def test_a_rule_that_has_ended_gives_nothing_and_no_older_one_comes_back(
    session, now, district
) -> None:
    rider = a_rider(session, now)
    making.make(session, district, replace(TERMS, until=TERMS.since), now)

    assert earn(session, rider, now + timedelta(days=1)).points == 2
    with pytest.raises(NoSuchRule):
        earn(session, rider, now + timedelta(days=2), "report:2")


def test_a_rule_ends_today_at_the_earliest_and_stays_ended(session, now, district) -> None:
    with pytest.raises(BadRule):
        making.end(session, district, "HAZARD_OK", TODAY - timedelta(days=1), now)
    ended = making.end(session, district, "HAZARD_OK", TODAY, now)

    assert ended.until == TODAY
    assert earn(session, a_rider(session, now), now).points == 1
    later = now + timedelta(days=1)
    with pytest.raises(ChangedMeanwhile):
        making.end(session, district, "HAZARD_OK", TODAY + timedelta(days=9), later)
    with pytest.raises(NoSuchRule):
        making.end(session, district, "NOTHING", TODAY, now)


def test_the_cap_of_a_month_is_a_rule_too(session, now, district) -> None:
    none = {"least": 0, "most": 0, "month_cap": 5}
    making.make(session, district, replace(TERMS, code=OVERALL, name="每月总上限", **none), now)
    rider, tomorrow = a_rider(session, now), now + timedelta(days=1)
    earn(session, rider, tomorrow, code="SUGGEST_ADOPTED")

    with pytest.raises(OverallCapReached):
        earn(session, rider, tomorrow, "report:2")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("LOGIN", "奖励"),
        ("DAILY_LOGIN", "奖励"),
        ("APP_SIGN_IN", "奖励"),
        ("CHECKIN_DAILY", "奖励"),
        ("BIND_PHONE", "奖励"),
        ("SHARE_ONCE", "奖励"),
        ("REFERRAL", "奖励"),
        ("INVITE_FRIEND", "奖励"),
        ("STUDY_TIME", "奖励"),
        ("READ_NEWS", "奖励"),
        ("ONLINE_HOURS", "奖励"),
        ("MONTH_RANKING", "奖励"),
        ("TOP_TEN", "奖励"),
        ("ORDERS", "奖励"),
        ("BONUS", "每日登录"),
        ("BONUS", "打卡一次"),
        ("BONUS", "绑 定手机"),
        ("BONUS", "转发文章"),
        ("BONUS", "邀请同事"),
        ("BONUS", "学习时长满30分钟"),
        ("BONUS", "月度排名前十"),
        ("BONUS", "准时送达"),
    ],
)
def test_no_points_for_coming_by_passing_on_studying_or_rank(
    session, now, district, code, name
) -> None:
    """P9, G2, G3."""
    with pytest.raises(BurdeningRule):
        making.make(session, district, replace(TERMS, code=code, name=name), now)


def test_control_without_the_words_a_login_would_be_paid(
    session, now, district, monkeypatch
) -> None:
    monkeypatch.setattr(burdens, "is_burden", lambda *_: False)

    assert making.make(session, district, replace(TERMS, code="LOGIN"), now).code == "LOGIN"


@pytest.mark.parametrize(
    ("code", "name"),
    [("SNOW_CLEARED", "清雪"), ("BLOOD_GIVEN", "无偿献血"), ("ELDER_VISITED_HOME", "看望老人")],
)
def test_control_what_helps_others_may_be_a_rule(session, now, district, code, name) -> None:
    made = making.make(session, district, replace(TERMS, code=code, name=name), now)

    assert (made.code, made.version) == (code, 1)


def test_none_of_the_first_rules_burdens_anybody(session) -> None:
    rows = session.execute(select(PointsRule.code, PointsRule.name)).all()

    assert len(rows) == 10
    assert [row for row in rows if burdens.is_burden(row.code, row.name)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "lower"},
        {"code": "A" * 41},
        {"code": "X-1"},
        {"name": " "},
        {"name": "长" * 41},
        {"least": 0},
        {"least": 3, "most": 2},
        {"most": 101},
        {"day_cap": 0},
        {"month_cap": 1001},
        {"until": TODAY},
        {"code": OVERALL, "name": "总上限"},
    ],
)
def test_what_makes_no_sense_is_refused(session, now, district, wrong) -> None:
    with pytest.raises(BadRule):
        making.make(session, district, replace(TERMS, **wrong), now)


def test_rules_are_the_districts_to_make_and_leave_a_trace(db, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        worker = staff(session, now, Role.STREET_OPERATOR)
        with pytest.raises(NotAllowed):
            making.make(session, worker, TERMS, now)
        with pytest.raises(NotAllowed):
            making.end(session, worker, "HAZARD_OK", TODAY, now)
        making.make(session, staff(session, now, Role.DISTRICT_OPERATOR), TERMS, now)

    with db.reading() as session:
        deeds = session.scalars(select(AuditEntry.action)).all()
        assert "points.rule_made" in deeds
        assert len(rules.versions(session, "HAZARD_OK")) == 2
        assert len(rules.table(session, TODAY)) == 10


def test_of_two_who_make_a_version_at_once_one_is_told(db, clock, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        reach = staff(session, now, Role.DISTRICT_OPERATOR)

    race([lambda session: making.make(session, reach, TERMS, now)] * 2)

    with db.reading() as session:
        found = rules.versions(session, "HAZARD_OK")
    assert [rule.version for rule in found] in ([2, 1], [3, 2, 1])
