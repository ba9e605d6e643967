"""A file is reported, confirmed, told anew and ended; no machine calls anybody lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from config.reports import Reports
from server.party import by_hand, contacts, contents, desk, files, own, tasks, texts
from server.party.contacts import Touch
from server.party.contents import Facts
from server.party.desk import Due
from server.party.models import FileState, PartyFile, Way
from server.party.own import Moved
from server.party.refusals import (
    AgreementNeeded,
    BadDates,
    ChangedMeanwhile,
    ConsentWithdrawn,
    Listed,
    LooksLikeId,
    NameNeeded,
    NoSuchBranch,
    NothingSaid,
    NothingThere,
    NotKeeper,
    NotSilent,
    OtherState,
    TooFewAttempts,
    TooLong,
)
from server.party.reports import handing
from server.people.models import Channel, Person
from server.people.profile import BadPhone
from tests.factories import a_person
from tests.server.party.acts import (
    GENERAL,
    NAME,
    PHONE,
    PLACE,
    VAULT,
    a_branch,
    a_cell,
    a_file,
    facts,
    secretary,
)

RULES = Reports()
KEYS = {"vault": VAULT, "names": GENERAL}
CHAT = {"channel": Channel.CHAT, "vault": VAULT}


@pytest.fixture
def cell(session, now):
    return a_cell(session, now)


def stored(session, file_id) -> PartyFile:
    return session.get_one(PartyFile, file_id, populate_existing=True)


def test_reported_twice_it_is_one_file_and_one_new_person_without_a_name(session, now) -> None:
    branch = a_branch(session, now)
    who = secretary(session, branch, now)

    first, again = (a_file(session, who, branch, now) for _ in range(2))

    assert first is again
    assert first.state is FileState.REPORTED
    person = session.get_one(Person, first.person_id)
    assert (person.name, person.phone, person.phone_mark) == (None, None, None)


def test_what_is_kept_is_sealed_under_the_party_key_alone(session, now, cell) -> None:
    file = stored(session, cell.file)

    assert contents.opened(file, VAULT).place == PLACE
    for sealed in (file.name, file.phone, file.place, file.employer, file.reason):
        assert NAME.encode() not in sealed
        with pytest.raises(Exception, match="party_file"):
            GENERAL.open(sealed, f"party_file:{file.id}:name")
    with pytest.raises(Exception, match="party_file"):
        VAULT.open(file.name, f"party_file:{file.id + 1}:name")


def test_two_of_one_name_are_told_apart_by_their_numbers(session, now, cell) -> None:
    other = a_file(session, cell.secretary, cell.branch, now, phone="13800000000")

    assert other.id != cell.file
    with pytest.raises(Listed):
        a_file(session, cell.secretary, cell.branch, now, phone="")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"name": " "}, NameNeeded),
        ({"note": "身份证 14010619900101123X"}, LooksLikeId),
        ({"place": "１４０１０６ 19900101 1234"}, LooksLikeId),
        ({"employer": "140106-900101-123"}, LooksLikeId),
        ({"place": "路" * 101}, TooLong),
        ({"phone": "天天"}, BadPhone),
    ],
)
def test_what_no_file_may_hold_is_refused(session, now, cell, said, refused) -> None:
    with pytest.raises(refused):
        a_file(session, cell.secretary, cell.branch, now, **said)


@pytest.mark.parametrize("words", ["电话 13800000000", "晋A12345", "1号楼2单元303", "2026-03-09"])
def test_what_only_has_digits_in_it_may_stay(words) -> None:
    assert texts.checked(words, 100) == words


def test_days_lie_behind_us_and_in_order(session, now, cell) -> None:
    today = now.date()

    for days in (
        {"left_on": today + timedelta(days=2)},
        {"left_on": today, "arrived_on": today - timedelta(days=1)},
    ):
        with pytest.raises(BadDates):
            a_file(session, cell.secretary, cell.branch, now, **days)


def test_nobody_adds_to_a_branch_that_is_not_theirs(session, now, cell) -> None:
    stranger = secretary(session, a_branch(session, now), now)

    with pytest.raises(NoSuchBranch):
        a_file(session, stranger, cell.branch, now)
    with pytest.raises(NoSuchBranch):
        a_file(session, stranger, 999_999, now)


def test_the_table_itself_refuses_a_second_live_file(session, now, cell) -> None:
    other = a_file(session, cell.secretary, cell.branch, now, name="示例·别人")

    other.person_id = cell.member
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_member_agrees_confirms_and_says_once_that_they_moved(session, now, cell) -> None:
    own.agree(session, cell.member, now)
    own.confirm(session, cell.member, now)
    own.move(session, cell.member, Moved(place="示例路9号", phone="13711112222"), now, vault=VAULT)

    shown = own.show(session, cell.member, now, vault=VAULT)
    assert shown.agrees
    assert shown.file.state is FileState.ACTIVE
    assert (shown.facts.place, shown.facts.phone) == ("示例路9号", "+8613711112222")
    assert shown.facts.employer == facts().employer


def test_moving_to_nowhere_is_refused_and_keeps_what_stands(session, now, cell) -> None:
    for moved in (Moved(), Moved(place=" ", employer="")):
        with pytest.raises(NothingSaid):
            own.move(session, cell.member, moved, now, vault=VAULT)

    own.move(session, cell.member, Moved(place=" ", employer="示例公司"), now, vault=VAULT)
    facts_now = contents.opened(stored(session, cell.file), VAULT)
    assert (facts_now.place, facts_now.employer) == (PLACE, "示例公司")


def test_whoever_has_no_file_finds_nothing(session, now, cell) -> None:
    stranger = a_person(session, now)

    for deed in (own.agree, own.confirm, own.withdraw):
        with pytest.raises(NothingThere):
            deed(session, stranger, now)


def log(session, cell, now, **more):
    touch = Touch(**({"way": Way.PHONE} | more))
    return contacts.log(session, cell.contact, cell.file, touch, now, **CHAT)


def test_whoever_takes_consent_back_stops_what_is_new(session, now, cell) -> None:
    own.agree(session, cell.member, now)
    own.withdraw(session, cell.member, now)

    revision = stored(session, cell.file).revision
    for deed in (
        lambda: log(session, cell, now),
        lambda: files.correct(
            session, cell.secretary, cell.file, facts(), revision, now, vault=VAULT
        ),
        lambda: own.move(session, cell.member, Moved(place="示例"), now, vault=VAULT),
        lambda: own.confirm(session, cell.member, now),
    ):
        with pytest.raises(ConsentWithdrawn):
            deed()

    own.agree(session, cell.member, now)
    assert log(session, cell, now).reached


def test_control_with_consent_it_is_written_down(session, now, cell) -> None:
    own.agree(session, cell.member, now)

    assert log(session, cell, now).id


def test_the_desk_confirms_for_whoever_calls_and_has_heard_them_agree(session, now, cell) -> None:
    who = session, cell.secretary, cell.file, now
    with pytest.raises(AgreementNeeded):
        by_hand.activate(*who, agreed=False, channel=Channel.PHONE)

    for _ in range(2):
        by_hand.activate(*who, agreed=True, channel=Channel.PHONE)

    assert stored(session, cell.file).state is FileState.ACTIVE
    with pytest.raises(NotKeeper):
        by_hand.activate(session, cell.contact, cell.file, now, agreed=True, channel=Channel.PHONE)


def test_the_desk_puts_down_consent_given_anew_and_each_quarters_check(session, now, cell) -> None:
    def confirm(at) -> None:
        who = session, cell.secretary, cell.file, at
        by_hand.activate(*who, agreed=True, channel=Channel.PHONE)

    confirm(now)
    by_hand.withdraw(session, cell.secretary, cell.file, now)
    confirm(now)
    file = stored(session, cell.file)
    assert file.withdrawn_at is None
    revision = file.revision

    confirm(now)
    assert stored(session, cell.file).revision == revision
    confirm(later := now + timedelta(days=95))
    assert stored(session, cell.file).confirmed_at == later


def test_of_two_at_the_desk_the_later_one_sees_what_the_first_wrote(session, now, cell) -> None:
    who = session, cell.secretary, cell.file
    revision = stored(session, cell.file).revision
    files.correct(*who, facts(place="示例路2号"), revision, now, vault=VAULT)

    with pytest.raises(ChangedMeanwhile):
        files.correct(*who, facts(place="示例路3号"), revision, now, vault=VAULT)


def test_a_host_is_linked_and_a_file_ends_where_the_national_system_says(
    session, now, cell
) -> None:
    host = a_branch(session, now)
    for _ in range(2):
        files.link_host(session, cell.secretary, cell.file, host, now)
    assert stored(session, cell.file).host_id == host
    with pytest.raises(NoSuchBranch):
        files.link_host(session, cell.secretary, cell.file, cell.branch, now)

    for _ in range(2):
        files.end(session, cell.secretary, cell.file, FileState.TRANSFERRED, now)

    assert stored(session, cell.file).closed_at == now
    with pytest.raises(OtherState):
        files.end(session, cell.secretary, cell.file, FileState.RETURNED, now)
    with pytest.raises(NothingThere):
        own.show(session, cell.member, now, vault=VAULT)
    assert a_file(session, cell.secretary, cell.branch, now).id != cell.file


def try_in_vain(session, cell, now, days) -> None:
    for ago in range(days):
        day = (now - timedelta(days=ago)).date()
        for way in (Way.PHONE, Way.MESSAGE):
            log(session, cell, now, way=way, reached=False, day=day)


def test_contact_is_called_broken_by_a_person_after_three_days_of_tries(session, now, cell) -> None:
    long_ago(session, cell, now)
    try_in_vain(session, cell, now, 3)
    assert stored(session, cell.file).state is FileState.REPORTED

    with pytest.raises(NotKeeper):
        files.call_broken(session, cell.contact, cell.file, now, rules=RULES)
    for _ in range(2):
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)
    assert stored(session, cell.file).state is FileState.CONTACT_BROKEN

    files.resume(session, cell.secretary, cell.file, now)
    assert stored(session, cell.file).state is FileState.ACTIVE


def long_ago(session, cell, now) -> None:
    """Let the file be a year old: no report was handed in of any quarter since."""
    session.get_one(PartyFile, cell.file).reported_at = now - timedelta(days=365)
    session.flush()


def test_control_with_one_missed_report_tries_alone_do_not_do(session, now, cell) -> None:
    session.get_one(PartyFile, cell.file).reported_at = now - timedelta(days=120)
    session.flush()
    try_in_vain(session, cell, now, 3)

    with pytest.raises(NotSilent):
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)
    page = desk.members(session, cell.secretary, Due.BROKEN, now, rules=RULES, **KEYS)
    assert page.lines == []


def test_whoever_missed_two_quarters_and_is_not_reached_is_handed_to_the_secretary(
    session, now, cell
) -> None:
    def asked(reach) -> tuple[list[int], list[str]]:
        page = desk.members(session, reach, Due.BROKEN, now, rules=RULES, **KEYS)
        told = [task.title for task in tasks.broken(session, reach, now, 9)]
        return [line.file_id for line in page.lines], told

    long_ago(session, cell, now)
    try_in_vain(session, cell, now, 2)
    assert asked(cell.secretary) == ([], [])

    try_in_vain(session, cell, now, 3)

    listed, [title] = asked(cell.secretary)
    assert listed == [cell.file]
    assert "1人" in title
    assert NAME not in title
    assert asked(cell.contact) == ([cell.file], [])
    assert stored(session, cell.file).state is FileState.REPORTED


def test_a_quarter_that_was_excused_or_reported_is_not_missed(session, now, cell) -> None:
    long_ago(session, cell, now)
    try_in_vain(session, cell, now, 3)
    report = handing.begun(session, cell.file, "2025Q4", now)
    report.excuse, report.excused_at = b"sealed", now
    session.flush()

    with pytest.raises(NotSilent):
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)

    report.excuse, report.excused_at, report.number = None, None, 1
    session.flush()
    with pytest.raises(NotSilent):
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)


def test_control_two_days_do_not_do(session, now, cell) -> None:
    try_in_vain(session, cell, now, 2)

    with pytest.raises(TooFewAttempts) as refused:
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)

    assert refused.value.facts == {"needed": 3}


def test_whoever_was_reached_since_is_not_to_be_called_lost(session, now, cell) -> None:
    try_in_vain(session, cell, now, 3)
    log(session, cell, now, way=Way.VISIT)

    with pytest.raises(TooFewAttempts):
        files.call_broken(session, cell.secretary, cell.file, now, rules=RULES)


def test_the_desk_lists_by_what_is_due(session, now, cell) -> None:
    def listed(due: Due) -> list[int]:
        page = desk.members(session, cell.secretary, due, now, **KEYS, rules=Reports())
        return [line.file_id for line in page.lines]

    alone = a_file(session, cell.secretary, cell.branch, now, name="示例·无人").id
    assert listed(Due.TOUCH) == listed(Due.RECHECK) == listed(Due.ALL) == [cell.file, alone]
    log(session, cell, now)
    own.agree(session, cell.member, now)
    own.confirm(session, cell.member, now)

    assert listed(Due.TOUCH) == listed(Due.RECHECK) == listed(Due.NO_CONTACT) == [alone]
    assert listed(Due.ENDED) == []


def test_no_column_holds_what_no_file_may_hold() -> None:
    columns = set(PartyFile.__table__.columns.keys())

    assert not [name for name in columns if "id_" in name or "identity" in name or "paper" in name]
    assert set(Facts.__dataclass_fields__) <= columns


def test_a_number_is_found_by_its_mark_and_never_read(session, now, cell) -> None:
    wanted = contents.phone_mark(f"+86{PHONE}", VAULT)

    assert session.scalar(select(PartyFile.id).where(PartyFile.phone_mark == wanted)) == cell.file
    assert wanted != GENERAL.mark(f"+86{PHONE}", "phone")
