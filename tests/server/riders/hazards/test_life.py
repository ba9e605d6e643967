"""A report from the photo to the rating: each step once, by whoever may take it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.notices.models import Notice
from server.people.models import Channel, Role
from server.riders.hazards import answers, desk, drafts, hazards, pictures, reporting, views, where
from server.riders.hazards.desk import Wanted
from server.riders.hazards.hazards import Wish
from server.riders.hazards.models import AppealState, Hazard, HazardState, HazardStep
from server.riders.hazards.refusals import (
    AskedAlready,
    ExtendedAlready,
    HazardMissing,
    MovedOn,
    NobodyKnown,
    NotFixed,
    NothingTold,
    NudgedLately,
    OverAndDone,
    OwnHazard,
    PlaceNeeded,
    RatedAlready,
    ReopenedAlready,
    TimeOver,
    TooManyPhotos,
)
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed, Reach
from tests.factories import a_person
from tests.server.riders.acts import a_rider, has
from tests.server.riders.hazards.acts import (
    CHAT,
    CONSOLE,
    HERE,
    assign,
    fix,
    fixed,
    reject,
    report,
    triage,
    triager,
)


def steps(session, hazard: Hazard) -> list[str]:
    found = select(HazardStep.action).where(HazardStep.hazard_id == hazard.id)
    return list(session.scalars(found.order_by(HazardStep.id)))


def news(session, person: int) -> list[str]:
    found = select(Notice.kind).where(Notice.person_id == person).order_by(Notice.id)
    return list(session.scalars(found))


def test_a_report_is_found_true_assigned_put_right_and_rated(
    session, now, vault, rider, clerk, grid
) -> None:
    hazard = report(session, rider, now, vault)

    triage(session, clerk, hazard, now)
    assign(session, clerk, hazard, now)
    hazards.begin(session, grid, hazard.id, now, channel=CONSOLE)
    hazards.note_progress(session, grid, hazard.id, "灯泡在路上", now, channel=CONSOLE)
    fix(session, grid, hazard, now)
    answers.rate(session, rider, hazard.id, 5, "很快", now, channel=CHAT, vault=vault)

    assert hazard.state is HazardState.RATED
    assert steps(session, hazard) == [
        *("received", "triaged", "assigned", "begun", "progress_noted", "fixed", "rated"),
    ]
    assert news(session, rider) == ["hazards.progress", "hazards.fixed"]
    assert (hazard.points, has(session, rider, now)) == (1, 1)


def test_every_step_of_staff_is_in_the_trail_and_none_of_the_reporter(db, clock, runtime) -> None:
    now = clock.now()
    with db.transaction() as session:
        rider, clerk = a_rider(session, now), triager(session, now)
        hazard = report(session, rider, now, runtime.vault)
        fixed(session, clerk, hazard, now)
        answers.rate(session, rider, hazard.id, 5, "", now, channel=CHAT, vault=runtime.vault)

    with db.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.subject == "hazard")).all()
    assert [one.action for one in found] == ["hazard.triaged", "hazard.assigned", "hazard.fixed"]
    assert {one.actor for one in found} == {clerk.person_id}


def test_a_step_taken_twice_is_taken_once(session, now, vault, rider, clerk, grid) -> None:
    hazard = report(session, rider, now, vault)

    for _ in range(2):
        triage(session, clerk, hazard, now)
    for _ in range(2):
        assign(session, clerk, hazard, now)
    for _ in range(2):
        hazards.begin(session, grid, hazard.id, now, channel=CONSOLE)
    for _ in range(2):
        fix(session, grid, hazard, now)

    assert steps(session, hazard) == ["received", "triaged", "assigned", "begun", "fixed"]
    assert news(session, rider) == ["hazards.fixed"]


def test_who_comes_second_is_told_how_it_stands(
    session, now, vault, rider, clerk, colleague
) -> None:
    hazard = report(session, rider, now, vault)
    triage(session, clerk, hazard, now)

    with pytest.raises(MovedOn) as told:
        reject(session, colleague, hazard, now)

    assert told.value.facts == {"number": hazard.id, "state": "属实，正在派人"}


def test_nobody_decides_about_their_own_report(session, now, vault, clerk) -> None:
    hazard = report(session, clerk.person_id, now, vault)

    with pytest.raises(OwnHazard):
        triage(session, clerk, hazard, now)


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.TEAM_LEADER])
def test_a_right_decides_who_may_look(session, now, vault, rider, clerk, role) -> None:
    hazard = report(session, rider, now, vault)

    with pytest.raises(NotAllowed):
        triage(session, triager(session, now, role), hazard, now)


def test_a_draft_is_its_authors_alone(session, now, vault, rider, clerk) -> None:
    draft = drafts.begin(session, rider, now, channel=CHAT)

    assert desk.browse(session, clerk, Wanted(), now, vault=vault).items == ()
    with pytest.raises(HazardMissing):
        views.my_hazard(session, rider, draft.id, now, vault=vault)


def test_a_report_needs_something_and_a_place(session, now, vault, rider) -> None:
    draft = drafts.begin(session, rider, now, channel=CHAT)
    with pytest.raises(NothingTold):
        reporting.send(session, draft, now, vault=vault)

    pictures.add(session, draft.id, "m-1", now)
    with pytest.raises(PlaceNeeded):
        reporting.send(session, draft, now, vault=vault)

    where.locate(session, draft, HERE, "", now)
    for _ in range(2):
        reporting.send(session, draft, now, vault=vault)
    assert steps(session, draft) == ["received"]


def test_the_same_again_within_minutes_is_one_report(session, now, vault, rider) -> None:
    first = report(session, rider, now, vault)
    again = report(session, rider, now + timedelta(minutes=5), vault)
    later = report(session, rider, now + timedelta(minutes=11), vault)

    assert again.id == first.id != later.id


def test_many_photos_hang_on_one_report_and_twenty_are_enough(session, now, rider) -> None:
    draft = drafts.begin(session, rider, now, channel=CHAT)
    for number in range(pictures.MOST):
        pictures.add(session, draft.id, f"m-{number}", now)

    with pytest.raises(TooManyPhotos):
        pictures.add(session, draft.id, "m-more", now)
    assert pictures.count(session, draft.id) == pictures.MOST


def test_a_draft_lives_a_day(session, clock, rider) -> None:
    draft = drafts.begin(session, rider, clock.now(), channel=CHAT)
    pictures.add(session, draft.id, "m-1", clock.now())
    clock.advance(hours=23)
    assert drafts.current(session, rider, clock.now()) is not None
    assert drafts.forget(session, clock.now()) == 0

    clock.advance(hours=1)

    assert drafts.current(session, rider, clock.now()) is None
    assert drafts.forget(session, clock.now()) == 1
    assert session.scalars(select(Hazard)).all() == []


def test_it_is_opened_again_once_within_fifteen_days(session, clock, vault, rider, clerk) -> None:
    hazard = fixed(session, clerk, report(session, rider, clock.now(), vault), clock.now())
    more = {"channel": CHAT, "vault": vault}

    answers.reopen(session, rider, hazard.id, "又坏了", clock.now(), **more)
    assert hazard.state is HazardState.TRIAGED
    assign(session, clerk, hazard, clock.now())
    fix(session, clerk, hazard, clock.now())

    with pytest.raises(ReopenedAlready):
        answers.reopen(session, rider, hazard.id, "又坏了", clock.now(), **more)
    assert has(session, rider, clock.now()) == 1, "opening again gives nothing twice"


def test_after_fifteen_days_nothing_is_rated_or_opened_again(
    session, clock, vault, rider, clerk
) -> None:
    hazard = fixed(session, clerk, report(session, rider, clock.now(), vault), clock.now())
    clock.advance(days=15)
    more = {"channel": CHAT, "vault": vault}

    with pytest.raises(TimeOver):
        answers.rate(session, rider, hazard.id, 5, "", clock.now(), **more)
    with pytest.raises(TimeOver):
        answers.reopen(session, rider, hazard.id, "又坏了", clock.now(), **more)


def test_what_is_not_put_right_is_not_rated(session, now, vault, rider, clerk) -> None:
    hazard = report(session, rider, now, vault)
    more = {"channel": CHAT, "vault": vault}

    with pytest.raises(NotFixed):
        answers.rate(session, rider, hazard.id, 5, "", now, **more)
    fixed(session, clerk, hazard, now)
    for _ in range(2):
        answers.rate(session, rider, hazard.id, 4, "", now, **more)
    with pytest.raises(RatedAlready):
        answers.rate(session, rider, hazard.id, 1, "", now, **more)


def test_time_is_extended_once_and_with_a_reason(session, now, vault, rider, clerk) -> None:
    hazard = report(session, rider, now, vault)
    triage(session, clerk, hazard, now)
    assign(session, clerk, hazard, now)
    due_at = hazard.due_at

    with pytest.raises(ReasonNeeded):
        hazards.extend(session, clerk, hazard.id, " ", now, channel=CONSOLE)
    hazards.extend(session, clerk, hazard.id, "等配件", now, channel=CONSOLE)

    assert hazard.due_at > due_at
    with pytest.raises(ExtendedAlready):
        hazards.extend(session, clerk, hazard.id, "还等配件", now, channel=CONSOLE)


def test_one_question_is_open_at_a_time(session, now, vault, rider, clerk) -> None:
    hazard = report(session, rider, now, vault)
    hazards.ask(session, clerk, hazard.id, "在路的哪一边？", now, channel=CONSOLE)

    with pytest.raises(AskedAlready):
        hazards.ask(session, clerk, hazard.id, "哪一盏？", now, channel=CONSOLE)
    answers.add(session, rider, hazard.id, "北边", now, channel=CHAT, vault=vault)

    assert hazard.question is None
    assert "北边" in views.my_hazard(session, rider, hazard.id, now, vault=vault).words
    assert steps(session, hazard)[-1] == "answered"


def test_one_may_ask_how_it_goes_once_a_day(session, clock, vault, rider, clerk) -> None:
    hazard = report(session, rider, clock.now(), vault)
    answers.nudge(session, rider, hazard.id, clock.now(), channel=CHAT)

    with pytest.raises(NudgedLately):
        answers.nudge(session, rider, hazard.id, clock.now(), channel=CHAT)
    clock.advance(days=1)
    answers.nudge(session, rider, hazard.id, clock.now(), channel=CHAT)


def test_nothing_is_added_to_what_is_over(session, now, vault, rider, clerk) -> None:
    hazard = reject(session, clerk, report(session, rider, now, vault), now)

    with pytest.raises(OverAndDone):
        answers.add(session, rider, hazard.id, "还有", now, channel=CHAT, vault=vault)


def test_others_do_not_see_it(session, now, vault, rider) -> None:
    hazard = report(session, rider, now, vault)
    stranger = a_person(session, now)

    assert views.mine(session, stranger, now, vault=vault) == ()
    with pytest.raises(HazardMissing):
        views.my_hazard(session, stranger, hazard.id, now, vault=vault)


def test_staff_write_down_what_somebody_tells_by_telephone(
    session, now, vault, rider, clerk
) -> None:
    told = reporting.Told(words="路灯不亮", place="柳巷口")
    entered = hazards.report_for(
        session, clerk, rider, told, now, channel=Channel.PHONE, vault=vault
    )
    elsewhere = reporting.Told(words="路灯不亮", place="五一路口")
    unknown = hazards.report_for(
        session, clerk, None, elsewhere, now, channel=Channel.PAPER, vault=vault
    )

    assert views.mine(session, rider, now, vault=vault)[0].number == entered.id
    fixed(session, clerk, unknown, now)
    assert unknown.reporter_id is None


def test_nobody_without_a_post_writes_down_for_others(session, now, vault, rider) -> None:
    told = reporting.Told(words="路灯不亮", place="柳巷口")
    nobody = Reach(rider, ())

    with pytest.raises(NotAllowed):
        hazards.report_for(session, nobody, None, told, now, channel=Channel.PHONE, vault=vault)


def test_what_the_sender_says_by_telephone_counts_the_same(
    session, now, vault, rider, clerk, colleague
) -> None:
    more = {"channel": Channel.PHONE, "vault": vault}
    turned_down = reject(session, clerk, report(session, rider, now, vault), now)
    hazards.speak_for(session, clerk, turned_down.id, Wish.APPEAL, "真的不亮", now, **more)
    fine = report(session, rider, now, vault, place="五一路口", spot=None)
    hazards.speak_for(session, clerk, fine.id, Wish.ADD, "在北边", now, **more)
    fixed(session, clerk, fine, now)
    hazards.speak_for(session, clerk, fine.id, Wish.RATE, "很快", now, stars=5, **more)
    hazards.speak_for(session, clerk, fine.id, Wish.REOPEN, "又灭了", now, **more)

    assert turned_down.appeal is AppealState.OPEN
    assert (fine.rating, fine.state) == (5, HazardState.TRIAGED)
    assert steps(session, fine)[-2:] == ["rated", "reopened"]


def test_for_nobody_nothing_is_said(session, now, vault, clerk) -> None:
    told = reporting.Told(words="路灯不亮", place="柳巷口")
    entered = hazards.report_for(
        session, clerk, None, told, now, channel=Channel.PAPER, vault=vault
    )

    with pytest.raises(NobodyKnown):
        hazards.speak_for(
            *(session, clerk, entered.id, Wish.ADD, "在北边", now),
            channel=Channel.PHONE,
            vault=vault,
        )
