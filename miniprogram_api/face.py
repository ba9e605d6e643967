"""The mini-program's endpoints, put together; locked unless their contract says otherwise."""

from functools import cache, partial
from typing import Any

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from miniprogram_api import (
    activities,
    areas,
    attendance,
    certificates,
    docs,
    duties,
    employment,
    feeds,
    guardianships,
    hazards,
    inbox,
    keeping,
    leading,
    login,
    marking,
    me,
    needs,
    party,
    party_letters,
    party_reports,
    party_reviews,
    photos,
    points,
    privacy,
    records,
    redemptions,
    reminders,
    rewards,
    riders,
    rosters,
    signups,
    stars,
    stations,
    subscriptions,
    teams,
)
from miniprogram_api.door import guard
from miniprogram_api.openapi import document
from miniprogram_api.refusals import PREFIX, carry_refusals
from server.web import hang_beside

APIS = (
    login.api,
    me.api,
    privacy.api,
    activities.api,
    signups.api,
    records.api,
    subscriptions.api,
    reminders.api,
    inbox.api,
    employment.api,
    certificates.api,
    stars.api,
    stations.api,
    keeping.api,
    guardianships.api,
    feeds.api,
    attendance.api,
    leading.api,
    marking.api,
    rosters.api,
    needs.api,
    areas.api,
    teams.api,
    duties.api,
    points.api,
    photos.api,
    hazards.api,
    riders.api,
    rewards.api,
    redemptions.api,
)
APART = (party.api, party_reports.api, party_reviews.api, party_letters.api)
"""The endpoints of a work that is there only where its key is set."""
CONTRACTS = tuple(contract for api in (*APIS, *APART) for contract in api.contracts)
OPENED = frozenset(
    f"miniprogram_api.{name}"
    for name in (
        "docs.openapi",
        "docs.page",
        "docs.style",
        *(
            f"{api.name}.{contract.view.__name__}"
            for api in APIS
            for contract in api.contracts
            if contract.opened
        ),
    )
)

miniprogram_api = Blueprint("miniprogram_api", __name__, url_prefix=PREFIX)


@cache
def described(whole: bool = True) -> dict[str, Any]:
    """Return the document of all contracts, or of those always there; drawn once when asked for."""
    apart = {id(contract) for api in APART for contract in api.contracts}
    return document(each for each in CONTRACTS if whole or id(each) not in apart)


@miniprogram_api.record
def _prepare(state: BlueprintSetupState) -> None:
    whole = state.app.extensions["runtime"].has_party
    state.app.extensions["openapi"] = partial(described, whole)
    for api in APART if whole else ():
        hang_beside(state, api.blueprint)


guard(miniprogram_api, OPENED)
for api in APIS:
    miniprogram_api.register_blueprint(api.blueprint)
miniprogram_api.register_blueprint(docs.blueprint)
carry_refusals(miniprogram_api)
