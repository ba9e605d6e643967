"""Which passwords are good enough, and that comparing them costs alike."""

import threading
from itertools import cycle

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from server.staff import passwords
from server.staff.passwords import CommonPassword, Crowded, ShortPassword

pytestmark = pytest.mark.once

AS_KEPT = passwords._HASHER
"""What the service hashes with; the other tests use a cheap one."""

HABITS = (
    "",
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "888",
    "666",
    "520",
    "1314",
    "2026",
    "@2026",
)


def breached() -> list[str]:
    """Return the passwords that were breached most often, the commonest first."""
    return FREQUENCY_LISTS["passwords"]


def common() -> list[str]:
    """Return what people here choose first: a word or two, and figures they like behind it."""
    words = passwords._COMMON.read_text(encoding="utf-8").split()
    made = {word + tail for word in words for tail in HABITS}
    made |= {word.capitalize() + tail + "!" for word in words for tail in HABITS}
    made |= {word * 2 + tail for word in words for tail in HABITS}
    return sorted(word for word in made if len(word) >= passwords.SHORTEST)


def test_the_commonest_of_breached_passwords_are_refused() -> None:
    """ASVS 6.2.4: each of thirty thousand that is long enough, and what the others stand for."""
    long_enough = [word for word in breached() if len(word) >= passwords.SHORTEST]
    tried = breached()[:3_000:10] + long_enough

    assert len(long_enough) > 200
    assert [word for word in tried if not passwords.is_common(word)] == []


def test_common_ones_made_longer_by_habit_are_refused() -> None:
    tried = [word + tail for word, tail in zip(breached()[:3_000:20], cycle(HABITS[1:]))]

    assert [word for word in tried if not passwords.is_common(word)] == []


def test_words_of_this_place_are_refused_with_what_people_add() -> None:
    tried = common()

    assert len(tried) > 2_500
    assert [word for word in tried[::20] if not passwords.is_common(word)] == []


def test_control_without_the_words_of_this_place_some_would_pass(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_words", list)

    assert [word for word in common()[::20] if not passwords.is_common(word)] != []


def test_of_a_very_long_one_only_the_beginning_is_looked_at() -> None:
    passwords.require_good("teapot-kayak-river-88 " + "x" * 100)

    with pytest.raises(CommonPassword):
        passwords.require_good("x" * passwords.LOOKED_AT + "teapot-kayak-river-88")


@pytest.mark.parametrize(
    "password",
    [
        *("woaini1314520", "Passw0rd2026!", "P@ssw0rd1234", "qwertyuiop123", "1qaz2wsx3edc"),
        *("123456789012", "aaaaaaaaaaaa", "abcabcabcabc", "13812345678a", "19900101abc!"),
        *("Yingze@2026!!", "zxcvbnm,./123", "ｐａｓｓｗｏｒｄ１２３４", "0987654321qwe"),
    ],
)
def test_what_is_tried_first_is_refused(password) -> None:
    with pytest.raises(CommonPassword):
        passwords.require_good(password)


@pytest.mark.parametrize(
    "password",
    [
        *("teapot-kayak-river-88", "correct horse battery staple", "kX9#vm2Lq!zT"),
        *("梧桐树下有三只猫在打盹", "lanhuahua-qishi-hen-xiang"),
    ],
)
def test_what_is_hard_to_guess_is_taken(password) -> None:
    passwords.require_good(password.ljust(12, "喵"))


@pytest.mark.parametrize("own", ["zhangmin", "张敏", "柳北示例社区"])
def test_ones_own_words_are_refused(own) -> None:
    with pytest.raises(CommonPassword):
        passwords.require_good("zhangmin/k8Xq2wLm" + "柳北示例社区", own)


@pytest.mark.parametrize("password", ["", "elevenchars", "x7" * 65])
def test_too_short_and_absurdly_long_ones_are_refused(password) -> None:
    with pytest.raises(ShortPassword):
        passwords.require_good(password)


def test_a_password_is_kept_as_argon2id_with_a_salt_of_its_own(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", AS_KEPT)

    first, second = (passwords.keep("teapot-kayak-river-88") for _ in range(2))

    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(first, "teapot-kayak-river-88")
    assert not passwords.matches(first, "teapot-kayak-river-89")


@pytest.mark.parametrize("kept", [None, "not a hash at all"])
def test_where_nothing_is_kept_nothing_matches(kept) -> None:
    assert not passwords.matches(kept, "nobody has this password")


def test_few_are_compared_at_a_time_and_the_rest_wait_or_are_told(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    taken = threading.BoundedSemaphore(passwords.MOST_AT_ONCE)
    monkeypatch.setattr(passwords, "_places", taken)
    for _ in range(passwords.MOST_AT_ONCE):
        taken.acquire()

    with pytest.raises(Crowded):
        passwords.matches(None, "whatever it is")
