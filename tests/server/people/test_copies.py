"""A copy of one's own data holds all that names a person."""

import io
import json
import zipfile
from enum import StrEnum

import pytest

from config.wording import sentences
from server import followers
from server.people import copies, joining, packing
from server.people.copies import ELSEWHERE, PARTS, NobodyHere
from server.people.models import Person
from tests.factories import a_person
from tests.server.people.erasing.canaries import PHONE, WORD, everything

assert followers


def named() -> set[str]:
    return {f"{column.table.name}.{column.name}" for column in joining.references()}


def covered() -> list[str]:
    return [column for part in PARTS for column in part.covers]


@pytest.mark.once
def test_every_column_that_names_a_person_is_in_a_copy_or_has_a_reason_not_to_be() -> None:
    assert sorted(named() - set(covered()) - set(ELSEWHERE)) == []
    assert sorted((set(covered()) | set(ELSEWHERE)) - named()) == []
    assert sorted(set(covered()) & set(ELSEWHERE)) == []
    assert all(reason.strip() for reason in ELSEWHERE.values())


@pytest.mark.once
def test_control_a_forgotten_column_is_seen() -> None:
    assert "signup.person_id" in named()
    assert named() - (set(covered()) - {"signup.person_id"}) - set(ELSEWHERE) == {
        "signup.person_id"
    }


@pytest.mark.once
def test_every_label_and_state_has_a_word() -> None:
    known = sentences()
    for part in PARTS:
        for column in part.of(1).selected_columns:
            if column.name.startswith("_"):
                continue
            assert f"copies.field_{column.name}" in known, (part.name, column.name)
            kind = getattr(column.type, "enum_class", None)
            if isinstance(kind, type) and issubclass(kind, StrEnum):
                for value in kind:
                    assert f"copies.{kind.__name__.lower()}_{value}" in known, value


def test_a_copy_opens_what_is_sealed_and_reads_in_words(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        person = a_person(session, clock.now())
        everything(session, runtime, person)
        copy = copies.make(session, person, clock.now(), vault=runtime.vault)

    text = packing.as_text(copy)
    assert f"姓名：{WORD}甲" in text
    assert PHONE in text
    assert f"{WORD}觉得少了" in text
    assert "打不开" not in text
    assert "【求助】" in text
    with zipfile.ZipFile(io.BytesIO(packing.as_zip(copy))) as bundle:
        facts = json.loads(bundle.read(packing.JSON_NAME))
    assert [part["title"] for part in facts["parts"]] == [part.title for part in copy.sections]


def test_a_copy_holds_nothing_of_others(runtime, clock) -> None:
    with runtime.db.transaction() as session:
        person, other = a_person(session, clock.now()), a_person(session, clock.now())
        everything(session, runtime, person)
        copy = copies.make(session, other, clock.now(), vault=runtime.vault)

    assert WORD not in packing.as_text(copy)


def test_nothing_is_kept_of_whoever_was_erased(session, runtime, clock) -> None:
    person = a_person(session, clock.now())
    session.get_one(Person, person).erased_at = clock.now()

    with pytest.raises(NobodyHere):
        copies.make(session, person, clock.now(), vault=runtime.vault)
