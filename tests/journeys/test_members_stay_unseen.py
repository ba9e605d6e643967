"""Of a member, their place and what was said of them nothing stands where it does not belong."""

import io
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select

from config.logging import JsonFormatter
from server.areas import tree
from server.db import Base
from server.ledgers.months import Span
from server.ledgers.packs import contents, packing
from server.ledgers.tables import TABLES, Names, Wanted
from server.party import contacts, desk, files, own
from server.party.contacts import Touch
from server.party.figures import figures
from server.party.figures.hiding import ALL
from server.party.letters import answering as letter_answers
from server.party.letters import desk as letters
from server.party.letters import sending, writing
from server.party.letters.answering import Answer
from server.party.letters.words import Words
from server.party.models import Branch, PartyFile, Way
from server.party.needs import needs, views
from server.party.own import Moved
from server.party.quarters import Quarter
from server.party.reports import reports, windows
from server.party.reports.answers import QUESTIONS
from server.party.reviews import answering, deciding, showing
from server.party.reviews.deciding import Decision
from server.party.reviews.grades import Grade
from server.party.reviews.terms import Rules
from server.people.models import Channel, Role
from server.staff import reach as reaches
from tests.bot.driver import Phone, line_of
from tests.console.conftest import Clerk, a_clerk, plant_district
from tests.miniprogram_api.conftest import device as device
from tests.server.party import crowds
from tests.server.party.acts import EMPLOYER, NAME, PHONE, PLACE, REASON, VAULT, a_cell, given_to

SAID = "示例金丝雀已安顿好"
NEEDLES = (NAME, PHONE, PLACE, EMPLOYER, REASON, SAID, "金丝雀", PHONE[3:])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, at the most talkative level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


