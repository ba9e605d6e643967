"""R2: nothing is turned down without a reason; one appeal goes to somebody else."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server.notices.models import Notice
from server.riders.hazards import appeals, desk, hazards
from server.riders.hazards.desk import Wanted
from server.riders.hazards.models import AppealState, Hazard, HazardState, RejectReason
from server.riders.hazards.refusals import (
    AppealedAlready,
    NothingToAppeal,
    OwnDecision,
)
from server.staff.approvals import ReasonNeeded
from tests.server.riders.hazards.acts import CHAT, CONSOLE, reject, report, triage

WORDS = "井盖就在照片右下角"


def appeal(session, rider, hazard, now, vault) -> Hazard:
    return appeals.appeal(session, rider, hazard.id, WORDS, now, channel=CHAT, vault=vault)


def decide(session, reach, hazard, granted, now) -> Hazard:
    said = "看过原图"
    return hazards.decide_appeal(session, reach, hazard.id, granted, said, now, channel=CONSOLE)


def test_there_are_nine_reasons() -> None:
    assert len(RejectReason) == 9


@pytest.mark.parametrize("why", list(RejectReason))
def test_the_reporter_is_told_the_reason_and_that_they_may_appeal(
    session, now, vault, rider, clerk, why
) -> None:
    hazard = reject(session, clerk, report(session, rider, now, vault), now, why)

    news = session.scalars(select(Notice).where(Notice.kind == "hazards.rejected")).one()
    assert news.facts["reason"].endswith("照片里看不出在哪里")
    assert (hazard.reason_code, hazard.reason) == (why, "照片里看不出在哪里")


def test_nothing_is_turned_down_without_words(session, now, vault, rider, clerk) -> None:
    hazard = report(session, rider, now, vault)

    with pytest.raises(ReasonNeeded):
        hazards.reject(session, clerk, hazard.id, RejectReason.OTHER, " \n", now, channel=CONSOLE)


def test_the_table_itself_asks_for_a_reason(session, now, vault, rider) -> None:
    hazard = report(session, rider, now, vault)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("UPDATE hazard SET state = 'rejected' WHERE id = :id"), {"id": hazard.id}
        )


def test_control_with_a_reason_the_table_takes_it(session, now, vault, rider) -> None:
    hazard = report(session, rider, now, vault)

    session.execute(
        text(
            "UPDATE hazard SET state = 'rejected', reason_code = 'other', reason = '别的'"
            " WHERE id = :id"
        ),
        {"id": hazard.id},
    )


def test_an_appeal_is_decided_by_somebody_else(
    session, now, vault, rider, clerk, colleague
) -> None:
    hazard = reject(session, clerk, report(session, rider, now, vault), now)
    for _ in range(2):
        appeal(session, rider, hazard, now, vault)
    waiting = Wanted(appealed=True)
    listed = desk.browse(session, clerk, waiting, now, vault=vault).items

    with pytest.raises(OwnDecision):
        decide(session, clerk, hazard, True, now)
    decide(session, colleague, hazard, True, now)

    assert [one.number for one in listed] == [hazard.id]
    assert (hazard.state, hazard.appeal) == (HazardState.RECEIVED, AppealState.GRANTED)
    with pytest.raises(OwnDecision):
        reject(session, clerk, hazard, now)
    assert triage(session, colleague, hazard, now).state is HazardState.TRIAGED


def test_an_appeal_is_made_once(session, now, vault, rider, clerk, colleague) -> None:
    hazard = reject(session, clerk, report(session, rider, now, vault), now)
    appeal(session, rider, hazard, now, vault)
    decide(session, colleague, hazard, False, now)

    with pytest.raises(AppealedAlready):
        appeal(session, rider, hazard, now, vault)
    assert (hazard.state, hazard.appeal) == (HazardState.REJECTED, AppealState.UPHELD)


def test_after_a_granted_appeal_there_is_no_second_one(
    session, now, vault, rider, clerk, colleague
) -> None:
    hazard = reject(session, clerk, report(session, rider, now, vault), now)
    appeal(session, rider, hazard, now, vault)
    decide(session, colleague, hazard, True, now)
    reject(session, colleague, hazard, now)

    with pytest.raises(AppealedAlready):
        appeal(session, rider, hazard, now, vault)


def test_what_was_not_turned_down_is_not_appealed(session, now, vault, rider) -> None:
    hazard = report(session, rider, now, vault)

    with pytest.raises(NothingToAppeal):
        appeal(session, rider, hazard, now, vault)
