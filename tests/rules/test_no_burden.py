"""The product lightens work (基层减负): no league tables, no watching, no compulsory visit.

Rules that need a database or a page are tested where those live; here is what the shape of the
code itself can show.
"""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask

from bot.face import COMMANDS
from config.wording import sentences
from miniprogram_api.face import CONTRACTS
from server.models import Base
from server.people.models import Channel
from server.retention import KEPT
from server.riders.hazards.models import HazardSpot
from server.staff.queue import Task
from server.volunteers.models import PlaceHint, Route, ServiceRecord
from tests.rules.tree import programs, texts

WATCHING = re.compile(
    r"(online|read|reading|study|learn|learning|browse|login)_?"
    r"(time|seconds|minutes|hours|duration|days)|streak"
)
LEAGUE = re.compile(r"leaderboard|ranking|\branks?\b|league|top[_-]?(ten|10|list)")
# whoever sorts people by what they gave has made a league table, whatever it is called
SORTED_BY_MERIT = re.compile(
    r"order_by\([^\n]*\b(minutes|hours|points|stars|level|sum)\b[^\n]*\.desc\(\)"
)
PRAISE = re.compile(r"points|score|credits?_?points|积分")
VISIT = re.compile(r"打卡|每日签到|每天登录|连续签到|签到奖励|回复“?收到|收到后?请?回")
SPOKEN = {"chat", "miniprogram", "phone", "paper", "console"}
DEEDS = {
    "birth_year_claim": "corrects their age",
    "certificate": "asks for a certificate",
    "consent": "agrees, or takes it back",
    "dispute": "disputes hours",
    "guardian": "lets a child serve",
    "hazard": "reports a hazard",
    "hazard_step": "adds to a report, rates it or objects",
    "need": "asks for help",
    "party_file": "confirms their file, and says what has changed",
    "party_contact_log": "is in touch with a member",
    "party_letter": "answers the letter of a year",
    "party_need": "tells what they need",
    "party_report_revision": "reports a quarter",
    "party_review": "says what they think of a review",
    "need_step": "rates or takes back a need",
    "record_version": "serves",
    "rider": "registers as a rider",
    "signup": "signs up",
    "star_award": "applies for a star",
    "star_objection": "objects to a star",
    "station_fault": "says what is wrong with a station",
    "team_member": "joins a team",
    "voucher": "redeems points",
}
"""What an ordinary user does; each may as well be done by phone, on paper or by staff."""
NO_DEEDS = {
    *("account", "api_session", "calendar_feed", "dialogue", "keyed_request", "link_code"),
    *("notice", "oddity", "own_code", "person", "service_record", "skill"),
    *("activity", "activity_template", "approval", "export", "import_batch", "post"),
    *("staff_account", "star_scheme", "team"),
    *("broadcast", "notice_template"),
    *("points_account", "points_claim", "points_oddity", "points_rule", "points_waiting"),
    *("station_keeper", "photo", "reward_count"),
    "station_keeper",
    *("party_contact", "party_list", "party_organiser", "party_read", "party_upload"),
}
"""Tables that name a person and hold no deed of theirs: doors, machinery, the work of staff."""
OF_ROOMS = {"station.lat", "station.lng"}
"""Where a room is that everybody may know of; it tells of nobody where they were."""
PASSING = {PlaceHint.__tablename__, HazardSpot.__tablename__}
"""Where somebody was for a moment: at a shift, or where they saw something dangerous."""
KEYED_BY_STAFF = re.compile(r"^/console/(ledgers|figures)")


def tables() -> Iterable[str]:
    return Base.metadata.tables.keys()


def columns() -> set[str]:
    found = Base.metadata.tables.values()
    return {f"{table.name}.{column.name}" for table in found for column in table.columns}


def naming_a_person() -> set[str]:
    return {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }


def test_no_table_counts_how_long_somebody_was_watching() -> None:
    assert [name for name in columns() if WATCHING.search(name)] == []


@pytest.mark.both
def test_no_address_leads_to_a_league_table(app: Flask) -> None:
    assert [rule.rule for rule in app.url_map.iter_rules() if LEAGUE.search(rule.rule)] == []


def sorted_by_merit(files: dict[str, str]) -> list[str]:
    return [
        f"{name}: {one[0]}"
        for name, text in files.items()
        for one in [SORTED_BY_MERIT.search(text)]
        if one
    ]


def test_nobody_is_listed_by_what_they_gave() -> None:
    assert sorted_by_merit(programs()) == []


@pytest.mark.parametrize(
    "line", ["order_by(total.minutes.desc())", "q.order_by(func.sum(x).desc())"]
)
def test_a_list_by_merit_is_seen(line: str) -> None:
    assert sorted_by_merit({"x.py": line}) != []


@pytest.mark.parametrize("name", ["member.online_time", "lesson.study_minutes"])
def test_a_column_that_watches_is_seen(name: str) -> None:
    assert WATCHING.search(name)


