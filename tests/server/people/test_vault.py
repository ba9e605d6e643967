import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people.vault import Broken, Vault

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()


@given(st.text())
def test_what_is_sealed_opens_again(text):
    vault = Vault(KEY)

    assert vault.open(vault.seal(text, "person:1:name"), "person:1:name") == text


def test_the_same_text_is_sealed_differently_each_time():
    vault = Vault(KEY)

    assert vault.seal("王芳", "person:1:name") != vault.seal("王芳", "person:1:name")


def test_nothing_opens_at_another_place_under_another_key_or_changed():
    vault = Vault(KEY)
    sealed = vault.seal("13812345678", "person:1:phone")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for broken, opener, about in (
        (sealed, vault, "person:2:phone"),
        (sealed, Vault(OTHER_KEY), "person:1:phone"),
        (changed, vault, "person:1:phone"),
        (b"", vault, "person:1:phone"),
    ):
        with pytest.raises(Broken):
            opener.open(broken, about)


def test_equal_texts_have_equal_marks_for_one_purpose_and_key_only():
    vault = Vault(KEY)
    mark = vault.mark("13812345678", "phone")

    assert mark == vault.mark("13812345678", "phone")
    assert "138" not in mark
    assert (
        len({mark, vault.mark("13812345678", "x"), Vault(OTHER_KEY).mark("13812345678", "phone")})
        == 3
    )
