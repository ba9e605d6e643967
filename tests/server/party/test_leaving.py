"""Two accounts that prove to be one, a member who is forgotten, a copy of one's own data."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server import retention
from server.models import Base
from server.party import by_hand, contacts, files, forgetting, own
from server.party.contacts import Touch
from server.party.joining import TwoFiles
from server.party.models import Contact, FileState, PartyFile, Way
from server.people import copies, erasing, joining, linking, tombstones
from server.people.models import Channel, Person
from server.people.vault import Vault
from tests.factories import a_person
from tests.server.party import crowds
from tests.server.party.acts import (
    EMPLOYER,
    GENERAL,
    NAME,
    PLACE,
    VAULT,
    a_branch,
    a_cell,
    a_file,
    given_to,
    looks,
    secretary,
)

OF_PARTY = [table for table in Base.metadata.sorted_tables if table.name.startswith("party_")]


@pytest.fixture
def cell(session, now):
    return a_cell(session, now)


def live(session, person) -> list[int]:
    mine = PartyFile.person_id == person, PartyFile.closed_at.is_(None)
    return list(session.scalars(select(PartyFile.id).where(*mine)))


def test_a_member_joins_their_file_with_a_code_of_their_branch(session, now, cell) -> None:
    zhao = a_person(session, now)
    who = session, cell.secretary, cell.file, now
    code = by_hand.offer_code(*who, vault=GENERAL).code

    keep = linking.redeem(session, zhao, code, now, vault=GENERAL)

    assert own.show(session, keep, now, vault=VAULT).facts.place == PLACE


def test_two_files_of_one_branch_become_one_and_keep_the_contact(session, now, cell) -> None:
    zhao = a_file(session, cell.secretary, cell.branch, now, name="示例·小金").person_id
    own.agree(session, zhao, now)
    own.confirm(session, zhao, now)
    [kept] = live(session, zhao)

    keep = joining.join(session, cell.member, zhao, now)

    assert live(session, keep) == [kept]
    named = Contact.file_id == kept, Contact.until.is_(None)
    assert session.scalar(select(Contact.contact_id).where(*named)) == cell.contact.person_id


def test_consent_taken_back_stays_taken_back_when_two_become_one(session, now, cell) -> None:
    zhao = a_file(session, cell.secretary, cell.branch, now, name="示例·小金").person_id
    own.withdraw(session, zhao, now)

    keep = joining.join(session, cell.member, zhao, now)

    assert not own.show(session, keep, now, vault=VAULT).agrees
    assert session.get_one(PartyFile, cell.file).withdrawn_at == now


def test_files_of_two_branches_are_for_people_to_settle(session, now, cell) -> None:
    other = a_cell(session, now)

    with pytest.raises(TwoFiles):
        joining.join(session, cell.member, other.member, now)

    files.end(session, other.secretary, other.file, FileState.RETURNED, now)
    assert live(session, joining.join(session, cell.member, other.member, now)) == [cell.file]


def left_of(session, person: int) -> dict[str, int]:
    """Return how many rows of our tables still name a person."""
    found = {}
    for table in OF_PARTY:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                count = session.scalar(
                    select(func.count()).select_from(table).where(column == person)
                )
                if count:
                    found[f"{table.name}.{column.name}"] = count
    return found


def told(session, cell, now) -> None:
    own.agree(session, cell.member, now)
    touch, how = Touch(Way.PHONE, note="金丝雀"), {"channel": Channel.CHAT, "vault": VAULT}
    contacts.log(session, cell.contact, cell.file, touch, now, **how)
    own.show(session, cell.member, now, vault=VAULT)
    by = cell.contact.person_id
    crowds.report(session, cell.file, "2026Q1", now, words="金丝雀")
    crowds.review(session, cell.file, "2026Q1", by, now, words="金丝雀")
    crowds.need(session, cell.file, by, now, words="金丝雀", solved=True)
    crowds.letter(session, cell.file, by, now, words="金丝雀")


OF_A_FILE = [
    *(table for table in OF_PARTY if "file_id" in table.columns),
    Base.metadata.tables["party_report_revision"],
]


def kept_of_files(session) -> dict[str, int]:
    """Return how many rows of which tables hang on files, or on what hangs on them."""
    many = {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in OF_A_FILE
    }
    return {name: count for name, count in many.items() if count}


def test_a_member_who_is_forgotten_leaves_nothing(session, now, cell) -> None:
    told(session, cell, now)
    assert left_of(session, cell.member)

    # without the party key: to forget takes none
    erasing.erase(session, cell.member, now, channel=Channel.CHAT, vault=_general_alone())

    assert left_of(session, cell.member) == {}
    assert kept_of_files(session) == {}
    assert looks(session, cell.file) == 0
    assert session.scalar(select(func.count()).select_from(PartyFile)) == 0


def test_control_without_the_follower_the_file_would_stay(session, now, cell, monkeypatch) -> None:
    others = [each for each in erasing.FOLLOWERS if each is not forgetting.forget]
    monkeypatch.setattr(erasing, "FOLLOWERS", others)

    erasing.erase(session, cell.member, now, channel=Channel.CHAT, vault=GENERAL)

    assert left_of(session, cell.member) != {}


def test_a_contact_who_is_forgotten_stays_as_a_number_with_what_they_did(
    session, now, cell
) -> None:
    told(session, cell, now)

    erasing.erase(session, cell.contact.person_id, now, channel=Channel.CHAT, vault=GENERAL)

    active = select(Contact.id).where(Contact.file_id == cell.file, Contact.until.is_(None))
    assert session.scalar(active) is None
    assert own.contact(session, cell.member, now, vault=GENERAL) is None


def test_a_restored_backup_forgets_again(runtime) -> None:
    now, vault = runtime.now(), runtime.vault
    with runtime.db.transaction() as session:
        cell = a_cell(session, now)
        told(session, cell, now)
        assert len(kept_of_files(session)) == len(OF_A_FILE)
        met = session.get_one(Person, cell.member).created_at
    stone = {
        "person": cell.member,
        "state": "done",
        "channel": "chat",
        "at": now.isoformat(),
        "due_at": now.isoformat(),
        "met_at": met.isoformat(),
        "accounts": [],
    }

    tombstones.apply(runtime, tombstones.read([stone]))

    with runtime.db.reading() as session:
        assert left_of(session, cell.member) == {}
        assert kept_of_files(session) == {}
    assert vault


def words_of(copy) -> str:
    return json.dumps(copy.sections, ensure_ascii=False, default=str)


def test_ones_own_copy_holds_ones_file_and_the_desks_copy_does_not(session, now, cell) -> None:
    told(session, cell, now)
    before = looks(session, cell.file)

    mine = copies.make(session, cell.member, now, vault=GENERAL, own=True)
    desks = copies.make(session, cell.member, now, vault=GENERAL)

    assert NAME in words_of(mine)
    assert EMPLOYER in words_of(mine)
    assert "金丝雀" not in words_of(desks)
    assert "流动党员" not in words_of(desks)
    assert looks(session, cell.file) == before + 1


def test_whoever_has_no_file_reads_nothing_of_such_a_thing_in_their_copy(session, now) -> None:
    stranger = a_person(session, now)

    for vault in (GENERAL, _general_alone()):
        made = copies.make(session, stranger, now, vault=vault, own=True)
        assert "党" not in words_of(made)


def test_what_is_over_goes_when_its_time_is_up(session, now, cell) -> None:
    told(session, cell, now)
    files.end(session, cell.secretary, cell.file, FileState.RETURNED, now)
    span = timedelta(days=3 * 365)

    retention.forget(session, now + span - timedelta(days=1))
    assert looks(session, cell.file)
    retention.forget(session, now + span + timedelta(days=1))

    assert kept_of_files(session) == {}
    assert session.scalar(select(func.count()).select_from(PartyFile)) == 0
    assert left_of(session, cell.contact.person_id) == {}


def test_a_seat_held_by_both_accounts_is_one_seat(session, now, cell) -> None:
    other = secretary(session, a_branch(session, now), now)
    given_to(session, cell.file, a_person(session, now))

    keep = joining.join(session, cell.secretary.person_id, other.person_id, now)

    assert left_of(session, keep)["party_organiser.person_id"] == 2


def _general_alone() -> Vault:
    return Vault("ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ=")
