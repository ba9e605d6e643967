"""What belongs to another volunteer is as if it did not exist, on every endpoint with an id."""

import re

import pytest

from miniprogram_api.face import CONTRACTS
from server.runtime import Runtime
from tests.console.conftest import plant_district
from tests.console.neighbours import PHONE, WORD, World, planted
from tests.console.reach import stored

OPEN = {
    "GET /activities/<activity_id>",
    "PUT /teams/<team_id>/membership",
    "PUT /shifts/<shift_id>/signup",
    "GET /stations/<station_id>",
    "GET /rewards/<reward_id>/stations",
    "POST /rewards/<reward_id>/redemptions",
    "POST /stations/<station_id>/faults",
}
"""Activities and stations are for all to see; anybody may sign up, ask for a team, tell a fault."""
NAMED = ("/teams/", "/shifts/<shift_id>/signup")
"""What a team or an open activity is called is for all to read."""


@pytest.fixture
def world(runtime: Runtime) -> World:
    with runtime.db.transaction() as session:
        plant_district(session)
    return planted(runtime)


def test_a_stranger_sees_and_changes_nothing_of_a_volunteer(device, world, runtime) -> None:
    named = {"guardianship_id": "guardian_id", "request_id": "member", "star_id": "award_id"}
    named |= {"report_id": "hazard_id", "redemption_id": "voucher_id"}
    ids = world.ids | {name: world.ids[theirs] for name, theirs in named.items()}
    ids |= {"quarter": "2026Q1", "year": 2026}
    stranger = device()
    before = stored(runtime)

    found = {}
    for contract in CONTRACTS:
        names = set(re.findall(r"<(\w+)>", contract.rule))
        what = f"{contract.method} {contract.rule}"
        if not names or what in OPEN or "token" in names:
            continue
        path = re.sub(r"<(\w+)>", lambda part: str(ids[part[1]]), contract.rule)
        examples = contract.body and contract.body.model_config["json_schema_extra"]["examples"]
        answer = stranger.ask(contract.method, path, examples and examples[0])
        shown = answer.get_data(as_text=True)
        found[what] = answer.status_code
        assert PHONE not in shown, what
        assert WORD not in shown or contract.rule.startswith(NAMED), what

    assert len(found) > 12
    assert {what: status for what, status in found.items() if status not in (403, 404, 409)} == {}
    assert stored(runtime) == before


def test_lists_of_a_stranger_hold_nothing_of_a_volunteer(device, world) -> None:
    stranger = device()

    lists = {contract.rule for contract in CONTRACTS if contract.method == "GET"}
    for rule in sorted(rule for rule in lists if rule.startswith("/me") and "<" not in rule):
        shown = stranger.ask("GET", rule).get_data()
        assert WORD.encode() not in shown, rule
        assert PHONE.encode() not in shown, rule
