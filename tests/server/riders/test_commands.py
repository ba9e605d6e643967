"""`flask ledger`, as an operator types it, and what a posting costs."""

import json

import pytest
from sqlalchemy import text

from server.riders.budget import flows
from server.riders.points import spending
from tests.server.riders.acts import a_rider, earn
from tests.statements import asked_of


@pytest.fixture
def flask(app):
    """Run `flask …` and return what it printed; fail unless it ended as expected."""

    def run(*words: str, fails: bool = False) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


@pytest.fixture
def rider(db, clock) -> int:
    with db.transaction() as session:
        person = a_rider(session, clock.now())
        earn(session, person, clock.now(), code="SUGGEST_ADOPTED")
    return person


def test_the_ledger_is_proved_whole_and_its_head_told(flask, rider) -> None:
    head = json.loads(flask("ledger", "head"))

    told = json.loads(flask("ledger", "verify", "--json"))

    assert told == {"whole": True, "length": 1, "hash": head["hash"]}
    copy = f"{head['length']}:{head['hash']}"
    assert json.loads(flask("ledger", "verify", "--json", "--copy", copy))["whole"] is True
    assert "whole: True" in flask("ledger", "verify")


def test_a_flaw_is_told_and_ends_with_a_status(flask, db, rider) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE points_account SET balance = balance + 1 WHERE balance > 0"))

    told = json.loads(flask("ledger", "verify", "--json", fails=True))

    assert told["whole"] is False
    assert "balance" in told["flaw"]
    assert "not the sum" in flask("ledger", "verify", fails=True)


def test_a_copy_that_is_none_is_explained(flask) -> None:
    assert "LENGTH:HASH" in flask("ledger", "verify", "--copy", "7", fails=True)


def test_a_posting_costs_few_statements_whatever_the_history(db, clock, rider) -> None:
    now, costs = clock.now(), []
    for number in range(3):
        with asked_of(db)() as award, db.transaction() as session:
            earn(session, rider, now, f"report:{number}")
        with asked_of(db)() as payment, db.transaction() as session:
            spending.spend(session, rider, 1, f"redemption:{number}", now)
        costs.append((len(award), len(payment)))

    assert set(costs) == {(11, 10)}


def test_flows_that_are_not_what_moved_are_told_too(flask, db, clock, rider) -> None:
    with db.transaction() as session:
        flows.count(session, clock.now())
        session.execute(text("UPDATE points_flow SET points = points + 1"))

    assert "the flow of earn SUGGEST_ADOPTED" in flask("ledger", "verify", fails=True)
