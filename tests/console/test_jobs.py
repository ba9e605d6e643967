"""The page of jobs tells what was done, what failed and what is silent, and every job has words."""

import pytest
from flask import Flask

from config.wording import sentences
from server import jobs
from server.console.jobs import when
from server.jobs import Job
from server.people.models import Role
from server.runtime import Runtime

pytestmark = pytest.mark.once


def fails(*_given: object) -> None:
    raise RuntimeError("as the test wants")


def test_every_job_has_words_and_a_time_that_people_read(app: Flask) -> None:
    kept = app.extensions["timetable"]
    assert {f"jobs.{job.name.replace('-', '_')}" for job in kept} - set(sentences()) == set()
    assert [job.name for job in kept if "*" in when(job)] == []


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * *", "每分钟"),
        ("7-59/10 * * * *", "每10分钟"),
        ("*/10 9-20 * * *", "每天9-20点，每10分钟"),
        ("5 * * * *", "每小时第05分"),
        ("20 2 * * *", "每天02:20"),
        ("30 9 1-5 * *", "每月1-5日09:30"),
        ("every 3s", "每3秒"),
        ("0 0 1 1 *", "0 0 1 1 *"),
    ],
)
def test_a_time_is_said_in_words(cron: str, words: str) -> None:
    assert when(Job("x", cron)) == words


def test_what_failed_stands_first_and_silence_is_said(clerk, runtime: Runtime) -> None:
    admin = clerk(Role.SYSTEM_ADMIN, area="D")
    assert "从没运行过" in admin.get("/jobs").text

    jobs.fire(runtime, Job("finish-hours", "* * * * *", verb=fails))
    page = admin.get("/jobs").text

    assert "从没运行过" not in page
    assert page.index("连续出错1次") < page.index("还没有运行")
