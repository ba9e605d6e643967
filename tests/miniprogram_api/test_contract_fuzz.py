"""Schemathesis asks the service everything that its own document allows and forbids.

`make rigs` runs the longer profile: `FUZZ_EXAMPLES` says how many examples an
operation gets.
"""

import os

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from config.settings import Settings
from miniprogram_api import me

pytestmark = pytest.mark.once

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "10"))
FREE = "1000000/minute"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = [name for name in Settings.model_fields if name.startswith("limit_")]
    return settings.model_copy(update=dict.fromkeys(limits, FREE))


def config(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
            "checks": {
                # asked of every door by test_door; this check breaks on WSGI (max_redirects)
                "ignored_auth": {"enabled": False},
                # 422: the same key came with another request, which no schema can say
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "422"]
                },
            },
            "phases": {"stateful": {"enabled": False}},
        }
    )


def found(app, token: str, **leave_out: object) -> tuple[int, list[str]]:
    """Return how many requests were made, and what they found."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config(token))
    if leave_out:
        schema = schema.exclude(**leave_out)
    asked, flaws = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            flaws.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.cases)
            flaws += [
                f"{event.recorder.label}: {check.name}: {check.failure_info.failure}"
                f"\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            ]
    return asked, flaws


UNSAID = ["/session", "/photos", "/reports"]
"""What no schema can say: a login that ends, that a file is a picture, that words or photos tell
of a hazard. Each has tests of its own."""


@pytest.mark.invents
def test_the_service_keeps_to_its_document(app, device, shift, emulator) -> None:
    for _ in range(3):
        shift()

    asked, flaws = found(app, device().token, path=UNSAID)

    assert not flaws, "\n".join(flaws)
    assert asked > 100


def test_an_answer_that_breaks_the_document_is_found(app, device, monkeypatch) -> None:
    token = device().token
    monkeypatch.setattr(me, "_shown", lambda *_: {"id": 7})

    _, flaws = found(app, token, path_regex="^(?!/me$)")

    assert any("not_a_server_error" in flaw or "response_schema" in flaw for flaw in flaws)
