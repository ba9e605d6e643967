"""Health, readiness and figures: for whom, and what they tell when something is away."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr

from server.app import create_app
from server.notices import outbox
from server.runtime import Runtime
from tests.clock import Clock
from tests.knobs import make_settings
from tests.server.notices.conftest import FACTS
from tests.server.notices.people import a_person

TOKEN = "invented-metrics-token"


def test_the_process_says_that_it_lives(client: FlaskClient) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_it_lives_without_a_database(broken: FlaskClient) -> None:
    assert broken.get("/healthz").status_code == 200


def test_it_is_ready_when_all_is_there(client: FlaskClient, redis_url: str | None) -> None:
    checks = {"database": "ok", "migrations": "ok"} | ({"redis": "ok"} if redis_url else {})

    answer = client.get("/readyz")

    told = {name: answer.json[name] for name in ("status", "checks")}
    assert (answer.status_code, told) == (200, {"status": "ok", "checks": checks})


def test_it_is_not_ready_before_the_migrations(bare_database_url: str, clock: Clock) -> None:
    runtime = Runtime.open(make_settings(bare_database_url), clock)
    answer = create_app(runtime.settings, runtime=runtime).test_client().get("/readyz")
    runtime.close()

    assert answer.status_code == 503
    assert answer.json == {
        "status": "failed",
        "checks": {"database": "ok", "migrations": "failed"},
    }


@pytest.fixture
def broken(clock: Clock):
    """A service whose database and Redis are away."""
    settings = make_settings(
        "postgresql://nobody:hunter2@127.0.0.1:9/none", "redis://:hunter2@127.0.0.1:9/0"
    )
    runtime = Runtime.open(settings, clock)
    yield create_app(settings, runtime=runtime).test_client()
    runtime.close()


def test_it_is_not_ready_without_database_and_redis_and_gives_nothing_away(
    broken: FlaskClient,
) -> None:
    answer = broken.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {
        "status": "failed",
        "checks": {"database": "failed", "migrations": "failed", "redis": "failed"},
    }
    assert "hunter2" not in answer.text


def test_figures_are_shown_to_this_machine(client: FlaskClient) -> None:
    client.get("/healthz")
    client.get("/nowhere/at/all")

    text = client.get("/metrics").text

    assert 'nuanfeng_requests_total{method="GET",route="/healthz",status="2xx"} 1.0' in text
    assert 'nuanfeng_requests_total{method="GET",route="none",status="4xx"} 1.0' in text


def test_figures_without_a_database_lack_the_queue(broken: FlaskClient) -> None:
    answer = broken.get("/metrics")

    assert answer.status_code == 200
    assert "nuanfeng_notices_open" not in answer.text


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_a_forwarded_request_is_not_from_this_machine(client: FlaskClient, name: str) -> None:
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("address", ["192.0.2.7", "", "::ffff:192.0.2.7", "not an address"])
def test_others_see_no_figures(client: FlaskClient, address: str) -> None:
    answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})

    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_every_name_of_this_machine_is_known(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 403), ("Bearer ", 403), ("Bearer é", 403)],
)
def test_the_token_opens_the_figures_from_afar(runtime: Runtime, given: str, status: int) -> None:
    settings = runtime.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    client = create_app(settings, runtime=replace(runtime, settings=settings)).test_client()

    answer = client.get(
        "/metrics",
        headers={"Authorization": given, "X-Forwarded-For": "192.0.2.7"},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )

    assert answer.status_code == status


def test_the_queue_is_measured_when_somebody_looks(
    client: FlaskClient, runtime: Runtime, clock: Clock
) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session)
        outbox.queue(session, person, "chat.late_reply", "k", clock(), FACTS)
    clock.advance(seconds=30)

    text = client.get("/metrics").text

    assert "nuanfeng_notices_open 1.0" in text
    assert "nuanfeng_notices_age_seconds 30.0" in text


def test_answers_of_the_doors_are_never_guessed_at_nor_kept(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        answer = client.get(path)

        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
