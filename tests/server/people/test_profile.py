import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people import ages, identities, profile
from server.people.ages import NotBornYet
from server.people.models import App, Channel, Person
from server.people.profile import BadPhone, masked, normalised


@pytest.fixture
def person(session, clock) -> int:
    return identities.welcome(session, App.OFFICIAL, "oInvented", clock.now()).person_id


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("13800001234", "+8613800001234"),
        ("138 0000 1234", "+8613800001234"),
        ("138-0000-1234", "+8613800001234"),
        ("+86 138 0000 1234", "+8613800001234"),
        ("8613800001234", "+8613800001234"),
        ("0086 13800001234", "+8613800001234"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_one_number_has_one_spelling(told, kept) -> None:
    assert normalised(told) == kept


@pytest.mark.parametrize(
    "told", ["", "abc", "12", "１３８００００１２３４", "+", "1" * 16, "138,0000"]
)
def test_what_is_no_number_is_refused(told) -> None:
    with pytest.raises(BadPhone):
        normalised(told)


@given(st.from_regex(r"\+?[0-9]{6,15}", fullmatch=True))
def test_a_mask_never_shows_the_whole_number(number) -> None:
    shown = masked(number)

    assert "****" in shown
    assert number.removeprefix("+86") not in shown


def test_a_mask_shows_both_ends_of_a_mobile() -> None:
    assert masked("+8613812341234") == "138****1234"


def test_a_profile_is_what_was_told(session, person, clock, runtime) -> None:
    profile.rename(session, person, "示例·李明", vault=runtime.vault)
    ages.declare(session, person, 1968, clock.now(), Channel.CHAT)
    profile.set_phone(session, person, "13800001234", vault=runtime.vault)

    found = profile.of(session, person, vault=runtime.vault)

    assert (found.name, found.phone, found.birth_year) == ("示例·李明", "138****1234", 1968)
    assert profile.name_of(session, person, vault=runtime.vault) == "示例·李明"
    assert [account.app for account in found.accounts] == [App.OFFICIAL]


def test_nobody_is_born_next_year(session, person, clock) -> None:
    with pytest.raises(NotBornYet):
        ages.declare(session, person, 2027, clock.now(), Channel.CHAT)


def test_who_stays_inherits_only_what_they_lack(session, person, clock, runtime) -> None:
    other = identities.welcome(session, App.MINIPROGRAM, "oMini", clock.now()).person_id
    profile.rename(session, person, "示例·李明", vault=runtime.vault)
    profile.rename(session, other, "示例·小明", vault=runtime.vault)
    profile.set_phone(session, other, "13800001234", vault=runtime.vault)

    profile.inherit(session, person, other, vault=runtime.vault)

    assert profile.name_of(session, person, vault=runtime.vault) == "示例·李明"
    kept = session.get_one(Person, person)
    assert runtime.vault.open(kept.phone, f"person:{person}:phone") == "+8613800001234"
