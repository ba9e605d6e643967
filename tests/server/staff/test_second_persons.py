"""What takes two persons takes two who may still do their part when the second one consents."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from server import followers
from server.areas import tree
from server.jobs import TIMETABLE
from server.ledgers import exports
from server.ledgers.months import Span as Months
from server.ledgers.questions import Question
from server.notices.broadcasts import consent
from server.notices.broadcasts import drafts as drafting
from server.notices.broadcasts.drafts import Draft
from server.office import appointing, resetting
from server.office.imports import posts as imported
from server.party import branches, lists
from server.party.lists import Purpose
from server.people import posts
from server.people.models import Channel, Person, Post, Role
from server.riders.points import awarding
from server.riders.points.awarding import Wish
from server.riders.rewards import stocking
from server.staff import approvals, proxy_wishes
from server.staff import reach as reaches
from server.staff.approvals import AskerLeft, SecondPersonNeeded
from server.staff.models import Approval, ApprovalState, StaffAccount, StaffState
from server.staff.reach import NotAllowed
from server.volunteers.activities import drafts, publishing
from server.volunteers.hours import by_hand, corrections, finishing
from server.volunteers.hours.by_hand import Entry
from server.volunteers.hours.corrections import Correction
from server.volunteers.hours.minutes import Span
from server.volunteers.models import Activity, ActivityState, Risk, Shift
from tests.factories import POLICY, a_person
from tests.knobs import usual_settings
from tests.server.riders.acts import a_rider
from tests.server.riders.rewards.acts import a_shelf
from tests.server.volunteers.records.acts import HOUR, a_past_shift, a_record, confirm, staff
from tests.server.volunteers.test_lifecycle import a_draft

assert followers
assert TIMETABLE


def by_hand_of(session, asker, now):
    shift = a_past_shift(session, now)
    begins = session.get_one(Shift, shift).starts_at
    entry = Entry(a_person(session, now), shift, Span(begins, begins + HOUR), "漏签", "签到表")
    by_hand.enter_by_hand(session, asker, entry, now)


def final_of(session, asker, now) -> int:
    shift = a_past_shift(session, now)
    record = a_record(session, now, shift)
    confirm(session, asker, shift, now)
    finishing.finish(session, now + timedelta(days=7))
    session.expire_all()
    return record


def amend_of(session, asker, now):
    corrections.correct(session, asker, final_of(session, asker, now), Correction(60, "早走"), now)


def void_of(session, asker, now):
    corrections.void(session, asker, final_of(session, asker, now), "没有来", now)


def export_of(session, asker, now):
    span = Months(date(2026, 3, 1), date(2026, 3, 9))
    question = Question("service", "csv", tree.root(session), span, "上报", whole=True)
    exports.ask(session, asker, question, now)


def post_of(session, asker, now):
    code = tree.root(session).code
    person = a_person(session, now)
    appointing.appoint(session, asker, person, Role.TEAM_LEADER, code, "队长", now)


def posts_of(session, asker, now):
    area = tree.root(session)
    rows = [[a_person(session, now), Role.TEAM_LEADER.value, area.id, None]]
    asked = session, asker.person_id, imported.IMPORTED, "x:1", area, "一批", now
    approvals.ask(*asked, posts=rows, said="一批")


def reset_of(session, asker, now):
    colleague = staff(session, now, Role.COMMUNITY_WORKER)
    account = StaffAccount(
        person_id=colleague.person_id,
        login="zhao",
        state=StaffState.ACTIVE,
        created_at=now,
        changed_at=now,
    )
    session.add(account)
    session.flush()
    assert resetting.invite_again(session, asker, account.id, now, vault=None) is None


def erasure_of(session, asker, now):
    person, paper = a_person(session, now), Channel.PAPER
    proxy_wishes.ask(session, asker, person, paper, "来信", now, cooling=timedelta(days=7))


def broadcast_of(session, asker, now):
    area, settings = tree.root(session), usual_settings()
    session.get_one(Person, a_person(session, now)).area_id = area.id
    draft = Draft("明天停水", "请提前存水。", "everybody", area.code)
    made = drafting.write(session, asker, draft, now, settings=settings)
    consent.ask(session, asker, made.id, "水务公司来电", now, settings=settings)


def points_of(session, asker, now):
    wish = Wish("GOOD_DEED", a_rider(session, now), now, "两位居民证明", 30)
    assert awarding.award(session, asker, wish, now) is None


def stock_of(session, asker, now):
    shelf = a_shelf(session, now, pieces=20)
    assert stocking.correct(session, asker, shelf, -15, "盘点", now) is None


def list_of(session, asker, now):
    branch = branches.found(session, asker, tree.root(session).code, "示例党支部", now)
    return lists.ask(session, asker, branch.id, Purpose.RECHECK, now)


def list_again_of(session, asker, now):
    question = list_of(session, asker, now)
    first = staff(session, now, Role.PARTY_DATA_OFFICER)
    approvals.grant(session, first, question.id, now)


ASKED = {
    "broadcast": (broadcast_of, Role.COMMUNITY_WORKER),
    "hours.by_hand": (by_hand_of, Role.COMMUNITY_WORKER),
    "hours.amend": (amend_of, Role.COMMUNITY_WORKER),
    "hours.void": (void_of, Role.COMMUNITY_WORKER),
    "export.bulk": (export_of, Role.COMMUNITY_WORKER),
    "post.appointed": (post_of, Role.DISTRICT_OPERATOR),
    "posts.imported": (posts_of, Role.DISTRICT_OPERATOR),
    "staff.reset": (reset_of, Role.SYSTEM_ADMIN),
    "person.erased": (erasure_of, Role.DISTRICT_OPERATOR),
    "points.award": (points_of, Role.COMMUNITY_WORKER),
    "rewards.correction": (stock_of, Role.DISTRICT_OPERATOR),
    "party.list": (list_of, Role.PARTY_DATA_OFFICER),
    "party.list_again": (list_again_of, Role.PARTY_DATA_OFFICER),
}
"""How each kind of question comes about, and in which post somebody asks it."""
KINDS = pytest.mark.parametrize("kind", sorted(ASKED))


@pytest.fixture
def boss(session, now, plain):
    """Somebody who may allow whatever is asked."""
    found = staff(session, now, Role.DISTRICT_OPERATOR)
    root, officer = tree.root(session), Role.PARTY_DATA_OFFICER
    posts.appoint(session, found.person_id, officer, root, now, until=None)
    return reaches.of(session, found.person_id, now)


@pytest.fixture
def now(clock):
    return clock.now()


@pytest.fixture
def plain(session, now):
    """The district's area, without anything in it."""
    return a_past_shift(session, now)


