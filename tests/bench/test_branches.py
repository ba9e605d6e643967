"""What the benchmark of members fills is what it takes it for: small, and without servers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bench import branches
from bench.district import Plan, build, opened
from server.party import desk, keeping
from server.party.dues import Due
from server.party.models import FileRead, PartyReport
from server.party.reports import reports, windows
from server.people.models import Channel
from server.people.vault import Vault
from server.staff import reach as reaches
from tests.statements import asked_of

GENERAL = Vault("ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ=", {"party": branches.VAULT})
KEYS = {"vault": branches.VAULT, "names": GENERAL}


@pytest.mark.parametrize("years", [1, 10])
def test_the_desk_of_a_branch_is_full_and_asks_as_often_whatever_lies_behind_it(
    database_url, clock, years
) -> None:
    clerk = branches.fill_branch(database_url, 5, years * branches.YEAR)
    now = clock.now() + timedelta(days=300)

    with opened(database_url) as database, database.transaction() as session:
        reach = reaches.of(session, clerk.person_id, datetime.now(UTC))
        with asked_of(database)() as seen:
            page = desk.members(session, reach, Due.ALL, now, **KEYS, rules=branches.RULES)
        reported = session.scalar(select(func.count()).select_from(PartyReport))
        looks = session.scalar(select(func.count()).select_from(FileRead))
        old = keeping.due(session, reach, datetime.now(UTC))

    assert len(page.lines) == 5
    assert len(seen) <= 6
    assert reported == 5 * years * branches.YEAR
    assert looks == (reported * branches.LOOKS) + 5
    assert bool(old) == (years > 1)


def test_a_report_that_waits_is_handed_in(database_url) -> None:
    build(database_url, Plan(people=3, open=0))
    with opened(database_url) as database:
        branches.fill_drafts(database, 3)
        now = datetime.now(UTC)
        window = windows.current(now, branches.RULES)
        at = max(now, window.opens)
        how = {"rules": branches.RULES, "vault": branches.VAULT}
        with database.transaction() as session:
            mine = session, 2, str(window.quarter), at
            sheet = reports.submit(*mine, channel=Channel.CHAT, **how)

    assert sheet.handed_in == branches.SAID
