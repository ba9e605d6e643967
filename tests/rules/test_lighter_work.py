"""The rest of what keeps the service light (基层减负), with the trial that each rule can fail.

`test_no_burden` holds the first rules; those that need a page or a database are tested there.
"""

import re
from collections.abc import Iterable

import pytest

from server.models import Base
from server.riders.hazards.models import HazardSpot
from server.volunteers.hours.deadlines import TERMS
from server.volunteers.models import PlaceHint
from tests.rules.test_no_burden import KEYED_BY_STAFF, OF_ROOMS, PRAISE, VISIT
from tests.rules.tree import programs, texts

LAST_HERE = re.compile(r"(?<!birth_year_)\b(seen_at|last_seen|last_login|follow_changed_at)\b")
MAY_KNOW = {
    "server/notices/lately.py": "whoever is talking to us just now is not woken by an answer",
    "server/notices/windows.py": "WeChat lets the account write for two days after a follow",
    "server/people/identities.py": "a late follow must not undo a later unfollow",
    "server/people/leaving.py": "whoever unfollowed long ago is forgotten, as WeChat asks",
    "server/people/models/persons.py": "the column",
    "server/people/models/sessions.py": "the column",
    "server/people/own_copies.py": "one sees what is kept of oneself",
    "server/people/sessions.py": "a sign-in ends by itself",
    "server/staff/models.py": "the column",
    "server/staff/sessions.py": "a sign-in ends by itself",
}
"""Who may know when somebody was last here, and what for."""
SELLING = re.compile(
    r"unifiedorder|pay/transactions|wxpay|requestPayment|支付|付款|打赏|红包|广告|advert(?!ise)"
)
PRODUCT = ("server/", "bot/", "miniprogram_api/", "config/", "wsgi.py")
NOT_OURS = re.compile(r"/vendor/|/fonts/")
WRITTEN = re.compile(r"\b(insert_into|insert|update)\(\s*(?!Export\b|export\b)")
LOGINS = re.compile(r"ConsoleSession|ApiSession|following|last_login|installs?\b")
TRACK = re.compile(r"\.(latitude|longitude|lat|lng)$")
FILE_WANTED = re.compile(r"file_field\(|type=\"file\"|capture=")


def product() -> dict[str, str]:
    return {
        name: text
        for name, text in texts().items()
        if name.startswith(PRODUCT) and not NOT_OURS.search(name)
    }


def telling(pattern: re.Pattern[str], files: dict[str, str]) -> set[str]:
    """Return the files in which something of the kind stands."""
    return {name for name, text in files.items() if pattern.search(text)}


def columns() -> Iterable[str]:
    tables = Base.metadata.tables.values()
    return (f"{table.name}.{column.name}" for table in tables for column in table.columns)


def test_nothing_depends_on_when_somebody_was_last_here() -> None:
    """G1: whoever stays away loses nothing, so nobody need come by."""
    assert telling(LAST_HERE, programs()) == set(MAY_KNOW)


@pytest.mark.parametrize("line", ["if person.last_seen < now - WEEK:", "order_by(Api.seen_at)"])
def test_control_a_rule_about_the_last_visit_is_seen(line: str) -> None:
    assert telling(LAST_HERE, {"server/riders/streaks.py": line})
    assert not telling(LAST_HERE, {"x.py": "person.birth_year_seen_at is None"})


@pytest.mark.parametrize("name", ["post.points", "staff_account.score"])
def test_control_points_of_staff_are_seen(name: str) -> None:
    """G4."""
    assert PRAISE.search(name)


def test_no_page_asks_for_a_picture() -> None:
    """G6: staff bring tables along, and may show what they put right; nobody must."""
    pages = {n: t for n, t in product().items() if n.endswith(".html")}
    found = telling(FILE_WANTED, pages)

    assert {name.removeprefix("server/console/templates/console/") for name in found} == {
        "hazards/unit.html",
        "imports/new.html",
        "inputs.html",
        "party/lists.html",
    }
    shown = pages["server/console/templates/console/hazards/unit.html"]
    assert 'kit.file_field("after", "整改后的照片", required=false' in shown


def test_control_a_page_that_asks_for_a_picture_is_seen() -> None:
    assert telling(FILE_WANTED, {"x.html": '{{ kit.file_field("photo", "现场照片") }}'})


def test_control_a_track_would_be_seen() -> None:
    """G7: a column that keeps where somebody was stands in a table that forgets it."""
    assert {name for name in columns() if TRACK.search(name)} == {
        f"{PlaceHint.__tablename__}.latitude",
        f"{PlaceHint.__tablename__}.longitude",
        f"{HazardSpot.__tablename__}.lat",
        f"{HazardSpot.__tablename__}.lng",
        *OF_ROOMS,
    }
    assert TRACK.search("attendance.lat")


def test_nobody_is_reminded_of_one_thing_more_than_twice() -> None:
    """G8; that the day before a shift is told once is a test of the reminders."""
    assert len(TERMS.remind_days) <= 2


def test_nothing_in_the_product_asks_to_come_by_or_to_confirm_reading() -> None:
    """G9: neither a sentence nor a page, a program or a word of the menu."""
    # there it says which words no notice may bear, and no rule of points
    told = {"server/notices/burdens.py", "server/riders/points/burdens.py"}
    assert telling(VISIT, product()) == told


@pytest.mark.parametrize("page", ["<p>请回复收到</p>", "<button>每日签到</button>", "今天打卡了吗"])
def test_control_a_page_that_asks_to_come_by_is_seen(page: str) -> None:
    assert telling(VISIT, {"x.html": page})


@pytest.mark.parametrize("line", ["insert(ServiceRecord).values(rows)", "update(Ledger)"])
def test_control_a_ledger_that_is_keyed_is_seen(line: str) -> None:
    """G11: ledgers are drawn from what happened; all that is written is the wish for a file."""
    assert WRITTEN.search(line)
    assert KEYED_BY_STAFF.match("/console/ledgers/service")
    assert not WRITTEN.search("update(Export).values(state=x)")


def test_nothing_is_sold_and_nothing_advertised() -> None:
    """G15."""
    assert telling(SELLING, product()) == set()


@pytest.mark.parametrize("line", ["wx.requestPayment({})", "<p>广告</p>", "POST /pay/unifiedorder"])
def test_control_a_shop_is_seen(line: str) -> None:
    assert telling(SELLING, {"server/shop.py": line})


@pytest.mark.parametrize("line", ["func.count(ApiSession.id)", "where(Account.following)"])
def test_control_figures_of_logins_are_seen(line: str) -> None:
    """G16."""
    assert LOGINS.search(line)
