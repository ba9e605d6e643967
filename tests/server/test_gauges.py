"""What operators see of the outbox and the timetable, and the rules that wake them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import jobs
from server.jobs import Job
from server.notices import figures
from server.notices.models import Notice, NoticeState
from server.riders.rewards.means import Means
from server.runtime import Runtime
from server.wechat.client import Wechat
from tests.clock import Clock
from tests.server.notices.people import a_person
from tests.server.riders.rewards.acts import a_buyer, a_shelf, hold
from tests.server.test_jobs import ENTER

RULES = Path(__file__).parents[2] / "config" / "examples" / "alerts.yml"
FIGURE = re.compile(r"\bnuanfeng_[a-z_]+")


def fails(*_given: object) -> None:
    raise RuntimeError("as the test wants")


def told(runtime: Runtime, number: int, state: NoticeState, way: str | None, late: int = 0) -> None:
    """Settle so many notices of one person, so many seconds after they were due."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        person = a_person(session)
        for each in range(number):
            session.add(
                Notice(
                    key=f"told:{person}:{each}",
                    person_id=person,
                    kind="volunteers.reminder",
                    facts={},
                    state=state,
                    queued_at=now,
                    due_at=now,
                    channel=way,
                    settled_at=now + timedelta(seconds=late),
                )
            )


FAILS = Job("fails", "* * * * *", verb=fails)


@pytest.mark.usefixtures("app")
def test_a_job_that_was_done_is_heard_of(runtime: Runtime, client: FlaskClient) -> None:
    assert "flask jobs keep" in client.get("/readyz").json["warnings"]["timetable"]

    jobs.fire(runtime, ENTER)

    assert "warnings" not in client.get("/readyz").json
    assert 'nuanfeng_job_age_seconds{job="enter"} 0.0' in client.get("/metrics").text


def test_a_timetable_that_falls_silent_is_a_warning_and_no_failure(
    runtime: Runtime, client: FlaskClient, clock: Clock
) -> None:
    jobs.fire(runtime, ENTER)
    clock.advance(seconds=301)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert "silent since 2026-03-09 01:00 UTC" in answer.json["warnings"]["timetable"]


def test_failures_in_a_row_are_counted_until_it_is_done(
    runtime: Runtime, client: FlaskClient
) -> None:
    for _ in range(3):
        jobs.fire(runtime, FAILS)
    assert 'nuanfeng_job_failures{job="fails"} 3.0' in client.get("/metrics").text

    jobs.fire(runtime, Job("fails", "* * * * *", verb=lambda *_given: "done"))
    assert 'nuanfeng_job_failures{job="fails"} 0.0' in client.get("/metrics").text


def test_a_job_run_by_hand_is_heard_of_too(runtime: Runtime, client: FlaskClient) -> None:
    jobs.run_now(runtime, ENTER)

    assert 'nuanfeng_job_age_seconds{job="enter"} 0.0' in client.get("/metrics").text


def test_every_figure_of_the_rules_is_shown(runtime: Runtime, client: FlaskClient) -> None:
    client.get("/healthz")
    jobs.fire(runtime, ENTER)
    shown = set(FIGURE.findall(client.get("/metrics").text))

    named = set(FIGURE.findall(RULES.read_text(encoding="utf-8")))

    assert named
    assert named - shown == set()


def test_a_figure_that_does_not_exist_is_seen(client: FlaskClient) -> None:
    shown = set(FIGURE.findall(client.get("/metrics").text))

    assert {"nuanfeng_access_token_valid", "nuanfeng_pigeons"} - shown == {"nuanfeng_pigeons"}


def test_the_state_of_each_access_token_is_told(
    wechat: Wechat, client: FlaskClient, clock: Clock
) -> None:
    def stands(app: str) -> tuple[str, ...]:
        names = ("valid", "seconds_left")
        text = client.get("/metrics").text
        return tuple(
            re.findall(rf'nuanfeng_access_token_{name}{{app="{app}"}} (\S+)', text)[0]
            for name in names
        )

    assert stands("official") == stands("miniprogram") == ("0.0", "0.0")

    wechat.tokens["official"].token(clock())

    assert stands("official") == ("1.0", "7180.0")
    assert stands("miniprogram") == ("0.0", "0.0")
    clock.advance(seconds=7_180)
    assert stands("official") == ("0.0", "0.0")


def test_hours_that_are_over_are_counted_once_and_agree_with_the_notices(
    runtime: Runtime, clock: Clock
) -> None:
    told(runtime, 3, NoticeState.SENT, "service")
    told(runtime, 2, NoticeState.UNREACHABLE, None)
    with runtime.db.reading() as session:
        live = [each for _hour, each in figures.by_hour(session, clock(), clock())]
    clock.advance(hours=2)

    for _ in range(2):
        with runtime.db.transaction() as session:
            figures.count(session, clock())

    with runtime.db.reading() as session:
        since = clock().replace(hour=0)
        counted = [each for _hour, each in figures.by_hour(session, since, clock())]
    assert counted == live
    assert sorted((each.state, each.number) for each in counted) == [
        ("sent", 3),
        ("unreachable", 2),
    ]


def test_the_slowest_tenth_tells_the_lag(runtime: Runtime, clock: Clock) -> None:
    begun = clock()
    told(runtime, 10, NoticeState.SENT, "service", late=90)

    with runtime.db.reading() as session:
        lag = figures.lag(session, begun, begun.replace(hour=begun.hour + 1))

    assert lag.total_seconds() == 90


def test_vouchers_that_wait_are_counted(runtime: Runtime, client: FlaskClient) -> None:
    with runtime.db.transaction() as session:
        now = runtime.now()
        means = Means(runtime.vault, runtime.limits, runtime.settings.rewards)
        hold(session, a_buyer(session, now), a_shelf(session, now), now, means)

    told = client.get("/metrics").text

    assert "nuanfeng_vouchers_waiting 1.0" in told
    assert "nuanfeng_vouchers_overdue 0.0" in told