def stored(runtime) -> str:
    """Return every row of every table as it stands in the database."""
    with runtime.db.reading() as session:
        return "\n".join(
            f"{table.name} {row!r}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def found(text: str) -> list[str]:
    return [needle for needle in NEEDLES if needle in text]


@pytest.fixture
def cell(runtime):
    with runtime.db.transaction() as session:
        plant_district(session)
        return a_cell(session, runtime.now(), "A1")


def lived(runtime, app, settings, clock, cell, phone) -> list[str]:
    """Let a member, their contact and their secretary do what they do; return what errors said."""
    now = runtime.now()
    line = Phone(line_of(app, settings, clock))
    line.follows()
    with runtime.db.transaction() as session:
        given_to(session, cell.file, phone.person_id)
        own.agree(session, phone.person_id, now)
        own.confirm(session, phone.person_id, now)
        moved = Moved(place=PLACE, phone=PHONE)
        own.move(session, phone.person_id, moved, now, vault=VAULT)
        how = {"channel": Channel.CHAT, "vault": VAULT}
        contacts.log(session, cell.contact, cell.file, Touch(Way.PHONE, note=SAID), now, **how)
        keys = {"vault": VAULT, "names": runtime.vault}
        desk.member(session, cell.secretary, cell.file, now, **keys)
        files.link_host(session, cell.secretary, cell.file, None, now)
        told = dict.fromkeys(QUESTIONS, SAID)
        later = now + timedelta(days=10)
        rules, vault = {"rules": runtime.settings.reports}, {"vault": VAULT}
        who = session, phone.person_id, "2026Q1"
        reports.draft(*who, told | {"needs": PLACE}, later, **rules, **vault)
        reports.submit(*who, later, said=told, channel=Channel.CHAT, **rules, **vault)
        take_a_letter(session, cell, phone.person_id, now, rules | vault)
        reviewed(session, runtime, cell, phone.person_id, now)
    return [
        phone.ask("PUT", "/party/file", {"place": f"{PLACE} 140106199001011234"}).data.decode(),
        phone.ask("PUT", "/party/file", {"phone": f"{NAME}{PHONE}x"}).data.decode(),
        phone.ask("GET", "/party/file").data.decode()[:0],
        phone.ask("POST", "/party/report/submit", {"quarter": "2026Q1"} | told).data.decode(),
        phone.ask("PUT", "/party/letters/2025/answer", {"words": SAID}).data.decode(),
        phone.ask("PUT", "/party/reviews/2025Q4/objection", {"words": SAID * 99}).data.decode(),
        line.says(f"联系了 {NAME} 电话 {SAID}"),
        line.says(f"搬家 {PLACE}"),
    ]


def take_a_letter(session, cell, member, now, keys) -> None:
    """Let the branch write, the member answer, and their need be solved."""
    december, vault = now + timedelta(days=280), {"vault": VAULT}
    who = session, cell.secretary, cell.file, 2026
    writing.write(*who, Words(SAID, SAID[:10]), 0, december, **vault)
    sending.send(*who, letters.show(*who, december, **keys).seen, december, **keys)
    told = Answer(SAID, Channel.CHAT, asks=True)
    letter_answers.answer(session, member, 2026, told, december, **vault)
    [need] = views.mine(session, member, december, **vault)
    needs.solve(session, cell.contact, need.id, SAID, december, **vault)


def reviewed(session, runtime, cell, member: int, now) -> None:
    """Let the branch review a quarter that was before, and the member object to it."""
    session.get_one(PartyFile, cell.file).reported_at = now - timedelta(days=150)
    rules = Rules(runtime.settings.reports, runtime.settings.reviews)
    both, quarter = {"vault": VAULT, "names": runtime.vault}, "2025Q4"
    decision = Decision(Grade.BASIC, (), SAID)
    who = session, cell.secretary, cell.file, quarter
    deciding.decide(*who, decision, now, rules=rules, **both)
    showing.show(session, cell.secretary, quarter, [cell.file], now, **both)
    said = {"channel": Channel.CHAT, "vault": VAULT}
    answering.object_to(session, member, quarter, SAID, now, **said)
    showing.reply(*who, SAID, now, grade=Grade.QUALIFIED, revision=3, **both)


def clerks(runtime, app) -> Iterator[Clerk]:
    """Everybody at the console whose work is another."""
    for role in Role:
        with runtime.db.transaction() as session:
            person, staff, token = a_clerk(session, runtime, role, "D")
        client = app.test_client()
        client.set_cookie("console", token)
        yield Clerk(client, person, staff)


def written(runtime) -> str:
    """Return every table that can be exported, row by row, with names whole."""
    now = runtime.now()
    with runtime.db.reading() as session:
        area = tree.root(session)
        span = Span(date(2026, 1, 1), date(2026, 12, 31))
        wanted = Wanted(area, span, None, True, now)
        names = Names(runtime.vault, whole=True)
        made = [
            table.rows(session, wanted, names)
            for table in TABLES.values()
            if table.name != "roster"
        ]
        return "\n".join(repr(row) for rows in made for row in rows)


PLACES = (
    "/",
    "/ledgers",
    "/figures",
    "/figures/unmet",
    "/exports",
    "/people",
    "/audit",
    "/outbox",
    "/notice-figures",
    "/approvals",
    "/posts",
    "/jobs",
)


def test_nothing_of_a_member_stands_anywhere_else(
    app, runtime, settings, clock, cell, device, log
) -> None:
    phone = device()
    errors = lived(runtime, app, settings, clock, cell, phone)

    assert found(stored(runtime)) == []
    assert found(log.getvalue()) == []
    assert found("".join(errors)) == []
    assert found(written(runtime)) == []
    # an example of another call has these digits
    assert set(found(str(app.extensions["openapi"]()))) <= {PHONE[3:]}
    metrics = app.test_client().get("/metrics").get_data(as_text=True)
    assert found(metrics) == []
    assert "party_" not in metrics.replace("party.", "")
    for clerk in clerks(runtime, app):
        shown = "".join(
            clerk.get(path, follow_redirects=True).get_data(as_text=True) for path in PLACES
        )
        for words in (NAME, PHONE):
            page = clerk.get("/search", query_string={"words": words}).get_data(as_text=True)
            shown += page.replace(words, "")
        if clerk.client and "支部工作" not in shown:
            assert found(shown) == []


def test_control_the_canary_is_found_where_it_may_be(
    app, runtime, settings, clock, cell, device, log
) -> None:
    phone = device()
    lived(runtime, app, settings, clock, cell, phone)

    assert found(phone.ask("GET", "/party/file").get_data(as_text=True))
    logging.getLogger("control").warning("it was %s", NAME)
    assert found(log.getvalue()) == [NAME, "金丝雀"]
    with runtime.db.transaction() as session:
        area = tree.root(session).id
        facts = {"name": NAME, "area_id": area, "outside": False, "created_at": runtime.now()}
        session.execute(insert(Branch.__table__).values(facts))
    assert found(stored(runtime)) == [NAME, "金丝雀"]


def test_the_posts_of_a_branch_are_apart_from_those_of_the_district(runtime, cell) -> None:
    with runtime.db.transaction() as session:
        reach = reaches.of(session, cell.secretary.person_id, runtime.now())

    assert reach.roles == {Role.BRANCH_SECRETARY}


GENERAL_TABLES = {"notice", "audit_entry", "inbound", "dialogue", "keyed_request"}


def test_no_table_of_others_names_a_file_or_says_what_was_told(
    app, runtime, settings, clock, cell, device
) -> None:
    """What others keep of this work are numbers of files in the trail, and that something waits."""
    phone = device()
    lived(runtime, app, settings, clock, cell, phone)

    with runtime.db.reading() as session:
        told = {
            table.name: [row for row in session.execute(select(table)) if "汇报" in repr(row)]
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("party_")
        }
    assert {name: rows for name, rows in told.items() if rows} == {}
    assert set(told) >= GENERAL_TABLES


def test_what_a_pack_takes_along_names_nobody(app, runtime, settings, clock, cell, device) -> None:
    lived(runtime, app, settings, clock, cell, device())
    now = runtime.now()
    with runtime.db.transaction() as session:
        crowds.busy(session, cell.branch, 12, "2026Q1", now, cell.contact.person_id, 4)
        how = {"rules": settings.reports, "vault": VAULT}
        quarter = Quarter(2026, 1)
        sums = figures.of(session, cell.secretary, quarter, now, **how)
        pack = contents.of(session, sums, ALL, windows.of(quarter, settings.reports), now)
        parcel = ZipFile(io.BytesIO(packing.packed(pack)))

    [workbook, paper] = [parcel.read(name) for name in sorted(parcel.namelist(), reverse=True)]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "应交汇报" in words
    assert found(words + repr(sheet.to_python()) + repr(parcel.namelist())) == []
