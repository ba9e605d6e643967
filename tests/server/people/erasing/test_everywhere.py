"""Of an erased person nothing is left wherever one looks: pages, files, feeds, figures."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from config.issuer import Issuer
from server.areas import tree
from server.console.face import PAGES
from server.jobs import run_once
from server.ledgers import copying, exports
from server.ledgers.forgetting import PERSONAL
from server.ledgers.months import Span
from server.ledgers.questions import Question
from server.notices import outbox
from server.people import erasing, profile, volunteer_numbers
from server.people.models import Channel, Person, Role
from server.staff.models import Export, ExportState
from server.volunteers.activities import forgetting as leaders
from server.volunteers.certificates import certificates, verification
from server.volunteers.models import Activity, Need, NeedState, StarAward
from tests.bot.driver import Phone, line_of
from tests.console.conftest import Clerk, a_clerk, plant_district
from tests.factories import an_activity
from tests.server.people.erasing.canaries import known, traces_in_store
from tests.server.volunteers.served import a_record
from tests.server.volunteers.stars.acts import a_published_star

NAME, MASKED = "欧阳金丝", "欧**丝"
PHONE, MASKED_PHONE = "13899990001", "138****0001"
OPENID = "oCANARY7f3aCANARY7f3aCANARY7"
NEEDLES = (NAME, MASKED, PHONE, MASKED_PHONE, OPENID)
SPAN = Span(date(2026, 2, 1), date(2026, 3, 31))


@dataclass
class Life:
    """Somebody with a name, a phone, hours, a star, a need, a team; and what leads to them."""

    person: int = 0
    number: str = ""
    certificate: str = ""
    link: str = ""
    calendar: str = ""
    neighbours_calendar: str = ""
    export: int = 0
    ids: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def clerk(app, runtime) -> Clerk:
    """Somebody of the district, who sees everybody."""
    with runtime.db.transaction() as session:
        plant_district(session)
        person, staff, token = a_clerk(session, runtime, Role.DISTRICT_OPERATOR, "D")
    client = app.test_client()
    client.set_cookie("console", token)
    return Clerk(client, person, staff)


@pytest.fixture
def neighbour(app, settings, clock) -> Phone:
    return Phone(line_of(app, settings, clock))


@pytest.fixture
def life(app, runtime, clerk, logged, settings, clock, neighbour) -> Life:
    """A life as the service knows one."""
    life, phone = Life(), Phone(line_of(app, settings, clock), OPENID)
    phone.follows()
    phone.says(f"我叫 {NAME}")
    neighbour.follows()
    with runtime.db.transaction() as session:
        life.person = known(session)
        _counted(session, runtime, life)
        _leading(session, runtime, life)
        _asking(session, runtime, life)
    phone.says("报名 2")
    neighbour.says("报名 1")
    life.neighbours_calendar = _calendar(neighbour.says("日历"))
    life.calendar = _calendar(phone.says("日历"))
    run_once(runtime, "queue-reminders", clock.advance(hours=47))
    _lead_no_more(runtime, life, clock)
    clerk.signs_in_again()
    life.export = _exported(runtime, clerk)
    return life


def _counted(session, runtime, life: Life) -> None:
    now, vault = runtime.now(), runtime.vault
    home = tree.by_code(session, "A1").id
    profile.set_phone(session, life.person, PHONE, vault=vault)
    session.get_one(Person, life.person).area_id = home
    life.number = volunteer_numbers.of(session, life.person, now)
    named = {"area_id": home, "title": "图书角", "leader_name": NAME}
    record = a_record(session, life.person, now, 125, day=date(2026, 3, 5), **named)
    issued = certificates.issue(
        session, life.person, now, channel=Channel.CHAT, issuer=Issuer(name="示例区"), vault=vault
    )
    star = a_published_star(session, now, vault, home)
    session.get_one(StarAward, star).person_id = life.person
    life.certificate = issued.number
    life.link = verification.link(issued.number, now, vault)
    life.ids |= {"record_id": record, "award_id": star, "person_id": life.person}
    served = session.scalars(select(Activity).order_by(Activity.id)).first()
    served.leader_id, served.ends_at = life.person, now


def _leading(session, runtime, life: Life) -> None:
    now = runtime.now()
    for title in ("看展", "送餐"):
        more = {"area_code": "A1", "title": title, "leader_name": NAME, "capacity": 9}
        view = an_activity(session, now, leader_id=life.person, **more)
        life.ids |= {"activity_id": view.id, "shift_id": view.shifts[0].id}


def _asking(session, runtime, life: Life) -> None:
    now, vault = runtime.now(), runtime.vault
    need = Need(
        number=900,
        area_id=tree.by_code(session, "A1").id,
        channel=Channel.CHAT,
        raised_by=life.person,
        words=b"",
        title="便民服务",
        field="convenience",
        place="示例社区",
        state=NeedState.SUBMITTED,
        created_at=now,
        changed_at=now,
    )
    session.add(need)
    session.flush()
    for column, words in (("words", "想修灯"), ("asker_name", NAME), ("asker_phone", PHONE)):
        setattr(need, column, vault.seal(words, f"need:{need.id}:{column}"))
    life.ids["need_id"] = need.id
    said = {"text": f"{NAME}，您好"}
    outbox.queue(session, life.person, "chat.late_reply", "late:1", now, said)


def _lead_no_more(runtime, life: Life, clock) -> None:
    """Let what they lead lie behind them: whoever leads cannot leave."""
    with runtime.db.transaction() as session:
        for activity in session.scalars(select(Activity).where(Activity.leader_id == life.person)):
            activity.ends_at = clock.now()


def _calendar(told: str) -> str:
    found = re.search(r"/calendar/[0-9a-f]{64}\.ics", told)
    assert found, told
    return found[0]


def _exported(runtime, clerk: Clerk) -> int:
    """Have the ledger written with whole names, as if a second person had allowed it."""
    with runtime.db.transaction() as session:
        area = tree.root(session)
        question = Question("service", "csv", area, SPAN, "上报", whole=True)
        export = exports._open(session, clerk.person_id, question, question.said(), runtime.now())
    copying.work(runtime)
    return export


def pages_of(clerk: Clerk, life: Life) -> dict[str, str]:
    """Return every page of the console that can be opened, whole."""
    found = {}
    for _endpoint, page in PAGES:
        names = re.findall(r"<(\w+)>", page.rule)
        if page.method != "GET" or set(names) - set(life.ids):
            continue
        path = re.sub(r"<(\w+)>", lambda part: str(life.ids[part[1]]), page.rule)
        found[path] = clerk.get(path).get_data(as_text=True)
    return found


def found_by(clerk: Clerk, words: str) -> str:
    pages = (clerk.post("/people/find", words=words), clerk.post("/search", q=words))
    shown = "".join(page.get_data(as_text=True) for page in pages)
    return re.sub(r'value="[^"]*"|<textarea[^>]*>[^<]*', "", shown)


def ledger_of(runtime, export_id: int) -> str:
    with runtime.db.reading() as session:
        export = session.get_one(Export, export_id)
    path = Path(runtime.settings.exports_dir) / str(export.file_name)
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def told_by(shown: dict[str, str]) -> dict[str, list[str]]:
    found = {place: [word for word in NEEDLES if word in text] for place, text in shown.items()}
    return {place: words for place, words in found.items() if words}


def erase(runtime, life: Life) -> None:
    with runtime.db.transaction() as session:
        assert erasing.erase(
            session, life.person, runtime.now(), channel=Channel.CHAT, vault=runtime.vault
        )
    run_once(runtime, "expire-exports")


@pytest.fixture
def looks(app, runtime, clerk, life, neighbour) -> Callable[[], dict[str, str]]:
    """All that anybody could look at, by where."""
    anybody = app.test_client()

    def look() -> dict[str, str]:
        again = _exported(runtime, clerk)
        return {
            **pages_of(clerk, life),
            **{f"found by {word}": found_by(clerk, word) for word in (NAME, PHONE, life.number)},
            "verified": anybody.get(f"/verify/{life.certificate}").get_data(as_text=True),
            "their calendar": anybody.get(life.calendar).get_data(as_text=True),
            "a neighbour's calendar": anybody.get(life.neighbours_calendar).get_data(as_text=True),
            "a neighbour's chat": neighbour.says("我的") + neighbour.says("活动 1"),
            "an old file": ledger_of(runtime, life.export),
            "a new file": ledger_of(runtime, again),
            "figures for Prometheus": anybody.get("/metrics").get_data(as_text=True),
            "the store": "\n".join(traces_in_store(runtime.store)),
        }

    return look


def test_they_are_seen_everywhere_before(looks) -> None:
    seen = told_by(looks())

    for place in (
        *("/people", "/stars/published", "/ledgers/service", "verified", "an old file"),
        *("a new file", f"found by {NAME}", f"found by {PHONE}", "a neighbour's calendar"),
    ):
        assert place in seen, sorted(seen)
    assert len(seen) > 14, sorted(seen)


def test_nothing_is_seen_anywhere_afterwards(runtime, looks, life, logged) -> None:
    looks()

    erase(runtime, life)

    assert told_by(looks()) == {}
    assert [word for word in NEEDLES if word in logged.getvalue()] == []


def test_what_led_to_them_leads_nowhere_and_the_paper_still_proves(
    app, runtime, life, clerk
) -> None:
    anybody = app.test_client()
    assert anybody.get(life.link).status_code == anybody.get(life.calendar).status_code == 200
    with clerk.post(f"/exports/{life.export}/file") as handed_out:
        assert handed_out.status_code == 200

    erase(runtime, life)

    assert anybody.get(life.link).status_code == anybody.get(life.calendar).status_code == 404
    assert clerk.post(f"/exports/{life.export}/file").status_code == 409
    assert "证明有效" in anybody.get(f"/verify/{life.certificate}").get_data(as_text=True)


def test_what_others_were_told_names_them_no_more(runtime, life, neighbour) -> None:
    with runtime.db.reading() as session:
        before = told_to_others(session, life)
    erase(runtime, life)

    with runtime.db.reading() as session:
        after = told_to_others(session, life)
    assert {"notice", "inbound"} <= before
    assert after == set()


def told_to_others(session, life: Life) -> set[str]:
    tables = erasing.Person.metadata.tables
    return {
        name
        for name in ("notice", "inbound", "activity", "need", "team")
        for row in session.execute(tables[name].select()).mappings()
        if any(NAME in repr(cell) for cell in row.values())
    }


def test_control_without_their_step_others_would_still_read_the_name(
    runtime, life, monkeypatch
) -> None:
    others = [one for one in erasing.FOLLOWERS if one is not leaders.forget]
    monkeypatch.setattr(erasing, "FOLLOWERS", others)

    erase(runtime, life)

    with runtime.db.reading() as session:
        assert told_to_others(session, life) >= {"notice", "inbound", "activity"}


def test_a_file_that_is_being_written_is_begun_anew(runtime, clerk, life, monkeypatch) -> None:
    with runtime.db.transaction() as session:
        question = Question("service", "csv", tree.root(session), SPAN, "上报", whole=True)
        export = exports._open(session, clerk.person_id, question, question.said(), runtime.now())
    told = copying._told

    def slowly(*given):
        yield from told(*given)
        monkeypatch.setattr(copying, "_told", told)
        erase(runtime, life)

    monkeypatch.setattr(copying, "_told", slowly)
    copying.work(runtime)

    with runtime.db.reading() as session:
        assert session.get_one(Export, export).state is ExportState.READY
    assert NAME not in ledger_of(runtime, export)
    assert not list(Path(runtime.settings.exports_dir).glob(f"{export - 1}-*"))


def test_files_without_persons_live_out_their_day() -> None:
    assert set(PERSONAL) == {"service", "national", "roster"}