@pytest.mark.parametrize("path", ["/api/v1/leaderboard", "/console/rank", "/api/v1/top10"])
def test_a_league_table_is_seen(path: str) -> None:
    assert LEAGUE.search(path)


def test_no_sentence_asks_anybody_to_come_by_or_to_confirm_that_they_read() -> None:
    assert [key for key, text in sentences().items() if VISIT.search(text)] == []
    assert VISIT.search("今天也请打卡")


@pytest.mark.parametrize("words", ["请回复“收到”", "收到请回复", "收到后请回复1", "回复收到"])
def test_a_sentence_that_asks_for_a_receipt_is_seen(words: str) -> None:
    assert VISIT.search(words)


def test_staff_have_no_points() -> None:
    theirs = ("staff_account", "post", "approval", "console_session")

    assert [n for n in columns() if n.startswith(theirs) and PRAISE.search(n)] == []


def test_every_deed_of_a_user_has_doors_besides_the_phone() -> None:
    assert {channel.value for channel in Channel} >= SPOKEN
    assert naming_a_person() - NO_DEEDS - {"attendance", "erasure"} == set(DEEDS)
    assert [name for name in DEEDS if f"{name}.channel" not in columns()] == []
    # coming and going name their route instead, of which paper is one
    assert "erasure.channel" in columns()
    assert {Route.PAPER, Route.ROSTER} <= set(Route)


def test_a_deed_without_a_channel_is_seen() -> None:
    assert "dialogue.channel" not in columns()


def test_no_request_demands_a_photo() -> None:
    files = {
        f"{contract.method} {contract.rule} {name}"
        for contract in CONTRACTS
        if contract.body
        for name, field in contract.body.model_fields.items()
        if field.is_required() and re.search(r"photo|image|media|file", name)
    }

    assert files == set()


def test_what_a_phone_knows_of_a_place_is_gone_within_a_week() -> None:
    hints = {name for name in columns() if re.search(r"\.(latitude|longitude|lat|lng)$", name)}

    assert {name.split(".")[0] for name in hints - OF_ROOMS} == PASSING
    spans = [one.span for one in KEPT if one.table.__tablename__ in PASSING]
    assert len(spans) == len(PASSING)
    assert max(spans) <= timedelta(days=7)


def test_reminders_are_stopped_by_a_word() -> None:
    words = {word for command in COMMANDS for word in command.words}

    assert {"停止提醒", "恢复提醒", "退订"} <= words


def asks_what_is_known(body: type) -> list[str]:
    """Return the fields of a request that a person must fill in though we hold them."""
    return [
        name
        for name, field in body.model_fields.items()
        if field.is_required() and name in ("name", "phone", "birth_year", "volunteer_no", "area")
    ]


def test_no_request_asks_people_again_for_what_is_held() -> None:
    asked = {
        f"{contract.method} {contract.rule}": asks_what_is_known(contract.body)
        for contract in CONTRACTS
        if contract.body
    }

    assert {place: names for place, names in asked.items() if names} == {}


@pytest.mark.both
def test_ledgers_are_drawn_and_never_keyed(app: Flask) -> None:
    posts = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if KEYED_BY_STAFF.match(rule.rule) and "POST" in (rule.methods or ())
    ]

    assert posts == []
    written = re.compile(r"\b(insert_into|insert|update)\(\s*(?!Export\b|export\b)")
    ledgers = {n: t for n, t in programs().items() if n.startswith("server/ledgers/")}
    assert [name for name, text in ledgers.items() if written.search(text)] == []


def test_every_task_says_why_and_whose() -> None:
    assert {"why", "whose", "due_at"} <= set(Task.__annotations__ or vars(Task)["_fields"])


def test_figures_show_services_and_never_who_logged_in() -> None:
    figures = "\n".join(t for n, t in texts().items() if n.startswith("server/ledgers/"))

    assert not re.search(r"ConsoleSession|ApiSession|following|last_login|installs?\b", figures)


def writers_of_minutes(files: dict[str, str]) -> list[str]:
    """Return the programs outside the volunteers' work that would change hours."""
    change = re.compile(
        rf"(insert_into|update|insert)\([^)\n]*\b({ServiceRecord.__name__})\b|\.minutes\s*=[^=]"
    )
    return [
        name
        for name, text in files.items()
        if not name.startswith("server/volunteers/") and change.search(text)
    ]


def test_minutes_are_changed_by_the_work_of_volunteers_alone() -> None:
    """V14: whatever points are given or spent elsewhere, minutes stay what they are."""
    assert writers_of_minutes(programs()) == []


def test_a_program_elsewhere_that_changes_minutes_is_seen() -> None:
    spending = {
        "server/riders/spending.py": "session.execute(update(ServiceRecord).values(minutes=0))"
    }

    assert writers_of_minutes(spending) == ["server/riders/spending.py"]
