"""Every task of staff says why it is there and whose request it is (G12)."""

from datetime import timedelta

import pytest

from server.people import ages
from server.people.models import Channel, Person, Role
from server.staff import queue
from server.staff import reach as reaches
from server.staff.queue import Task
from server.volunteers.models import StarAward, StarState
from tests.console.neighbours import planted

NEEDED = ("title", "why", "whose")


def silent(tasks: list[Task]) -> list[str]:
    """Return the kinds of the tasks that do not say why, or whose."""
    return [task.kind for task in tasks if not all(getattr(task, name).strip() for name in NEEDED)]


@pytest.fixture
def waiting(clerk, runtime, district) -> list[Task]:
    """Tasks of every kind, as somebody of the district has them before them."""
    world = planted(runtime)
    boss = clerk(Role.DISTRICT_OPERATOR, "D")
    with runtime.db.transaction() as session:
        now = runtime.now()
        star = session.get_one(StarAward, world.ids["award_id"])
        star.state, star.published_until = StarState.PUBLISHED, now.date() - timedelta(days=9)
        person = world.ids["person_id"]
        session.get_one(Person, person).birth_year = 2010
        session.flush()
        ages.declare(session, person, 1990, now, Channel.CHAT)
        return queue.tasks(session, reaches.of(session, boss.person_id, now), now, 100)


def test_every_task_says_why_and_whose_it_is(waiting) -> None:
    assert {"need", "star_objection", "approval", "age", "activity.review", "oddity"} <= {
        task.kind for task in waiting
    }
    assert silent(waiting) == []


def test_control_a_task_that_does_not_say_why_is_seen(waiting) -> None:
    [first, *_rest] = waiting

    assert silent([first._replace(why=" ")]) == [first.kind]
    assert silent([first._replace(whose="")]) == [first.kind]


def test_why_and_whose_stand_on_the_page(clerk, waiting) -> None:
    page = clerk(Role.DISTRICT_OPERATOR, "D").get("/").get_data(as_text=True)

    for task in waiting[: queue.MOST]:
        assert task.why in page, task.kind
        assert task.whose in page, task.kind
