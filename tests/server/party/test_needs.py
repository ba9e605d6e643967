"""What members need: told once, open until it is solved in words that they see."""

from functools import partial

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from config.reports import Reports
from server.notices.models import Notice
from server.party import own
from server.party.joining import follow
from server.party.models import FileRead, FileState, Look, NeedSource, Office, PartyFile, PartyNeed
from server.party.needs import needs, tasks, views, words
from server.party.needs.needs import Told
from server.party.needs.refusals import NeedSolved, NoNeedTold
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    NotKeeper,
    TooLong,
    WordsNeeded,
)
from server.party.reports import reports
from server.people.models import Channel, Role
from tests.factories import a_person
from tests.server.party.acts import VAULT, a_cell, a_file, holder, seated
from tests.statements import asked_of

CROWD = 6
SAID = "孩子入学的材料还差一份"


@pytest.fixture
def cell(db, clock):
    with db.transaction() as session:
        return a_cell(session, clock.now())


def put_down(session, cell, now, said=SAID, reach=None) -> int:
    who = session, reach or cell.contact, cell.file, said, now
    return needs.put_down(*who, channel=Channel.PHONE, vault=VAULT)


def solve(session, cell, need_id, now, said="学校已收下材料", reach=None) -> int:
    who = session, reach or cell.contact, need_id, said, now
    return needs.solve(*who, vault=VAULT)


def mine(db, cell, now) -> list[views.Need]:
    with db.transaction() as session:
        return views.mine(session, cell.member, now, vault=VAULT)


def told(db) -> list[Notice]:
    with db.reading() as session:
        return list(session.scalars(select(Notice).where(Notice.kind == "office.note")))


