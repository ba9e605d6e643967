"""One text to many: written, counted, allowed by another person, spread, told politely."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import select

from config.wording import say
from server.areas import tree
from server.notices import outbox
from server.notices.broadcasts import consent, drafts, spreading, views
from server.notices.broadcasts.drafts import Draft
from server.notices.broadcasts.refusals import (
    AudienceNeeded,
    BadTime,
    Burdens,
    MovedOn,
    NobodyThere,
    NotYours,
    TooLong,
    WordsNeeded,
)
from server.notices.models import BroadcastState, NoticeState
from server.people import erasing
from server.people.models import Channel, Person, Role
from server.staff import approvals, open_questions
from server.staff import reach as reaches
from server.staff.approvals import DecidedAlready, ReasonNeeded, SecondPersonNeeded
from server.staff.models import Approval, ApprovalState
from server.staff.reach import NotAllowed, OutOfReach
from server.volunteers.models import MemberState, Team, TeamKind, TeamMember
from tests.server.notices.conftest import FACTS
from tests.server.notices.spread import (
    WATER,
    allowed,
    ask,
    boss,
    change,
    drafted,
    grant,
    live,
    notices,
    outcomes,
    question,
    read,
    spread,
    staff,
    state,
    stop_notices,
    tally,
    told,
)
from tests.server.notices.workers import deliver

HOUR = timedelta(hours=1)


def a_team(runtime, people: list[int], area: str = "A1") -> int:
    now = runtime.now()
    with runtime.db.transaction() as session:
        team = Team(number=1, name="示例暖阳队", kind=TeamKind.OTHER, created_at=now)
        team.area_id = tree.by_code(session, area).id
        session.add(team)
        session.flush()
        for person in people:
            member = TeamMember(team_id=team.id, person_id=person, channel=Channel.CHAT)
            member.state, member.asked_at, member.changed_at = MemberState.MEMBER, now, now
            session.add(member)
        return team.id


def test_a_draft_is_counted_and_nobody_is_told(runtime) -> None:
    worker = staff(runtime)
    people = live(runtime, 4)
    live(runtime, 2, "A2")
    stop_notices(runtime, people[0])
    with runtime.db.transaction() as session:
        vault = runtime.vault
        erasing.erase(session, people[1], runtime.now(), channel=Channel.CHAT, vault=vault)

    broadcast = read(runtime, drafted(runtime, worker))

    assert (broadcast.counted, broadcast.unwanted, broadcast.reachable) == (3, 1, 2)
    assert broadcast.state is BroadcastState.DRAFTED
    assert told(runtime) == []


def test_a_street_is_all_that_lies_in_it(runtime) -> None:
    head = boss(runtime)
    live(runtime, 2)
    live(runtime, 3, "A2")
    live(runtime, 4, "B1")

    assert read(runtime, drafted(runtime, head, WATER._replace(area_code="A"))).counted == 5


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (WATER._replace(title=" "), WordsNeeded),
        (WATER._replace(text="\u200b\n"), WordsNeeded),
        (WATER._replace(title="水" * 21), TooLong),
        (WATER._replace(text="水" * 301), TooLong),
        (WATER._replace(whom="riders"), AudienceNeeded),
        (WATER._replace(whom="team"), AudienceNeeded),
        (WATER._replace(whom="team", group_id=99), OutOfReach),
        (WATER._replace(area_code="B1"), OutOfReach),
        (WATER._replace(area_code="A"), OutOfReach),
        (WATER._replace(area_code="nowhere"), OutOfReach),
    ],
)
def test_what_cannot_be_sent_is_not_kept(runtime, draft: Draft, refusal) -> None:
    worker = staff(runtime)

    with pytest.raises(refusal):
        drafted(runtime, worker, draft)


@pytest.mark.once
@pytest.mark.parametrize(
    "words",
    [
        *("收到请回复", "收到后请回", "请大家收到后统一反馈", "看到请扣1", "请回复“收到”", "回复1"),
        *("收 到 请 回 复", "请接龙报名", "截图发群里", "请截屏上报", "务必转发", "全员关注公众号"),
        *("转发到朋友圈", "帮忙点赞", "请大家投票", "每天打卡", "学习时长不够的", "必须下载小程序"),
    ],
)
def test_nobody_is_asked_for_a_receipt_or_a_chain(runtime, words: str) -> None:
    worker = staff(runtime)

    with pytest.raises(Burdens) as found:
        drafted(runtime, worker, WATER._replace(text=f"明天停水，{words}。"))

    assert str(found.value.facts["words"]) in say(found.value.code, **found.value.facts)


@pytest.mark.once
@pytest.mark.parametrize(
    "words",
    [
        "想参加的请回复“报名 12”。",
        "请您放心，钥匙已收到。",
        "图书角周六开放，自愿参加，请转告不用手机的邻居。",
        "收到水费单有疑问，请拨打社区电话。",
    ],
)
def test_kind_words_are_kept(runtime, words: str) -> None:
    assert drafted(runtime, staff(runtime), WATER._replace(text=words))


@pytest.mark.parametrize("hours", [-1, 15, 40])
def test_it_goes_within_the_day(runtime, hours: int) -> None:
    worker = staff(runtime)

    with pytest.raises(BadTime):
        drafted(runtime, worker, WATER._replace(begins_at=runtime.now() + hours * HOUR))


def test_a_role_without_the_right_writes_none(runtime) -> None:
    for role in (Role.SYSTEM_ADMIN, Role.GRID_WORKER, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            drafted(runtime, staff(runtime, role))


def test_a_draft_is_changed_by_who_wrote_it_until_it_is_asked_for(runtime) -> None:
    worker, colleague = staff(runtime), staff(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, worker)

    def rewrite(who) -> None:
        with runtime.db.transaction() as session:
            other = WATER._replace(title="后天停水")
            settings = runtime.settings
            drafts.rewrite(session, who, broadcast, other, runtime.now(), settings=settings)

    with pytest.raises(NotYours):
        rewrite(colleague)
    rewrite(worker)
    assert read(runtime, broadcast).title == "后天停水"
    ask(runtime, worker, broadcast)
    with pytest.raises(MovedOn):
        rewrite(worker)


def test_it_is_asked_for_once_with_a_reason_and_by_who_wrote_it(runtime) -> None:
    worker = staff(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, worker)

    with pytest.raises(ReasonNeeded):
        ask(runtime, worker, broadcast, " ")
    with pytest.raises(NotYours):
        ask(runtime, staff(runtime), broadcast)
    for _ in range(2):
        ask(runtime, worker, broadcast)

    assert question(runtime, broadcast)
    assert state(runtime, broadcast) is BroadcastState.ASKED


def test_nothing_is_asked_for_nobody(runtime) -> None:
    worker = staff(runtime)
    [alone] = live(runtime, 1)
    stop_notices(runtime, alone)
    broadcast = drafted(runtime, worker)

    with pytest.raises(NobodyThere):
        ask(runtime, worker, broadcast)

    assert state(runtime, broadcast) is BroadcastState.DRAFTED


def test_the_second_person_reads_what_it_says(runtime) -> None:
    worker, head = staff(runtime), boss(runtime)
    other = staff(runtime, Role.STREET_OPERATOR, "B")
    live(runtime, 2)
    ask(runtime, worker, drafted(runtime, worker))

    with runtime.db.reading() as session:
        found = open_questions.waiting(session, head, runtime.now())
        said = open_questions.told(session, [each.approval for each in found])
        theirs = open_questions.waiting(session, other, runtime.now())

    [words] = said.values()
    assert "群发通知“明天上午停水”，要告诉2人" in words
    assert WATER.text in words
    assert theirs == []


def test_nobody_allows_their_own(runtime) -> None:
    head = boss(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, head)
    ask(runtime, head, broadcast)

    with pytest.raises(SecondPersonNeeded):
        grant(runtime, head, question(runtime, broadcast))


def test_what_is_allowed_goes_out_and_is_done(runtime, sent, clock) -> None:
    broadcast = allowed(runtime, people=5)

    assert spreading.work(runtime) == 5
    deliver(runtime)
    clock.advance(seconds=10)
    spreading.work(runtime)

    row = read(runtime, broadcast)
    assert (row.state, row.queued, row.sent, row.waiting) == (BroadcastState.DONE, 5, 5, 0)
    assert sent.total() == 5
    assert "回复“停止提醒”不再提醒" in notices(runtime)[0].facts["how"]
    assert spreading.work(runtime) == 0


def test_what_is_turned_down_goes_nowhere(runtime) -> None:
    worker = staff(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, worker)
    ask(runtime, worker, broadcast)

    head, asked = boss(runtime), question(runtime, broadcast)
    with runtime.db.transaction() as session:
        approvals.decline(session, head, asked, "明天不停了", runtime.now())

    spreading.work(runtime)
    assert state(runtime, broadcast) is BroadcastState.REFUSED
    assert told(runtime) == []


def test_what_is_taken_back_is_asked_of_nobody(runtime) -> None:
    worker = staff(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, worker)
    ask(runtime, worker, broadcast)
    asked = question(runtime, broadcast)

    for _ in range(2):
        with runtime.db.transaction() as session:
            consent.withdraw(session, worker, broadcast, runtime.now())

    assert state(runtime, broadcast) is BroadcastState.WITHDRAWN
    with pytest.raises(DecidedAlready):
        grant(runtime, boss(runtime), asked)


def test_what_nobody_allowed_in_time_lapses_with_its_question(runtime, clock) -> None:
    worker, head = staff(runtime), boss(runtime)
    live(runtime, 2)
    broadcast = drafted(runtime, worker)
    ask(runtime, worker, broadcast)
    asked = question(runtime, broadcast)
    clock.advance(days=2)

    with pytest.raises(DecidedAlready):
        grant(runtime, head, asked)
    spreading.work(runtime)

    assert state(runtime, broadcast) is BroadcastState.LAPSED
    with runtime.db.reading() as session:
        assert session.get_one(Approval, asked).state is ApprovalState.WITHDRAWN


def test_it_waits_for_its_moment(runtime, clock) -> None:
    allowed(runtime, WATER._replace(begins_at=runtime.now() + 3 * HOUR))

    assert spreading.work(runtime) == 0
    clock.advance(hours=3)
    assert spreading.work(runtime) == 5


def test_a_broadcast_is_queued_once_for_each(runtime) -> None:
    broadcast = allowed(runtime, people=7)

    steps = [spread(runtime, broadcast, most=3) for _ in range(4)]

    assert [step.queued for step in steps] == [3, 3, 1, 0]
    assert [step.more for step in steps] == [True, True, False, False]
    assert len(set(told(runtime))) == len(told(runtime)) == 7
    # even with the cursor lost, the key keeps anybody from being told twice
    change(runtime, drafts.Broadcast, broadcast, cursor=0, spread_at=None)
    assert spread(runtime, broadcast) == (0, False)


def test_who_left_after_the_count_is_not_told(runtime, sent) -> None:
    broadcast = allowed(runtime, people=6)
    with runtime.db.reading() as session:
        people = list(session.scalars(select(Person.id).where(Person.area_id.is_not(None))))
    stop_notices(runtime, people[0])
    change(runtime, Person, people[1], area_id=None)
    assert spreading.work(runtime) == 4

    stop_notices(runtime, people[2])
    change(runtime, Person, people[3], area_id=None)
    with runtime.db.transaction() as session:
        vault = runtime.vault
        erasing.erase(session, people[4], runtime.now(), channel=Channel.CHAT, vault=vault)
    deliver(runtime)

    assert outcomes(runtime) == {
        people[2]: (NoticeState.UNREACHABLE, "all: no notices wanted"),
        people[3]: (NoticeState.DROPPED, "not meant any more"),
        people[4]: (NoticeState.DROPPED, "erased"),
        people[5]: (NoticeState.SENT, "sent"),
    }
    tally(runtime, broadcast)
    with runtime.db.reading() as session:
        head = reaches.of(session, read(runtime, broadcast).asked_by, runtime.now())
        shown = views.show(session, head, broadcast)
    assert (shown.total, shown.broadcast.sent, shown.broadcast.unreachable) == (4, 1, 1)
    assert shown.dropped == 2


def test_control_without_the_look_who_left_is_told(runtime, sent, monkeypatch) -> None:
    monkeypatch.setattr("server.notices.politeness.holding.barred", lambda *_: {})
    allowed(runtime, people=1)
    spreading.work(runtime)
    change(runtime, Person, told(runtime)[0], area_id=None)

    deliver(runtime)

    assert sent.total() == 1


def test_one_that_cannot_be_spread_holds_back_no_other(runtime, caplog) -> None:
    broken, whole = allowed(runtime, people=2), allowed(runtime, people=1)
    change(runtime, drafts.Broadcast, broken, whom="nobody we know")

    with caplog.at_level(logging.CRITICAL):
        assert spreading.work(runtime) == 3

    assert {each.broadcast_id for each in notices(runtime)} == {whole}


def test_a_team_is_its_members(runtime, sent) -> None:
    worker = staff(runtime)
    people = live(runtime, 3, "B1")
    team = a_team(runtime, people)
    broadcast = drafted(runtime, worker, WATER._replace(whom="team", group_id=team))
    ask(runtime, worker, broadcast)
    grant(runtime, boss(runtime), question(runtime, broadcast))
    assert spreading.work(runtime) == 3
    with runtime.db.transaction() as session:
        member = session.scalars(select(TeamMember).where(TeamMember.person_id == people[0])).one()
        member.state = MemberState.LEFT

    deliver(runtime)

    assert sent.total() == 2
    assert notices(runtime)[0].facts["area"] == "示例暖阳队"


def test_volunteers_are_who_belong_or_serve_there(runtime) -> None:
    worker = staff(runtime)
    a_team(runtime, live(runtime, 2, "B1"))
    live(runtime, 3)

    broadcast = read(runtime, drafted(runtime, worker, WATER._replace(whom="volunteers")))

    assert broadcast.counted == 2


def test_a_team_that_rests_is_told_nothing_by_consent(runtime) -> None:
    worker = staff(runtime)
    team = a_team(runtime, live(runtime, 2))
    broadcast = drafted(runtime, worker, WATER._replace(whom="team", group_id=team))
    ask(runtime, worker, broadcast)
    change(runtime, Team, team, active=False)

    with pytest.raises(approvals.AskerLeft):
        grant(runtime, boss(runtime), question(runtime, broadcast))


def another_message_today(runtime, person: int) -> None:
    with runtime.db.transaction() as session:
        moment = runtime.now() + timedelta(days=2)
        facts = FACTS | {"starts_at": moment}
        outbox.queue(session, person, "volunteers.reminder", "k", runtime.now(), facts)


@pytest.mark.parametrize(("urgent", "result"), [(False, "waits day"), (True, "sent template")])
def test_one_ordinary_message_a_day_and_urgent_ones_besides(
    runtime, sent, urgent: bool, result: str
) -> None:
    broadcast = allowed(runtime, WATER._replace(urgent=urgent), people=1)
    with runtime.db.reading() as session:
        person = session.scalars(select(Person.id).where(Person.area_id.is_not(None))).one()
    another_message_today(runtime, person)
    deliver(runtime)
    spread(runtime, broadcast)

    assert deliver(runtime) == {result: 1}


@pytest.mark.parametrize("urgent", [False, True])
def test_nobody_is_woken_by_one(runtime, sent, clock, urgent: bool) -> None:
    broadcast = allowed(runtime, WATER._replace(urgent=urgent), people=1)
    clock.advance(hours=14)
    spread(runtime, broadcast)

    assert deliver(runtime) == {"waits quiet": 1}
    assert sent.total() == 0


def test_a_batch_costs_the_same_however_many_it_is_for(runtime, statements) -> None:
    broadcast = allowed(runtime, people=12)

    with statements() as few:
        spread(runtime, broadcast, most=2)
    with statements() as many:
        spread(runtime, broadcast, most=9)

    assert len(many) == len(few) <= 7
