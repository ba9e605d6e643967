"""The commands, as an operator types them."""

import json

import pytest
from sqlalchemy import select

from server.migrations import commands
from server.people.models import Post
from server.volunteers.activities import activities
from tests.factories import a_person, people
from tests.server.volunteers.acts import sign_up


@pytest.fixture
def flask(app):
    """Run `flask …` and return what it printed; fail unless it ended as expected."""

    def run(*words: str, fails: bool = False) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


def test_an_activity_is_published_with_its_numbers(flask, db, clock):
    told = json.loads(flask("activities", "add", "--title", "扫雪", "--capacity", "3"))

    with db.reading() as session:
        view = activities.by_number(session, told["number"], None, clock.now())
    assert told == {"activity": str(view.id), "number": 1, "shift": str(view.shifts[0].id)}
    assert (view.title, view.shifts[0].capacity) == ("扫雪", 3)
    assert view.shifts[0].starts_at == clock.advance(hours=48)


def test_an_activity_starts_when_told(flask, db, clock):
    words = ("--title", "扫雪", "--capacity", "1", "--starts-in", "90m", "--hours", "1.5")
    flask("activities", "add", *words)

    with db.reading() as session:
        [shift] = activities.by_number(session, 1, None, clock.now()).shifts
    assert shift.starts_at == clock.advance(minutes=90)
    assert shift.ends_at == clock.advance(minutes=90)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--capacity", "0"), "0 is not in the range"),
        (("--capacity", "1", "--starts-in", "soon"), "write 90m, 48h or 3d"),
        (("--capacity", "1", "--area", "404"), "没有编号为“404”的区域"),
    ],
)
def test_what_cannot_be_published_is_told_plainly(flask, words, told):
    said = flask("activities", "add", "--title", "扫雪", *words, fails=True)

    assert told in said
    assert "Traceback" not in said


def test_activities_are_listed_for_people_and_programs(flask):
    flask("activities", "add", "--title", "扫雪", "--capacity", "3")

    assert "1. 扫雪" in flask("activities", "list")
    assert json.loads(flask("activities", "list", "--json"))["places_left"] == 3


def test_more_places_go_to_the_line(flask, db, clock):
    shift = json.loads(flask("activities", "add", "--title", "扫雪", "--capacity", "1"))["shift"]
    with db.transaction() as session:
        for person in people(session, clock.now(), 3):
            sign_up(session, person, int(shift), clock.now())

    assert json.loads(flask("activities", "capacity", shift, "2"))["offered"] == 1
    assert "名额数不能少于2" in flask("activities", "capacity", shift, "1", fails=True)


def test_a_role_is_given_and_ended(flask, db, clock):
    flask("sample", "load")
    with db.transaction() as session:
        person = a_person(session, clock.now())

    words = ("--person", str(person), "--role", "community_worker", "--area", "140106001")
    post = json.loads(flask("posts", "add", *words))["post"]
    flask("posts", "end", post)

    with db.reading() as session:
        assert session.scalars(select(Post.until)).all() == [clock.now()]


def test_the_sample_is_loaded_once(flask):
    planted = {"areas": 50, "activities": 30, "stations": 152, "rewards": 6}
    assert json.loads(flask("sample", "load")) == planted
    again = {"areas": 50, "activities": 0, "stations": 0, "rewards": 0}
    assert json.loads(flask("sample", "load")) == again


def test_a_job_is_run_by_hand_and_a_slot_only_once(flask):
    at = "2026-03-09T09:00"

    told = [flask("jobs", "run", "expire-offers", "--at", at) for _ in range(2)]

    assert json.loads(told[0]) == {"job": "expire-offers", "result": "0"}
    assert json.loads(told[1]) == {"job": "expire-offers", "result": "done already"}
    assert "expire-offers" in flask("jobs", "run", "nonsense", fails=True)
    assert "write 2026-03-09T09:00" in flask("jobs", "run", "purge", "--at", "today", fails=True)


def test_the_menu_is_given_to_wechat(flask, emulator):
    flask("wechat", "menu")

    assert emulator.ask("GET", "/_/menu")


def test_the_database_goes_back_and_forth(flask, db):
    flask("db", "downgrade", "base")
    assert not commands.at_head(db)

    flask("db", "upgrade")
    assert commands.at_head(db)


def test_the_calendar_is_seeded_shown_and_set(flask, clock):
    seeded = [json.loads(line) for line in flask("calendar", "seed").splitlines()]
    assert seeded == [{"year": 2026, "days": 28}, {"year": 2027, "days": 0}]
    assert "2030" in flask("calendar", "seed", "2030")

    flask("calendar", "set", "2026-10-01", "--worked", "--name", "演练")
    flask("calendar", "seed", "2026")

    days = [json.loads(line) for line in flask("calendar", "show").splitlines()]
    assert len(days) == 28
    said = {"day": "2026-10-01", "is_workday": True, "name": "演练", "source": "district"}
    assert said in days


def test_a_calendar_day_that_is_none_is_refused(flask):
    flask("calendar", "set", "2026-02-30", "--free", fails=True)
    flask("calendar", "seed", "1905", fails=True)


def test_a_station_is_put_on_the_map_kept_opened_and_closed(flask, db, clock) -> None:
    flask("sample", "load")
    with db.transaction() as session:
        person = a_person(session, clock.now())
    words = ("--area", "140106001", "--name", "示例驿站", "--address", "示例路1号")
    where = ("--near", "37.86", "112.57", "--datum", "wgs84", "--hours", "每天 8:00-20:00")

    told = json.loads(flask("stations", "add", *words, *where, "--has", "water"))
    flask("stations", "keeper", "153", str(person))
    closed = json.loads(flask("stations", "close", "153", "停水", "--lasting", "2h"))
    opened = json.loads(flask("stations", "open", "153"))
    flask("stations", "day", "153", "2026-03-09", "休息")
    listed = flask("stations", "list", "--after", "152")
    flask("stations", "keeper", "153", str(person), "--relieve")

    assert told["number"] == 153
    assert closed["now"] == "暂停开放：停水，预计11:00恢复"
    assert opened["now"] == "开着，到20:00"
    assert "关着，明天8:00开门" in listed
    assert "看不懂" in flask("stations", "day", "153", "2026-03-09", "x", fails=True)
    assert "没有这个驿站" in flask("stations", "open", "999", fails=True)