def test_a_need_is_open_until_it_is_solved_in_words(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        need = put_down(session, cell, now)
    [one] = mine(db, cell, now)
    assert (one.words, one.source, one.channel) == (SAID, NeedSource.CONTACT, Channel.PHONE)
    assert (one.outcome, one.solved_at) == ("", None)

    for empty in ("", " \n "):
        with pytest.raises(WordsNeeded), db.transaction() as session:
            solve(session, cell, need, now, empty)
    with db.transaction() as session:
        assert solve(session, cell, need, now) == cell.file

    [one] = mine(db, cell, now)
    assert (one.outcome, one.solved_at) == ("学校已收下材料", now)
    assert [notice.person_id for notice in told(db)] == [cell.member]


def test_control_the_table_itself_refuses_a_need_solved_without_words(db, cell, clock) -> None:
    with db.transaction() as session:
        put_down(session, cell, clock.now())
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.execute(update(PartyNeed).values(solved_at=clock.now()))


def test_solved_twice_is_once_and_other_words_are_refused(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        need = put_down(session, cell, now)
        solve(session, cell, need, now)
        solve(session, cell, need, now)
    with pytest.raises(NeedSolved), db.transaction() as session:
        solve(session, cell, need, now, "另有说法", cell.secretary)
    assert len(told(db)) == 1


def test_one_that_comes_back_is_a_new_need(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        first = put_down(session, cell, now)
        solve(session, cell, first, now)
        again = put_down(session, cell, now)

    assert again != first
    assert [one.id for one in mine(db, cell, now)] == [again, first]


def test_the_same_words_told_at_once_are_one_need(db, cell, clock, race) -> None:
    now, file_id = clock.now(), cell.file
    told_so = (SAID, f"{SAID}。", f" {SAID} ！")

    def by_contact(session, number):
        return put_down(session, cell, now, told_so[number % 3])

    def by_letter(session):
        file = session.get_one(PartyFile, file_id, with_for_update=True)
        one = Told(SAID, NeedSource.LETTER, "2026", cell.member, Channel.CHAT)
        return needs.opened(session, file, one, now, vault=VAULT)

    got = race([by_letter, *(partial(by_contact, number=number) for number in range(CROWD))])

    assert len(set(got)) == 1
    assert len(mine(db, cell, now)) == 1


def test_control_without_the_mark_the_same_words_would_be_two_needs(
    db, cell, clock, monkeypatch
) -> None:
    marks = iter("ab")
    monkeypatch.setattr(words, "mark", lambda *_said: next(marks))
    with db.transaction() as session:
        put_down(session, cell, clock.now())
        put_down(session, cell, clock.now())

    assert len(mine(db, cell, clock.now())) == 2


def test_of_two_who_solve_at_once_one_writes_the_outcome(db, cell, clock, race) -> None:
    now = clock.now()
    with db.transaction() as session:
        need = put_down(session, cell, now)

    def solved(session, number):
        return solve(session, cell, need, now, f"第{number}种办法", cell.secretary)

    got = race([partial(solved, number=number) for number in range(CROWD)])

    assert sum(isinstance(each, NeedSolved) for each in got) == CROWD - 1
    assert mine(db, cell, now)[0].outcome.endswith("种办法")
    assert len(told(db)) == 1


@pytest.mark.parametrize(
    "said",
    [
        *("没有", "无", "没有。", "暂时没有", "暂无困难", "没什么困难，谢谢组织"),
        *("目前没有困难和请求", "没有什么需要支部帮忙的", "都好，没有", "无，一切都好"),
        *("—", ""),
    ],
)
def test_an_answer_that_tells_of_none_offers_nothing(said) -> None:
    assert not words.tells(said)


@pytest.mark.parametrize("said", [SAID, "没有住的地方", "没钱交房租", "无处可住", "想找工作"])
def test_an_answer_that_tells_of_one_is_seen(said) -> None:
    assert words.tells(said)


def test_the_need_of_a_report_is_taken_over_in_the_members_own_words(db, cell, clock) -> None:
    clock.advance(days=30)
    now, keys = clock.now(), {"rules": Reports(), "vault": VAULT}
    said = {"work": "在", "thought": "好", "life": "有", "needs": SAID}
    with db.transaction() as session:
        who = session, cell.member, "2026Q1", now
        reports.submit(*who, said=said | {"needs": "没有"}, channel=Channel.CHAT, **keys)
    take = partial(needs.from_report, vault=VAULT)
    with pytest.raises(NoNeedTold), db.transaction() as session:
        take(session, cell.contact, cell.file, "2026Q1", now)
    with db.transaction() as session:
        reports.submit(*(session, *who[1:]), said=said, channel=Channel.MINIPROGRAM, **keys)
        first = take(session, cell.contact, cell.file, "2026Q1", now)
        assert take(session, cell.secretary, cell.file, "2026Q1", now) == first

    [one] = mine(db, cell, now)
    assert (one.words, one.source, one.period) == (SAID, NeedSource.REPORT, "2026Q1")
    assert one.channel is Channel.MINIPROGRAM


def test_whoever_is_not_contact_nor_keeper_writes_nothing_down(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        need = put_down(session, cell, now)
        stranger = holder(session, now, Role.CONTACT_PERSON)
        committee = holder(session, now, Role.CONTACT_PERSON)
        seated(session, cell.branch, committee, Office.COMMITTEE, now)
    for reach, refusal in ((stranger, NothingThere), (committee, NotKeeper)):
        with pytest.raises(refusal), db.transaction() as session:
            put_down(session, cell, now, reach=reach)
        with pytest.raises(refusal), db.transaction() as session:
            solve(session, cell, need, now, reach=reach)
    with pytest.raises(NothingThere), db.transaction() as session:
        solve(session, cell, 999_999, now)
    with pytest.raises(NothingThere), db.transaction() as session:
        views.show(session, stranger, cell.file, now, vault=VAULT)
    with db.transaction() as session:
        assert not views.show(session, committee, cell.file, now, vault=VAULT).acts


def test_what_may_not_be_kept_is_refused(db, cell, clock) -> None:
    for said, refusal in (("证号14010619900101123X", LooksLikeId), ("要" * 3_000, TooLong)):
        with pytest.raises(refusal), db.transaction() as session:
            put_down(session, cell, clock.now(), said)


def test_consent_taken_back_stops_needs_too(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        need = put_down(session, cell, now)
        own.withdraw(session, cell.member, now)
    for deed in (lambda session: put_down(session, cell, now), lambda s: solve(s, cell, need, now)):
        with pytest.raises(ConsentWithdrawn), db.transaction() as session:
            deed(session)
    with db.transaction() as session:
        assert views.listed(session, cell.secretary, now, vault=VAULT).lines == []


def test_a_list_notes_each_file_once_and_asks_as_often_for_many(db, cell, clock) -> None:
    now, asked = clock.now(), asked_of(db)
    with db.transaction() as session:
        put_down(session, cell, now)
    with asked() as few, db.transaction() as session:
        views.listed(session, cell.secretary, now, vault=VAULT)
    with db.transaction() as session:
        for number in range(70):
            put_down(session, cell, now, f"第{number}件事", cell.secretary)
        for number in range(10):
            told = {"name": "示例·多", "phone": f"138000001{number:02}"}
            file = a_file(session, cell.secretary, cell.branch, now, **told)
            who = session, cell.secretary, file.id, SAID, now
            needs.put_down(*who, channel=Channel.PAPER, vault=VAULT)

    pages, after = [], 0
    while not pages or after:
        with asked() as many, db.transaction() as session:
            page = views.listed(session, cell.secretary, now, after=after, vault=VAULT)
        assert len(many) == len(few)
        pages.append(page)
        after = page.after

    assert [len(page.lines) for page in pages] == [50, 31]
    assert pages[0].lines[0].need.words == SAID
    with db.reading() as session:
        looked = FileRead.reader_id == cell.secretary.person_id, FileRead.part == Look.NEED
        assert session.scalar(select(func.count()).where(*looked)) == 1 + 1 + 11


def test_solved_ones_are_listed_the_latest_first(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        for said in ("甲事", "乙事", "丙事"):
            need = put_down(session, cell, now, said)
            if said != "乙事":
                solve(session, cell, need, now)
        page = views.listed(session, cell.contact, now, solved=True, vault=VAULT)

    assert [line.need.words for line in page.lines] == ["丙事", "甲事"]
    with db.transaction() as session:
        before = page.lines[0].need.id
        page = views.listed(session, cell.contact, now, solved=True, after=before, vault=VAULT)
    assert [line.need.words for line in page.lines] == ["甲事"]


def test_one_task_tells_how_many_and_not_who_and_sets_no_day(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        put_down(session, cell, now)
        committee = holder(session, now, Role.CONTACT_PERSON)
        seated(session, cell.branch, committee, Office.COMMITTEE, now)
    with db.reading() as session:
        for reach in (cell.contact, cell.secretary):
            [task] = tasks.waiting(session, reach, now, 5)
            assert (task.title, task.due_at) == ("困难和请求：还有1件没办好", None)
        assert tasks.waiting(session, committee, now, 5) == []


def test_needs_go_over_when_two_accounts_prove_to_be_one(db, cell, clock) -> None:
    now = clock.now()
    with db.transaction() as session:
        put_down(session, cell, now)
        other = a_file(session, cell.secretary, cell.branch, now, name="示例·同人", phone="")
        other.person_id, other.state = a_person(session, now), FileState.ACTIVE
        session.flush()
        for said in (SAID, "另一件事"):
            who = session, cell.secretary, other.id, said, now
            needs.put_down(*who, channel=Channel.PHONE, vault=VAULT)
        follow(session, cell.member, other.person_id, now)
        session.execute(update(PartyFile).values(person_id=cell.member))

    assert {one.words for one in mine(db, cell, now)} == {SAID, "另一件事"}
    assert len(mine(db, cell, now)) == 2
