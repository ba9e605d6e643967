"""The figures of branches: counted in one snapshot, and equal to the sum over the tree."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import delete, select, update

from server.areas import tree
from server.areas.models import Area
from server.party import quarters
from server.party.figures import counting, figures
from server.party.figures.counting import Span
from server.party.figures.hiding import ALL, Kept
from server.party.models import FileState, PartyFile, PartyReport, ReportRevision
from server.party.quarters import Quarter
from server.party.reports import windows
from server.people.models import Channel, Role
from tests.console.conftest import plant_district
from tests.server.party import crowds
from tests.server.party.acts import VAULT, a_branch, a_cell, holder, secretary

QUARTER = Quarter(2026, 1)
AREAS = ("D", "A", "A1", "A2", "B", "B1")


@pytest.fixture
def rules(settings):
    return settings.reports


def seen(session, reach, now, rules, quarter=QUARTER):
    return figures.of(session, reach, quarter, now, rules=rules, vault=VAULT)


def test_a_branch_reads_what_came_of_its_quarter(session, now, rules) -> None:
    branch = a_branch(session, now)
    leads = secretary(session, branch, now)
    by, since = leads.person_id, now - timedelta(days=60)
    files = crowds.members(session, branch, 12, since)
    crowds.members(session, branch, 6, since, FileState.RETURNED)
    for number, file in enumerate(files[:10]):
        channel = Channel.PHONE if number < 5 else Channel.CHAT
        crowds.report(session, file, "2026Q1", now, channel=channel, late=number >= 8)
        crowds.touch(session, file, by, "2026Q1", now)
        crowds.review(session, file, "2026Q1", by, now)
    for file in files[:6]:
        crowds.need(session, file, by, now, words="示例", solved=True)
        crowds.letter(session, file, by, now)
    crowds.excused(session, files[10], "2026Q1", now)

    found = seen(session, leads, now, rules)
    sheet = found.sheets[branch]

    few, aside = Kept.FEW, Kept.ASIDE
    assert list(found.branches) == [branch]
    assert sheet == found.sheets[ALL]
    assert sheet.counts["members"] == 12
    assert sheet.counts["returned"] == 6
    assert sheet.parts["report"] == {
        **{"handed_in": aside, "excused": few, "exempt": 0, "missed": 0, "waiting": few}
    }
    assert set(sheet.parts["door"].values()) == {aside}
    assert sheet.parts["reached"] == {"yes": aside, "no": few}
    assert sheet.parts["grade"]["qualified"] == 10
    assert sheet.parts["review"]["shown"] == 10
    assert sheet.parts["need"] == {"solved": 6, "open": 0}
    assert sheet.parts["letter"] == {"answered": 6, "unanswered": 0}


def test_who_leads_no_branch_reads_no_figures(session, now, rules) -> None:
    cell = a_cell(session, now)

    assert seen(session, cell.contact, now, rules).sheets == {}
    assert seen(session, holder(session, now, Role.DISTRICT_OPERATOR), now, rules).sheets == {}
    assert list(seen(session, cell.secretary, now, rules).branches) == [cell.branch]


def test_an_officer_reads_the_branches_of_the_area_and_no_others(session, now, rules) -> None:
    plant_district(session)
    inside, outside = a_branch(session, now, "A1"), a_branch(session, now, "B1")
    crowds.members(session, inside, 7, now)
    crowds.members(session, outside, 8, now)
    a_branch(session, now, "A1", outside=True)

    found = seen(session, holder(session, now, Role.PARTY_DATA_OFFICER, "A"), now, rules)

    assert list(found.branches) == [inside]
    assert found.sheets[ALL].counts["members"] == 7


def test_a_report_stands_in_the_figures_as_it_stands_for_its_member(session, now, rules) -> None:
    branch = a_branch(session, now)
    quarter, lot = quarters.of(now), Random(3)
    for days in range(0, 90, 3):
        [file] = crowds.members(session, branch, 1, quarter.begins + timedelta(days=days))
        if lot.random() < 0.4:
            crowds.report(session, file, str(quarter), now, late=lot.random() < 0.5)

    for later in range(-60, 60, 7):
        moment = now + timedelta(days=later)
        expected: Counter[str] = Counter()
        window = windows.of(quarter, rules)
        for file in session.scalars(select(PartyFile)):
            mine = PartyReport.file_id == file.id
            report = session.scalar(select(PartyReport).where(mine))
            expected[OF[windows.standing(file, report, window, moment, rules).value]] += 1
        sums = counting.count(session, Span([branch], quarter, moment), rules, VAULT)[branch]
        told = {one: sums[f"report_{one}"] for one in set(OF.values())}
        assert told == {one: expected[one] for one in set(OF.values())}, moment


OF = {
    "not_open": "waiting",
    "open": "waiting",
    "late_open": "waiting",
    "submitted": "handed_in",
    "submitted_late": "handed_in",
    "accepted": "handed_in",
    "returned": "handed_in",
    "missed": "missed",
    "exempt": "exempt",
    "excused": "excused",
}


def planted(session, now, many: int, seed: int) -> list[int]:
    """Put branches down anywhere in the tree, with members; return them."""
    lot = Random(seed)
    made = []
    for _ in range(many):
        made.append(a_branch(session, now, lot.choice(AREAS)))
        crowds.members(session, made[-1], lot.randrange(5, 9), now - timedelta(days=80))
    return made


def move(runtime, branches: list[int], lot: Random) -> None:
    """Let a member belong to another branch from now on."""
    with runtime.db.transaction() as session:
        file = lot.choice(session.scalars(select(PartyFile.id)).all())
        home = update(PartyFile).where(PartyFile.id == file)
        session.execute(home.values(home_id=lot.choice(branches)))


def by_branch(session, branches, now, rules) -> Counter[str]:
    """Return the sum over each branch, asked one by one."""
    found: Counter[str] = Counter()
    for branch in branches:
        found += counting.count(session, Span([branch], QUARTER, now), rules, VAULT)[branch]
    return found


def mismatches(runtime, rules, *, apart: bool) -> int:
    """Sum the tree up area by area and as a whole while members move; return how often they differ.

    `apart`: the second sum sees another snapshot than the first.
    """
    now, wrong = runtime.now(), 0
    with runtime.db.transaction() as session:
        plant_district(session)
        branches = planted(session, now, 8, seed=5)
        officers = {code: holder(session, now, Role.PARTY_DATA_OFFICER, code) for code in AREAS}
        root = tree.by_code(session, "D").id
        assert session.get_one(Area, root)
    lot = Random(11)
    for _ in range(6):
        with runtime.db.reading() as session:
            kept = list(figures.kept(session, officers["D"], now))
            whole = counting.count(session, Span(kept, QUARTER, now), rules, VAULT)
            total = sum(whole.values(), Counter())
            for _twice in range(3):
                move(runtime, branches, lot)
            if not apart:
                wrong += by_branch(session, branches, now, rules) != total
                inside = [figures.kept(session, officers[code], now) for code in ("A", "B")]
                assert {*inside[0], *inside[1]} <= set(kept)
        if apart:
            with runtime.db.reading() as session:
                parts = [
                    counting.count(session, Span([each], QUARTER, now), rules, VAULT)[each]
                    for each in branches
                ]
                wrong += any(
                    whole[each] != part for each, part in zip(branches, parts, strict=True)
                )
    return wrong


@pytest.mark.both
def test_totals_equal_the_sum_over_the_tree_while_members_move(runtime, rules) -> None:
    assert mismatches(runtime, rules, apart=False) == 0


def test_control_two_snapshots_would_not_agree(runtime, rules) -> None:
    assert mismatches(runtime, rules, apart=True) > 0


def test_figures_cost_as_many_statements_for_many_as_for_few(runtime, rules, statements) -> None:
    now = runtime.now()
    with runtime.db.transaction() as session:
        plant_district(session)
        officer = holder(session, now, Role.PARTY_DATA_OFFICER, "D")
        crowds.busy(session, a_branch(session, now, "A1"), 6, "2026Q1", now, officer.person_id, 1)
    asked = []
    for _ in range(2):
        with statements() as found, runtime.db.reading() as session:
            seen(session, officer, now, rules)
        asked.append(len(found))
        with runtime.db.transaction() as session:
            for number in range(4):
                branch = a_branch(session, now, "B1")
                crowds.busy(session, branch, 9, "2026Q1", now, officer.person_id, number)

    assert asked[0] == asked[1] <= 14


@pytest.mark.both
def test_what_was_destroyed_still_counts_as_handed_in(session, now, rules) -> None:
    branch = a_branch(session, now)
    leads = secretary(session, branch, now)
    files = crowds.members(session, branch, 12, now - timedelta(days=60))
    told = [crowds.report(session, file, "2026Q1", now) for file in files]
    session.execute(delete(ReportRevision).where(ReportRevision.report_id.in_(told[:6])))

    parts = seen(session, leads, now, rules).sheets[branch].parts

    assert (parts["door"]["gone"], parts["door"]["chat"], parts["report"]["handed_in"]) == (
        6,
        6,
        12,
    )


def test_another_quarters_sum_tells_nothing_of_this_one(session, now, rules) -> None:
    """No count runs on from quarter to quarter: what one tells is over with it."""
    branch = a_branch(session, now)
    leads = secretary(session, branch, now)
    for file in crowds.members(session, branch, 12, now - timedelta(days=200)):
        crowds.report(session, file, "2025Q4", now)
        crowds.touch(session, file, leads.person_id, "2025Q4", now)

    this, last = (
        seen(session, leads, now, rules, quarter).sheets[branch]
        for quarter in (QUARTER, Quarter(2025, 4))
    )

    assert last.parts["time"]["on_time"] == 12
    assert this.counts["handed_in"] == 0
    assert this.counts["touches"] == 0
    assert this.parts["state"] == last.parts["state"]


def drawn(lot: Random) -> Counter[str]:
    """Return the sums of an invented branch, each agreeing with what it breaks down."""
    found: Counter[str] = Counter()
    few = (0, 0, 1, 2, 3, 5, 8)
    for shape in figures.SHAPES:
        if shape.name in ("time", "door"):
            left = found["report_handed_in"]
            for part in shape.parts[:-1]:
                found[f"{shape.name}_{part}"] = lot.randint(0, left)
                left -= found[f"{shape.name}_{part}"]
            found[f"{shape.name}_{shape.parts[-1]}"] = left
        else:
            for part in shape.parts:
                found[f"{shape.name}_{part}"] = lot.choice(few)
    return found


@pytest.mark.once
def test_no_sheet_shows_a_few_nor_what_breaks_down_what_is_not_shown() -> None:
    lot = Random(20260309)
    for _ in range(60):
        sums = {branch: drawn(lot) for branch in range(1, lot.randint(1, 6) + 1)}

        for sheet in figures.hidden(sums).values():
            counts = [
                *sheet.counts.values(),
                *(c for p in sheet.parts.values() for c in p.values()),
            ]
            assert not [each for each in counts if each in {1, 2, 3, 4}]
            for shape in figures.SHAPES:
                if isinstance(sheet.counts[shape.of], Kept):
                    assert set(sheet.parts[shape.name].values()) == {Kept.ASIDE}


def test_a_small_branch_and_the_one_that_would_tell_it_stand_together(session, now, rules) -> None:
    plant_district(session)
    few, many = a_branch(session, now, "A1"), a_branch(session, now, "A1")
    crowds.members(session, few, 3, now)
    crowds.members(session, many, 9, now)

    found = seen(session, holder(session, now, Role.PARTY_DATA_OFFICER, "A"), now, rules)

    assert list(found.sheets) == [ALL]
    assert found.sheets[ALL].counts["members"] == 12