@pytest.fixture
def asked(session, now, plain):
    """Have a question of this kind asked; return (who asks, its number)."""

    def ask(kind):
        how, role = ASKED[kind]
        asker = staff(session, now, role)
        how(session, asker, now)
        session.flush()
        [question] = session.query(Approval).where(Approval.kind == kind)
        return asker, question.id

    return ask


def leave(session, who, now) -> None:
    session.execute(update(Post).where(Post.person_id == who.person_id).values(until=now))


def test_every_kind_of_question_is_tried_here() -> None:
    assert {kind for kind in approvals.KINDS if not kind.startswith("tests")} == set(ASKED)


@KINDS
def test_nothing_is_allowed_that_its_asker_may_not_ask_for_any_more(
    session, now, asked, boss, kind
) -> None:
    asker, question = asked(kind)
    leave(session, asker, now)

    with pytest.raises(AskerLeft), session.begin_nested():
        approvals.grant(session, boss, question, now)

    assert session.get_one(Approval, question).state is ApprovalState.ASKED
    # it is not stuck: whoever decides sends it back
    approvals.decline(session, boss, question, "请在岗的同事重新提出", now)


@KINDS
def test_control_without_a_look_at_the_asker_it_would_be_allowed(
    session, now, asked, boss, kind, monkeypatch
) -> None:
    asker, question = asked(kind)
    leave(session, asker, now)
    monkeypatch.setitem(
        approvals.KINDS, kind, replace(approvals.KINDS[kind], still=lambda *_: None)
    )

    approvals.grant(session, boss, question, now)


@KINDS
def test_whoever_lost_the_right_to_allow_allows_and_declines_nothing(
    session, now, asked, boss, kind
) -> None:
    _asker, question = asked(kind)
    leave(session, boss, now)

    with pytest.raises(NotAllowed):
        approvals.grant(session, boss, question, now)
    with pytest.raises(NotAllowed):
        approvals.decline(session, boss, question, "不行", now)


@KINDS
def test_control_with_the_reach_as_it_was_it_would_be_allowed(
    session, now, asked, boss, kind, monkeypatch
) -> None:
    _asker, question = asked(kind)
    leave(session, boss, now)
    fresh = reaches.of
    stale = {boss.person_id: boss}
    monkeypatch.setattr(
        reaches, "of", lambda mine, who, then: stale.get(who) or fresh(mine, who, then)
    )

    approvals.grant(session, boss, question, now)


@pytest.fixture
def risky(session, now, plain):
    """A risky activity that a worker of the street has drafted and handed in."""
    drafter = staff(session, now, Role.STREET_OPERATOR)
    draft = a_draft(session, now, risk=Risk.HIGH, insurance_ref="示例-1")
    activity = drafts.create(session, drafter, draft, now, policy=POLICY)
    publishing.submit(session, drafter, activity.id, activity.revision, now)
    return drafter, activity


def open_up(session, who, activity: Activity, now) -> None:
    publishing.open_up(session, who, activity.id, activity.revision, now)


def edit(session, who, activity: Activity, now) -> None:
    draft = a_draft(session, now, risk=Risk.HIGH, insurance_ref="示例-2")
    drafts.edit(session, who, activity.id, activity.revision, draft, now, policy=POLICY)


def test_risky_work_drafted_by_who_left_is_saved_anew_before_it_is_opened(
    session, now, risky, boss
) -> None:
    drafter, activity = risky
    leave(session, drafter, now)

    with pytest.raises(AskerLeft):
        open_up(session, boss, activity, now)
    edit(session, staff(session, now), activity, now)
    open_up(session, boss, activity, now)

    assert activity.state is ActivityState.OPEN


def test_whoever_edits_risky_work_does_not_open_it_alone(session, now, risky, boss) -> None:
    _drafter, activity = risky
    edit(session, boss, activity, now)

    with pytest.raises(SecondPersonNeeded):
        open_up(session, boss, activity, now)
    assert not publishing.may_open(boss, activity, tree.root(session).path)


def test_control_without_the_editor_one_person_would_open_what_they_wrote(
    session, now, risky, boss
) -> None:
    _drafter, activity = risky
    edit(session, boss, activity, now)
    activity.edited_by = None

    open_up(session, boss, activity, now)


def test_control_without_a_look_at_the_drafter_it_would_be_opened(
    session, now, risky, boss, monkeypatch
) -> None:
    drafter, activity = risky
    leave(session, drafter, now)
    monkeypatch.setattr(publishing, "_may_draft", lambda *_, **__: None)

    open_up(session, boss, activity, now)
