"""The mini-program's endpoints, put together; locked unless their contract says otherwise."""

from functools import cache
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
CONTRACTS = tuple(contract for api in APIS for contract in api.contracts)
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
def described() -> dict[str, Any]:
    """Return the document of all contracts; drawn once, when it is asked for."""
    return document(CONTRACTS)


@miniprogram_api.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["openapi"] = described


guard(miniprogram_api, OPENED)
for api in APIS:
    miniprogram_api.register_blueprint(api.blueprint)
miniprogram_api.register_blueprint(docs.blueprint)
carry_refusals(miniprogram_api)
