"""The order from asking to rating (四单), and who may take which step."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from server.errors import Missing
from server.people.models import Channel, Role
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers import forgetting
from server.volunteers.activities import staffing
from server.volunteers.models import Field, Need, NeedState, Risk
from server.volunteers.nearby import TeamElsewhere
from server.volunteers.needs import answers, course, desk, needs, queue, raising, texts, views
from server.volunteers.needs.raising import Ask
from server.volunteers.needs.refusals import (
    ActivityOn,
    BadRating,
    BadWindow,
    GatesMissing,
    MovedOn,
    NotForYourTeam,
    RatedAlready,
    RatingOver,
    TooFewWords,
)
from server.volunteers.typed import TooManyWords
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.need_acts import (
    VAULT,
    WORDS,
    a_team,
    accept,
    accepted,
    actions,
    ask,
    dispatch,
    finish,
    plan,
    rate,
    reject,
    staff,
    verify,
)


@pytest.fixture(autouse=True)
def district(session):
    return plant_district(session)


def test_a_need_is_asked_sent_served_and_rated(session, now, queued) -> None:
    asker, worker = a_person(session, now), staff(session, now)
    need, team = ask(session, asker, now), a_team(session, worker, now)
    before = len(queued(session))

    verify(session, worker, need, now)
    dispatch(session, worker, need, team, now)
    accept(session, team.leader_id, need, now)
    made = plan(session, worker, need, now)
    course.start(session, now + timedelta(hours=48))
    finish(session, worker, need, now + timedelta(days=3))
    rate(session, asker, need, 5, now + timedelta(days=4))
    needs.follow_up(session, worker, need.id, "老人说很好", now + timedelta(days=5), vault=VAULT)

    assert need.state is NeedState.CLOSED
    assert (need.rating, made.need_id, made.team_id) == (5, need.id, team.id)
    assert actions(session, need) == [
        *("submitted", "verified", "dispatched", "accepted", "planned"),
        *("in_service", "done", "rated", "closed"),
    ]
    assert queued(session)[before:] == [
        ("needs.verified", asker),
        ("needs.dispatched", asker),
        ("needs.sent", team.leader_id),
        ("needs.accepted", asker),
        ("needs.planned", asker),
        ("needs.done", asker),
    ]


def test_what_people_write_is_sealed_and_the_title_tells_nothing_of_it(session, now) -> None:
    need = ask(session, a_person(session, now), now, address="3号楼2单元501", phone="13812345678")

    row = session.execute(text("SELECT * FROM need")).one()
    assert "老人" not in str(row)
    assert "501" not in str(row)
    assert "12345678" not in str(row)
    assert need.title == "一老一小：需要搬抬"
    assert texts.opened(VAULT, need, "words") == WORDS


def test_priorities_come_first_in_the_list(session, now) -> None:
    asker, worker = a_person(session, now), staff(session, now)
    words = ("楼道墙面请写几个字", "帮独居的奶奶打扫", "合唱排练请人帮忙", "看病请人陪一下")
    for word in words:
        ask(session, asker, now, words=word)

    titles, cursor = [], None
    for _ in range(2):
        page = desk.browse(session, worker, desk.Wanted(), now, vault=VAULT, cursor=cursor, limit=2)
        titles += [item.words for item in page.items]
        cursor = page.next_cursor

    assert titles == [words[1], words[3], words[0], words[2]]
    assert cursor is None


def test_what_is_settled_is_paged_from_what_was_settled_last(session, now) -> None:
    asker, worker = a_person(session, now), staff(session, now)
    made = [ask(session, asker, now, words=f"请人帮忙修理桌椅{n}") for n in range(5)]
    for minute, need in enumerate(made[::-1]):
        reject(session, worker, need, now + timedelta(microseconds=minute // 2))

    wanted = desk.Wanted(state=NeedState.REJECTED)
    seen, cursor = [], None
    for _ in range(3):
        page = desk.browse(session, worker, wanted, now, vault=VAULT, cursor=cursor, limit=2)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor

    assert seen == [need.id for need in (made[0], made[2], made[1], made[4], made[3])]
    assert cursor is None


def test_what_comes_first_is_due_within_four_working_hours(session, now) -> None:
    asker = a_person(session, now)

    ordinary = ask(session, asker, now, words="楼道墙面请写几个字")
    first = ask(session, asker, now, words="看病请人陪一下")

    assert first.due_at == now + timedelta(hours=4)
    # nine on Monday: until half past five on Tuesday
    assert ordinary.due_at == now + timedelta(hours=32, minutes=30)


def test_the_same_words_again_are_the_same_need(session, now) -> None:
    asker, other = a_person(session, now), a_person(session, now)

    first = ask(session, asker, now)
    again = ask(session, asker, now + timedelta(minutes=9))
    later = ask(session, asker, now + timedelta(minutes=11))
    others = ask(session, other, now)

    assert again.number == first.number
    assert len({first.number, later.number, others.number}) == 3


@pytest.mark.parametrize(
    ("words", "refusal"),
    [("", TooFewWords), (" \n\u200b ", TooFewWords), ("？！。", TooFewWords), ("字", TooFewWords)],
)
def test_words_that_say_nothing_are_refused(session, now, words, refusal) -> None:
    with pytest.raises(refusal):
        ask(session, a_person(session, now), now, words=words)


def test_twenty_thousand_characters_are_refused_with_the_figure(session, now) -> None:
    with pytest.raises(TooManyWords) as refused:
        ask(session, a_person(session, now), now, words="长" * 20_000)

    assert refused.value.facts == {"most": 500, "given": 20_000}


def test_of_two_who_decide_one_wins(session, now) -> None:
    one, other = staff(session, now), staff(session, now)
    need = ask(session, a_person(session, now), now)

    verify(session, one, need, now)
    verify(session, one, need, now)
    with pytest.raises(MovedOn) as refused:
        verify(session, other, need, now)

    assert refused.value.facts["state"] == "已受理，待派单"
    assert actions(session, need) == ["submitted", "verified"]


def test_a_repetition_that_differs_is_no_repetition(session, now) -> None:
    worker = staff(session, now)
    need, team = ask(session, a_person(session, now), now), a_team(session, worker, now)
    verify(session, worker, need, now)
    dispatch(session, worker, need, team, now)

    dispatch(session, worker, need, team, now)
    with pytest.raises(MovedOn):
        dispatch(session, worker, need, a_team(session, worker, now), now)

    assert need.team_id == team.id


def test_a_reason_is_for_the_asker(session, now, queued) -> None:
    asker, worker = a_person(session, now), staff(session, now)
    need = ask(session, asker, now)

    reject(session, worker, need, now)

    assert queued(session) == [("needs.rejected", asker)]
    assert views.my_need(session, asker, need.id, now, vault=VAULT).reason == "和别人重复了"
    with pytest.raises(Missing):
        views.my_need(session, a_person(session, now), need.id, now, vault=VAULT)


@pytest.mark.parametrize("code", ["B1", "A2"])
def test_staff_of_another_community_see_and_change_nothing(session, now, code) -> None:
    need, stranger = ask(session, a_person(session, now), now), staff(session, now, code=code)

    with pytest.raises(OutOfReach):
        verify(session, stranger, need, now)
    with pytest.raises(OutOfReach):
        desk.show(session, stranger, need.id, now, vault=VAULT)
    with pytest.raises(OutOfReach):
        desk.contact(session, stranger, need.id, "核对", now, vault=VAULT)
    page = desk.browse(session, stranger, desk.Wanted(), now, vault=VAULT)
    assert page.items == ()
    assert queue.due_now(session, stranger, now, 10) == []
    assert need.state is NeedState.SUBMITTED


def test_a_grid_worker_raises_for_others_and_decides_nothing(session, now) -> None:
    grid = staff(session, now, Role.GRID_WORKER)
    what = Ask(words=WORDS, area_code="A1", name="示例·李奶奶", phone="138 1234 5678")

    need = raising.ask_for(session, grid, what, now, channel=Channel.PHONE, vault=VAULT)

    _view, masked = desk.show(session, grid, need.id, now, vault=VAULT)
    assert need.on_behalf
    assert masked[:2] == ("示***奶", "138****5678")
    with pytest.raises(NotAllowed):
        verify(session, grid, need, now)
    elsewhere = Ask(words=WORDS, area_code="A2")
    with pytest.raises(OutOfReach):
        raising.ask_for(session, grid, elsewhere, now, channel=Channel.PHONE, vault=VAULT)


def test_a_draft_is_seen_by_nobody_else(session, now) -> None:
    worker, asker = staff(session, now), a_person(session, now)
    area = raising.home(session, asker, "A1")

    need = raising.enter(
        session, asker, area, Ask(words=WORDS), now, channel=Channel.CHAT, vault=VAULT
    )

    with pytest.raises(OutOfReach):
        verify(session, worker, need, now)
    assert views.mine(session, asker, now, vault=VAULT) == ()


def test_the_first_of_the_teams_takes_what_is_open_to_all(session, now, queued) -> None:
    worker, street = staff(session, now), staff(session, now, Role.STREET_OPERATOR, "A")
    near, wide = a_team(session, worker, now), a_team(session, street, now, "A")
    far = a_team(session, staff(session, now, code="B1"), now, "B1")
    need = verify(session, worker, ask(session, a_person(session, now), now), now)

    needs.open_to_all(session, worker, need.id, now, channel=Channel.CONSOLE)
    told = {person for kind, person in queued(session) if kind == "needs.sent"}
    accept(session, wide.leader_id, need, now)

    assert told == {near.leader_id, wide.leader_id}
    assert need.team_id == wide.id
    with pytest.raises(MovedOn):
        accept(session, near.leader_id, need, now)
    with pytest.raises(NotForYourTeam):
        accept(session, far.leader_id, need, now)


def test_a_need_is_sent_to_teams_that_work_there(session, now) -> None:
    worker, elsewhere = staff(session, now), staff(session, now, code="B1")
    need = verify(session, worker, ask(session, a_person(session, now), now), now)
    far = a_team(session, elsewhere, now, "B1")

    with pytest.raises(TeamElsewhere):
        dispatch(session, worker, need, far, now)


def test_a_leader_may_say_no_and_staff_send_it_on(session, now, queued) -> None:
    worker = staff(session, now)
    one, other = a_team(session, worker, now), a_team(session, worker, now)
    need = verify(session, worker, ask(session, a_person(session, now), now), now)
    dispatch(session, worker, need, one, now)

    answers.turn_back(session, one.leader_id, need.id, "人手不够", now, channel=Channel.CHAT)
    dispatch(session, worker, need, other, now)
    needs.recall(session, worker, need.id, "改派", now, channel=Channel.CONSOLE)

    assert (need.state, need.team_id) == (NeedState.VERIFIED, None)
    assert ("needs.taken_back", other.leader_id) in queued(session)


def test_an_emergency_asks_for_insurance_and_grown_ups(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now, words="防汛抢险沙袋搬运")

    with pytest.raises(GatesMissing) as refused:
        plan(session, worker, need, now, insurance_ref="示例-001")
    made = plan(
        session, worker, need, now, insurance_ref="示例-001", command_contact="示例·冯军 0351"
    )

    assert refused.value.facts == {"lacking": "现场指挥联系人"}
    assert need.priority
    assert (made.risk, made.min_age, made.insurance_ref) == (Risk.HIGH, 18, "示例-001")


def test_medical_help_asks_for_a_qualification(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now, words="给社区量血压")

    with pytest.raises(GatesMissing):
        plan(session, worker, need, now)

    assert plan(session, worker, need, now, qualification="护士证").qualification == "护士证"


def test_planning_twice_calls_for_volunteers_once(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)

    made = plan(session, worker, need, now)

    assert plan(session, worker, need, now).id == made.id
    with pytest.raises(ActivityOn):
        needs.recall(session, worker, need.id, "改派", now, channel=Channel.CONSOLE)
    staffing.cancel(session, made.id, now)
    assert plan(session, worker, need, now).id != made.id


def test_service_begins_with_the_first_shift_and_not_before(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)
    plan(session, worker, need, now)

    assert course.start(session, now + timedelta(hours=47, minutes=59)) == 0
    assert course.start(session, now + timedelta(hours=48)) == 1
    assert course.start(session, now + timedelta(hours=48)) == 0
    assert need.state is NeedState.IN_SERVICE


def test_one_rates_within_fifteen_days_and_once(session, now) -> None:
    worker, asker = staff(session, now), a_person(session, now)
    team = a_team(session, worker, now)
    done = []
    for words in ("帮老人搬家", "帮老人读报"):
        need = verify(session, worker, ask(session, asker, now, words=words), now)
        dispatch(session, worker, need, team, now)
        accept(session, team.leader_id, need, now)
        done.append(finish(session, worker, need, now))
    last_moment = now + timedelta(days=15, seconds=-1)

    rate(session, asker, done[0], 4, last_moment)
    rate(session, asker, done[0], 4, last_moment)

    assert texts.opened(VAULT, done[0], "rating_note") == "很满意"
    with pytest.raises(RatedAlready):
        rate(session, asker, done[0], 5, last_moment)
    with pytest.raises(RatingOver):
        rate(session, asker, done[1], 5, now + timedelta(days=15))
    with pytest.raises(Missing):
        rate(session, a_person(session, now), done[1], 5, now)
    for wrong in (0, 6, -1):
        with pytest.raises(BadRating):
            rate(session, asker, done[1], wrong, now)
    assert course.close(session, now + timedelta(days=15)) == 1
    assert done[1].state is NeedState.CLOSED


def test_the_asker_may_take_it_back_until_it_is_served(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)

    answers.withdraw(session, need.raised_by, need.id, now, channel=Channel.CHAT)
    answers.withdraw(session, need.raised_by, need.id, now, channel=Channel.CHAT)

    assert need.state is NeedState.WITHDRAWN
    with pytest.raises(MovedOn):
        finish(session, worker, need, now)


def test_staff_correct_the_field_when_they_verify(session, now) -> None:
    need = ask(session, a_person(session, now), now, words="楼上漏水了")

    verify(session, staff(session, now), need, now, field=Field.ELDERLY_AND_CHILDREN)

    assert (need.title, need.priority) == ("一老一小：需要维修", True)


def test_the_queue_says_why_and_whose_without_a_name(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)
    ask(session, a_person(session, now), now, words="楼道请人打扫")

    waiting = queue.due_now(session, worker, now, 10)
    late = queue.late(session, worker, need.due_at + timedelta(seconds=1), 10)

    assert [(task.title, task.whose, task.area) for task in waiting] == [
        ("2号 环境：需要打扫", "居民本人提出", "示例A1社区")
    ]
    assert [task.why for task in late] == ["接单后超期没有安排服务"]
    assert queue.late(session, worker, need.due_at, 10) == []


def test_an_unread_list_costs_one_statement(session, now, statements) -> None:
    worker = staff(session, now)
    for number in range(12):
        ask(session, a_person(session, now), now, words=f"帮老人搬家{number}")
    session.flush()

    with statements() as seen:
        page = desk.browse(session, worker, desk.Wanted(), now, vault=VAULT)

    assert len(page.items) == 12
    assert len(seen) == 1


def test_drafts_nobody_sent_are_forgotten_after_a_week(session, now) -> None:
    asker = a_person(session, now)
    area = raising.home(session, asker, "A1")
    raising.enter(session, asker, area, Ask(words=WORDS), now, channel=Channel.CHAT, vault=VAULT)
    kept = ask(session, a_person(session, now), now)

    assert course.forget_drafts(session, now + timedelta(days=7)) == 0
    assert course.forget_drafts(session, now + timedelta(days=7, seconds=1)) == 1
    assert session.scalars(select(Need.id)).all() == [kept.id]


@pytest.mark.parametrize(
    ("begins", "ends"), [(0, 0), (5, 4), (-48, None), (None, -1), (24 * 400, None)]
)
def test_a_time_that_cannot_be_is_refused(session, now, begins, ends) -> None:
    window = {
        "wanted_from": None if begins is None else now + timedelta(hours=begins),
        "wanted_until": None if ends is None else now + timedelta(hours=ends),
    }

    with pytest.raises(BadWindow):
        ask(session, a_person(session, now), now, **window)


def test_a_need_that_was_emptied_is_still_shown(session, now) -> None:
    worker = staff(session, now)
    need, _team = accepted(session, worker, now)

    forgetting.forget(session, need.raised_by, now)
    view, masked = desk.show(session, worker, need.id, now, vault=VAULT)

    assert (view.words, view.state, masked.address) == ("", NeedState.WITHDRAWN, "")
    assert desk.timeline(session, view, vault=VAULT)[0].what == "按本人意愿清除"
