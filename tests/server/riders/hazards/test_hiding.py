"""R5: whoever puts it right never learns who sent it in; who looks at it only with a reason."""

import dataclasses

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people import profile
from server.riders.hazards import answers, desk, hazards, queue, units
from server.riders.hazards.desk import Wanted
from server.riders.hazards.models import Hazard
from server.riders.hazards.staff_views import HazardView, UnitView
from server.staff.approvals import ReasonNeeded
from server.staff.reach import NotAllowed
from tests.server.riders.acts import a_rider
from tests.server.riders.hazards.acts import (
    CHAT,
    CONSOLE,
    assign,
    report,
    triage,
    triager,
    unit,
)
from tests.statements import asked_of

TELLING = ("reporter", "person", "raised", "who", "name_of", "openid")


def given(session, rider, clerk, now, vault, **told) -> Hazard:
    hazard = report(session, rider, now, vault, **told)
    triage(session, clerk, hazard, now)
    return assign(session, clerk, hazard, now)


def leaks(view: type) -> list[str]:
    names = [field.name for field in dataclasses.fields(view)]
    return [name for name in names if any(word in name for word in TELLING)]


def test_no_view_of_a_unit_can_tell_who_it_was() -> None:
    assert leaks(UnitView) == []
    assert leaks(HazardView) == ["reporter_known"], "whether anybody may be told, and not whom"


def test_control_a_view_that_tells_is_seen() -> None:
    assert leaks(dataclasses.make_dataclass("Telling", ["id", "reporter_id"])) == ["reporter_id"]


def test_the_unit_reads_the_words_without_numbers_and_no_step_names_the_reporter(
    session, now, vault, rider, clerk, grid
) -> None:
    words = "路灯不亮，打我13800001234"
    hazard = given(session, rider, clerk, now, vault, words=words)
    answers.add(session, rider, hazard.id, "北边", now, channel=CHAT, vault=vault)

    [listed] = units.browse(session, grid, now, vault=vault).items
    shown, lines = units.show(session, grid, hazard.id, now, vault=vault)

    assert listed.words == shown.words == "路灯不亮，打我***\n北边"
    assert [line.by for line in lines if line.by_reporter] == [None, None]
    assert {line.by for line in lines} == {None, clerk.person_id}


def test_the_unit_does_not_look_into_what_is_not_its_own(
    session, now, vault, rider, clerk, grid
) -> None:
    report(session, rider, now, vault)

    assert units.browse(session, grid, now, vault=vault).items == ()
    with pytest.raises(NotAllowed):
        desk.browse(session, grid, Wanted(), now, vault=vault)
    with pytest.raises(NotAllowed):
        desk.reporter(session, grid, 1, "想知道", now, vault=vault)


def test_who_looks_at_it_learns_who_it_was_with_a_reason_that_is_kept(db, clock, runtime) -> None:
    now, vault = clock.now(), runtime.vault
    with db.transaction() as session:
        rider, clerk = a_rider(session, now), triager(session, now)
        profile.set_phone(session, rider, "13800001234", vault=vault)
        hazard = report(session, rider, now, vault)
        with pytest.raises(ReasonNeeded):
            desk.reporter(session, clerk, hazard.id, " ", now, vault=vault)

        contact = desk.reporter(session, clerk, hazard.id, "现场找不到", now, vault=vault)

    assert contact is not None
    assert contact.phone.endswith("1234")
    with db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.reason) == ("hazard.reporter_seen", "现场找不到")


def test_a_list_costs_the_same_however_long_it_is(db, clock, runtime) -> None:
    now, vault = clock.now(), runtime.vault
    with db.transaction() as session:
        clerk, grid = triager(session, now), unit(session, now)
        for number in range(6):
            given(
                session,
                a_rider(session, now),
                clerk,
                now,
                vault,
                place=f"{number}号路口",
                spot=None,
            )
        session.flush()

        with asked_of(db)() as seen:
            page = desk.browse(session, clerk, Wanted(), now, vault=vault, limit=4)
            theirs = units.browse(session, grid, now, vault=vault, limit=4)
            tasks = queue.to_fix(session, grid, now, 50)

    assert len(seen) == 3
    assert (len(page.items), len(theirs.items), len(tasks)) == (4, 4, 6)


def test_pages_hang_together(session, now, vault, rider, clerk, grid) -> None:
    for number in range(5):
        given(session, a_rider(session, now), clerk, now, vault, place=f"{number}号路口", spot=None)
    hazards.ask(session, clerk, 2, "哪边？", now, channel=CONSOLE)

    found, cursor = [], None
    for _ in range(3):
        page = desk.browse(session, clerk, Wanted(), now, vault=vault, cursor=cursor, limit=2)
        found += [one.number for one in page.items]
        cursor = page.next_cursor

    assert found == [1, 3, 4, 5, 2]
    assert cursor is None


def test_tasks_name_nobody_and_say_why(session, now, vault, rider, clerk) -> None:
    report(session, rider, now, vault, words="井盖没了")

    [task] = queue.to_decide(session, clerk, now, 10)

    assert task.title == "【紧急】随手拍1号：井盖（柳巷口）"
    assert task.why == "新上报，等核实"
    assert task.whose == "骑手或居民（不显示是谁）"
