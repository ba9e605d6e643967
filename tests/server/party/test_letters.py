"""The letter of a year: its facts, the branch's words, sent once, read and answered."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from config.reports import Reports
from config.wording import LOCAL
from server.notices.models import Notice
from server.party import contacts, files, own
from server.party.contacts import Touch
from server.party.joining import follow
from server.party.letters import answering, desk, facts, letters, reading, sending, writing, years
from server.party.letters.answering import THANKS, Answer
from server.party.letters.letters import Letter
from server.party.letters.refusals import LetterGone, NotOfBranch, NotSentYet, OtherYear, OwnLetter
from server.party.letters.words import Words
from server.party.models import (
    FileRead,
    FileState,
    Look,
    Office,
    PartyFile,
    PartyLetter,
    PartyReport,
    PartyReview,
    ReviewState,
    Way,
)
from server.party.needs import needs, views
from server.party.refusals import (
    ChangedMeanwhile,
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    WordsNeeded,
)
from server.party.reports import reports
from server.people.models import Channel, Role
from tests.factories import a_person
from tests.server.party.acts import (
    NAME,
    VAULT,
    a_branch,
    a_cell,
    a_file,
    given_to,
    holder,
    seated,
    secretary,
)
from tests.statements import asked_of

KEYS: dict[str, Any] = {"rules": Reports(), "vault": VAULT}
YEAR = 2026
SAID = Words("这一年您辛苦了。\n父母身体都好。", "合格")
CROWD = 6


def shanghai(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LOCAL).astimezone(UTC)


@pytest.fixture
def cell(db, clock):
    """A branch whose member has been there since March; it is December."""
    with db.transaction() as session:
        made = a_cell(session, clock.now())
    clock.set(shanghai(2026, 12, 10))
    return made


def write(session, cell, now, said=SAID, revision=0, reach=None, year=YEAR) -> None:
    who = session, reach or cell.secretary, cell.file, year
    writing.write(*who, said, revision, now, vault=VAULT)


def look(session, cell, now, reach=None, year=YEAR) -> desk.Sheet:
    return desk.show(session, reach or cell.secretary, cell.file, year, now, **KEYS)


def send(session, cell, now, seen=None, reach=None) -> None:
    mark = seen or look(session, cell, now, reach).seen
    sending.send(session, reach or cell.secretary, cell.file, YEAR, mark, now, **KEYS)


def answer(session, cell, now, words, *, asks=False, channel=Channel.CHAT) -> Letter:
    told = Answer(words, channel, asks)
    return answering.answer(session, cell.member, YEAR, told, now, vault=VAULT)


def mine(db, cell, now) -> list[Letter]:
    with db.transaction() as session:
        return reading.mine(session, cell.member, now, vault=VAULT)


def row(db) -> PartyLetter:
    with db.reading() as session:
        return session.scalars(select(PartyLetter)).one()


def told(db, kind="office.note") -> list[int]:
    with db.reading() as session:
        rows = select(Notice.person_id).where(Notice.kind == kind).order_by(Notice.id)
        return list(session.scalars(rows))


@pytest.fixture
def letter(db, cell, clock):
    """A letter that was sent."""
    with db.transaction() as session:
        write(session, cell, clock.now())
        send(session, cell, clock.now())


def test_a_years_letter_begins_on_its_first_of_december_in_shanghai() -> None:
    begins = datetime(2026, 11, 30, 16, tzinfo=UTC)

    assert years.latest(begins - timedelta(milliseconds=1)) == 2025
    assert list(years.written(begins)) == [2026, 2025, 2024]


def test_control_by_utc_it_would_begin_eight_hours_late(monkeypatch) -> None:
    monkeypatch.setattr(years, "LOCAL", UTC)

    assert years.latest(datetime(2026, 11, 30, 16, tzinfo=UTC)) == 2025


def test_no_letter_is_written_too_early_or_for_a_year_without_a_file(db, cell, clock) -> None:
    early = shanghai(2026, 11, 30, 23)
    for year, now in ((2026, early), (2025, clock.now()), (1999, early), (2027, clock.now())):
        with pytest.raises(OtherYear), db.transaction() as session:
            write(session, cell, now, year=year)


def test_the_facts_of_a_year_are_told_kindly(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        a_year_of_deeds(session, cell, now)
        told = look(session, cell, now).letter.facts

    assert told["to"] == NAME
    assert told["reports"] == (
        "第1季度按时交了；第2季度补交了，一样算；第3季度有原因，不用交；第4季度还没到截止的时候"
    )
    assert told["contacts"] == "联系上您2次，最近是12月9日（见面走访）"
    assert told["reviews"] == "第1季度合格"
    assert told["needs"] == "您提过2件，办好1件。“孩子入学”：已经入学；“租房”还在办"
    assert "service" not in told


def a_year_of_deeds(session, cell, now) -> None:
    for quarter, number, late in (("2026Q1", 1, False), ("2026Q2", 1, True), ("2026Q3", 0, False)):
        report = PartyReport(
            file_id=cell.file, quarter=quarter, number=number, late=late, step=0, changed_at=now
        )
        if not number:
            report.excused_at, report.excuse = now, b"why"
        session.add(report)
    for quarter, state in (("2026Q1", ReviewState.FINAL), ("2026Q2", ReviewState.SHOWN)):
        review = PartyReview(
            file_id=cell.file,
            quarter=quarter,
            state=state,
            content=b"",
            decided_by=cell.secretary.person_id,
            decided_at=now,
            revision=1,
        )
        session.add(review)
        session.flush()
        place = f"party_review:{review.id}:content"
        review.content = VAULT.seal('{"grade": "qualified"}', place)
    how = {"channel": Channel.CHAT, "vault": VAULT}
    for touch in (
        Touch(Way.PHONE, day=date(2026, 10, 20)),
        Touch(Way.PHONE, day=date(2026, 12, 9)),
        Touch(Way.VISIT, day=date(2026, 12, 9)),
        Touch(Way.PHONE, reached=False, day=date(2026, 12, 10)),
    ):
        contacts.log(session, cell.contact, cell.file, touch, now, **how)
    for said in ("孩子入学", "租房"):
        who = session, cell.contact, cell.file, said, now
        need = needs.put_down(*who, channel=Channel.PHONE, vault=VAULT)
        if said == "孩子入学":
            needs.solve(session, cell.contact, need, "已经入学", now, vault=VAULT)


def test_a_year_in_which_nothing_happened_reproaches_nobody(db, cell, clock) -> None:
    later = shanghai(2027, 2, 1)
    with db.transaction() as session:
        told = look(session, cell, later).letter.facts

    missed = (f"第{number}季度没有收到" for number in range(2, 5))
    assert told["reports"] == "；".join(("第1季度免交", *missed))
    assert told["contacts"] == "这一年没能联系上您，我们会改进"
    assert not {"reviews", "service", "needs"} & set(told)


def test_what_works_beside_this_one_know_stands_in_the_letter(db, cell, clock, monkeypatch) -> None:
    monkeypatch.setattr(facts, "SERVICE", [lambda *_told: {cell.member: "12次，26.5小时"}])
    with db.transaction() as session:
        assert look(session, cell, clock.now()).letter.facts["service"] == "12次，26.5小时"


def test_words_are_kept_with_their_paragraphs_and_nobody_writes_over_them_unseen(
    db, cell, clock
) -> None:
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now)
        write(session, cell, now)
        assert look(session, cell, now).letter.said == SAID
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        write(session, cell, now, Words("别的话"))
    with db.transaction() as session:
        write(session, cell, now, Words("别的话"), revision=1)
        sheet = look(session, cell, now)

    assert (sheet.letter.said, sheet.letter.revision) == (Words("别的话"), 2)
    assert sheet.state is desk.State.WRITTEN
    for said, refusal in ((Words(" "), WordsNeeded), (Words("证14010619900101123X"), LooksLikeId)):
        with pytest.raises(refusal), db.transaction() as session:
            write(session, cell, now, said, revision=2)


def test_who_writes_a_letter_and_who_may_not(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        host = a_branch(session, now)
        files.link_host(session, cell.secretary, cell.file, host, now)
        committee = holder(session, now, Role.CONTACT_PERSON)
        seated(session, host, committee, Office.COMMITTEE, now)
        officer = holder(session, now, Role.PARTY_DATA_OFFICER)
        stranger = secretary(session, a_branch(session, now), now)
    for number, reach in enumerate((cell.secretary, committee, officer)):
        with db.transaction() as session:
            write(session, cell, now, Words(f"第{number}次"), number, reach)
            assert look(session, cell, now, reach).writes
    for reach, refusal in ((cell.contact, NotOfBranch), (stranger, NothingThere)):
        with pytest.raises(refusal), db.transaction() as session:
            write(session, cell, now, SAID, 3, reach)
        with pytest.raises(refusal), db.transaction() as session:
            send(session, cell, now, "seen", reach)


def test_until_it_is_sent_only_its_writers_see_it(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now)
        sheet = look(session, cell, now, cell.contact)
        assert reading.mine(session, cell.member, now, vault=VAULT) == []
    assert (sheet.shown, sheet.writes, sheet.letter.said, sheet.letter.facts) == (
        False,
        False,
        letters.NEW,
        {},
    )
    with pytest.raises(NotSentYet), db.transaction() as session:
        reading.sent(session, cell.contact, cell.file, YEAR, now, vault=VAULT)


def test_nobody_writes_to_themselves_nor_sees_what_is_written_to_them(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        other = secretary(session, a_branch(session, now), now)
        write(session, cell, now)
        given_to(session, cell.file, cell.secretary.person_id)
    with db.transaction() as session:
        sheet = look(session, cell, now)
        assert (sheet.shown, sheet.writes) == (False, False)
        assert sending.send_all(session, cell.secretary, cell.branch, YEAR, now, **KEYS) == 0
    for deed in (write, partial(send, seen="seen")):
        with pytest.raises(OwnLetter), db.transaction() as session:
            deed(session, cell, now)
    assert other


def test_a_letter_is_sent_as_it_was_looked_at_or_not_at_all(db, cell, clock) -> None:
    now = clock.now()
    with pytest.raises(WordsNeeded), db.transaction() as session:
        send(session, cell, now)
    with db.transaction() as session:
        write(session, cell, now)
        seen = look(session, cell, now).seen
        who = session, cell.contact, cell.file, "租房", now
        needs.put_down(*who, channel=Channel.PHONE, vault=VAULT)
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        send(session, cell, now, seen)

    with db.transaction() as session:
        known = look(session, cell, now).letter
        send(session, cell, now)
    [sent] = mine(db, cell, now)
    assert (sent.facts, sent.said) == (known.facts, known.said)


def test_what_was_sent_is_frozen(db, cell, clock, letter) -> None:
    now = clock.now()
    [before] = mine(db, cell, now)
    with db.transaction() as session:
        a_year_of_deeds(session, cell, now)
        session.get_one(PartyFile, cell.file).name_mark = "other"
    with pytest.raises(LetterGone), db.transaction() as session:
        write(session, cell, now, Words("改"), 2)
    with db.transaction() as session:
        send(session, cell, now, "whatever was seen")

    assert mine(db, cell, now) == [before]
    with db.transaction() as session:
        assert look(session, cell, now).letter.facts == before.facts


def test_of_two_who_send_at_once_one_sends_and_the_member_is_told_once(
    db, cell, clock, race
) -> None:
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now)
        seen = look(session, cell, now).seen

    def all_at_once(session):
        return sending.send_all(session, cell.secretary, cell.branch, YEAR, now, **KEYS)

    got = race([partial(send, cell=cell, now=now, seen=seen), all_at_once] * 3)

    assert sum(each or 0 for each in got if isinstance(each, int)) <= 1
    assert row(db).revision == 2
    assert told(db) == [cell.member]
    # in March, when they became the contact, and now
    assert told(db, "office.message").count(cell.contact.person_id) == 2


def test_control_without_the_condition_facts_would_be_frozen_twice(
    db, cell, clock, monkeypatch
) -> None:
    monkeypatch.setattr(sending, "_unsent", lambda row: (PartyLetter.id == row.id,))
    monkeypatch.setattr(sending.telling, "member", lambda *_told, **_how: True)
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now)
        file, known = session.get_one(PartyFile, cell.file), letters.of(session, cell.file, YEAR)
        session.expunge(known)
        go = partial(sending._go, session, cell.secretary, file, known)
        assert go({"to": "甲"}, now, VAULT)
        assert go({"to": "乙"}, now, VAULT)

    assert mine(db, cell, now)[0].facts == {"to": "乙"}


def test_all_that_is_written_goes_with_one_click(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now)
        many = [
            a_file(
                session, cell.secretary, cell.branch, now, name="示例·多", phone=f"1380000010{n}"
            )
            for n in range(4)
        ]
        for file in many[:3]:
            who = session, cell.secretary, file.id, YEAR
            writing.write(*who, SAID, 0, now, vault=VAULT)
        own.withdraw(session, many[0].person_id, now)

    with db.transaction() as session:
        assert sending.send_all(session, cell.contact, cell.branch, YEAR, now, **KEYS) == 0
    with db.transaction() as session:
        assert sending.send_all(session, cell.secretary, cell.branch, YEAR, now, **KEYS) == 3
    with db.transaction() as session:
        assert sending.send_all(session, cell.secretary, cell.branch, YEAR, now, **KEYS) == 0
    assert set(told(db)) == {cell.member, many[1].person_id, many[2].person_id}
    with pytest.raises(OtherYear), db.transaction() as session:
        sending.send_all(session, cell.secretary, cell.branch, 2027, now, **KEYS)


def test_facts_of_many_take_as_many_statements_as_of_one(db, cell, clock) -> None:
    now, asked = clock.now(), asked_of(db)
    with db.transaction() as session:
        many = [
            a_file(
                session, cell.secretary, cell.branch, now, name="示例·多", phone=f"1380000010{n}"
            )
            for n in range(5)
        ]
        session.flush()
        with asked() as few:
            facts.gather(session, many[:1], YEAR, now, **KEYS)
        with asked() as more:
            facts.gather(session, many, YEAR, now, **KEYS)

    assert len(more) == len(few) == 5 + len(facts.SERVICE)


def test_the_list_of_a_year_tells_how_far_each_letter_has_come(db, cell, clock) -> None:
    now, asked, later = clock.now(), asked_of(db), clock.now() + timedelta(days=1)
    list_ = partial(desk.listed, vault=VAULT)
    steps = [
        (lambda _session: None, "unwritten"),
        (lambda session: write(session, cell, now), "written"),
        (lambda session: send(session, cell, now), "sent"),
        (lambda session: reading.mine(session, cell.member, later, vault=VAULT), "read"),
        (lambda session: answer(session, cell, later, THANKS), "answered"),
    ]
    for deed, becomes in steps:
        with db.transaction() as session:
            deed(session)
        with asked() as few, db.transaction() as session:
            [line] = list_(session, cell.secretary, cell.branch, YEAR, now).lines
        assert (line.name, line.state) == (NAME, becomes)

    with db.transaction() as session:
        for number in range(60):
            told = {"name": "示例·多", "phone": f"138000001{number:02}"}
            a_file(session, cell.secretary, cell.branch, now, **told)
    with asked() as many, db.transaction() as session:
        page = list_(session, cell.secretary, cell.branch, YEAR, now)
        rest = list_(session, cell.secretary, 0, YEAR, now, after=page.after)
    assert len(many) == 2 * len(few)
    assert (len(page.lines), len(rest.lines), rest.after) == (50, 11, None)
    with db.transaction() as session:
        assert list_(session, cell.secretary, 0, 2025, now).lines == []


def test_the_first_look_is_kept(db, cell, clock, letter) -> None:
    first = clock.now() + timedelta(days=1)
    mine(db, cell, first)
    mine(db, cell, first + timedelta(days=1))

    assert row(db).read_at == first
    with db.reading() as session:
        own_looks = FileRead.part == Look.LETTER, FileRead.reader_id == cell.member
        assert len(session.scalars(select(FileRead.id).where(*own_looks)).all()) == 2


def test_an_answer_keeps_by_which_door_it_came(db, cell, clock, letter) -> None:
    now = clock.now()
    with db.transaction() as session:
        answer(session, cell, now, THANKS)
        one = answer(session, cell, now, "明年想回村里看看", channel=Channel.MINIPROGRAM)
    assert (one.answer, one.channel) == ("明年想回村里看看", Channel.MINIPROGRAM)

    with db.transaction() as session:
        sheet = look(session, cell, now, cell.contact)
        told = Answer("电话里说：过年回来", Channel.PHONE)
        who = session, cell.contact, cell.file, YEAR, told
        answering.put_down(*who, sheet.letter.revision, now, vault=VAULT)
    [one] = mine(db, cell, now)
    assert (one.answer, one.channel) == ("电话里说：过年回来", Channel.PHONE)


def test_the_same_answer_twice_is_one(db, cell, clock, letter) -> None:
    now = clock.now()
    for later in (now, now + timedelta(hours=1)):
        with db.transaction() as session:
            answer(session, cell, later, "想租房", asks=True)

    assert (row(db).revision, row(db).answered_at) == (3, now)
    with db.transaction() as session:
        [need] = views.mine(session, cell.member, now, vault=VAULT)
    assert (need.words, need.source, need.period) == ("想租房", "letter", "2026")


def test_an_answer_and_a_correction_at_once_leave_one_and_no_mixture(
    db, cell, clock, letter, race
) -> None:
    now = clock.now()
    with db.transaction() as session:
        seen = look(session, cell, now, cell.contact).letter.revision

    def by_phone(session):
        told = Answer("电话里的话", Channel.PHONE)
        who = session, cell.contact, cell.file, YEAR, told, seen, now
        return answering.put_down(*who, vault=VAULT)

    def by_chat(session, words):
        return answer(session, cell, now, words)

    got = race([by_phone, partial(by_chat, words="先说的"), partial(by_chat, words="后说的")])

    found = row(db)
    [one] = mine(db, cell, now)
    assert isinstance(got[0], ChangedMeanwhile | None)
    assert (one.answer, one.channel) in {("先说的", Channel.CHAT), ("后说的", Channel.CHAT)}
    assert found.revision == 2 + sum(not isinstance(each, ChangedMeanwhile) for each in got)


def test_control_without_the_revision_a_members_own_words_would_be_lost(
    db, cell, clock, letter, monkeypatch
) -> None:
    now, told = clock.now(), Answer("电话里的话", Channel.PHONE)
    with db.transaction() as session:
        answer(session, cell, now, "自己说的")
    who = cell.contact, cell.file, YEAR, told, 2, now
    with pytest.raises(ChangedMeanwhile), db.transaction() as session:
        answering.put_down(session, *who, vault=VAULT)
    assert mine(db, cell, now)[0].answer == "自己说的"

    monkeypatch.setattr(answering, "_still", lambda row, _revision: (PartyLetter.id == row.id,))
    with db.transaction() as session:
        answering.put_down(session, *who, vault=VAULT)
    assert mine(db, cell, now)[0].answer == "电话里的话"


def test_whoever_has_no_letter_finds_nothing(db, cell, clock) -> None:
    now = clock.now()
    for year in (YEAR, 1999):
        with pytest.raises(NothingThere), db.transaction() as session:
            reading.one(session, cell.member, year, now, vault=VAULT)
    with pytest.raises(NothingThere), db.transaction() as session:
        answer(session, cell, now, THANKS)
    told = Answer(THANKS, Channel.PHONE)
    with pytest.raises(NotSentYet), db.transaction() as session:
        answering.put_down(session, cell.contact, cell.file, YEAR, told, 0, now, vault=VAULT)
    with pytest.raises(NothingThere), db.transaction() as session:
        reading.mine(session, cell.secretary.person_id, now, vault=VAULT)


def test_consent_taken_back_stops_letters_and_answers(db, cell, clock, letter) -> None:
    now = clock.now()
    with db.transaction() as session:
        own.withdraw(session, cell.member, now)
    for deed in (
        lambda session: answer(session, cell, now, THANKS),
        lambda session: write(session, cell, now, Words("再写"), 2),
    ):
        with pytest.raises(ConsentWithdrawn), db.transaction() as session:
            deed(session)
    assert len(mine(db, cell, now)) == 1


def test_letters_go_over_when_two_accounts_prove_to_be_one(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        write(session, cell, now, Words("没发的"))
        other = a_file(session, cell.secretary, cell.branch, now, name="示例·同人", phone="")
        other.person_id = a_person(session, now)
        session.get_one(PartyFile, cell.file).state = FileState.ACTIVE
        session.flush()
        who = session, cell.secretary, other.id, YEAR
        writing.write(*who, Words("发了的"), 0, now, vault=VAULT)
        seen = desk.show(*who, now, **KEYS).seen
        sending.send(*who, seen, now, **KEYS)
        follow(session, cell.member, other.person_id, now)
        session.execute(update(PartyFile).values(person_id=cell.member))

    assert [one.said.words for one in mine(db, cell, now)] == ["发了的"]


def test_a_quarter_whose_report_was_handed_in_stands_in_the_letter(db, cell, clock) -> None:
    said = {"work": "在", "thought": "好", "life": "有", "needs": "没有"}
    keys = {"said": said, "channel": Channel.CHAT} | KEYS
    with db.transaction() as session:
        reports.submit(session, cell.member, "2026Q4", shanghai(2026, 12, 20), **keys)
        told = look(session, cell, shanghai(2026, 12, 21)).letter.facts
    assert told["reports"].endswith("第4季度按时交了")
