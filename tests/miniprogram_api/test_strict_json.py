import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miniprogram_api.strict_json import MAX_DEPTH, Unreadable, clean, read

pytestmark = pytest.mark.once

HOSTILE = {
    "nothing": b"",
    "no object": b"[]",
    "a bare text": b'"x"',
    "a bare number": b"1",
    "null": b"null",
    "two objects": b"{}{}",
    "a comment": b'{"a": 1} // x',
    "a comma too many": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, escaped once": b'{"a": 1, "\\u0061": 2}',
    "a name twice, in two normal forms": '{"\u00e9": 1, "e\u0301": 2}'.encode(),
    "a name twice, deep inside": b'{"x": [{"a": 1, "a": 1}]}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "a float that is infinite": b'{"a": 1e400}',
    "an integer past 64 bits": b'{"a": 9223372036854775808}',
    "an integer far below": b'{"a": -9223372036854775809}',
    "an integer of ten thousand digits": b'{"a": ' + b"9" * 10_000 + b"}",
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "a raw control character": b'{"a": "\x01"}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "the other half": b'{"a": ["\\udc00"]}',
    "half a pair in a name": b'{"\\ud800": 1}',
    "Latin-1": '{"a": "é"}'.encode("latin-1"),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "overlong UTF-8": b'{"a": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "too many levels": b'{"a":' + b"[" * 20 + b"]" * 20 + b"}",
    "very many levels": b'{"a":' + b"[" * 60_000,
    "very many objects": b'{"a":' * 10_000,
    "many quotes": b'"\\"' * 20_000,
    "full-width digits": '{"a": １}'.encode(),
    "a plus sign": b'{"a": +1}',
    "hexadecimal": b'{"a": 0x10}',
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_two_readers_could_understand_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def test_a_plain_object_is_read() -> None:
    raw = '{"name": "李明", "n": [1, -2.5, true, null, {"x": "\\ud83d\\ude00"}]}'.encode()

    assert read(raw) == {"name": "李明", "n": [1, -2.5, True, None, {"x": "😀"}]}


def test_a_float_without_a_fraction_is_the_integer_that_json_schema_takes_it_for() -> None:
    found = read(b'{"a": 7.0, "b": -7e0, "c": 7.5, "d": 1e300}')

    assert found == {"a": 7, "b": -7, "c": 7.5, "d": 1e300}
    assert [type(value) for value in found.values()] == [int, int, float, float]


def test_the_last_level_allowed_is_read() -> None:
    inner = MAX_DEPTH - 1

    assert read(b'{"a":' + b"[" * inner + b"]" * inner + b"}")


def test_brackets_inside_a_text_are_no_levels() -> None:
    assert read(b'{"a": "' + b"[{" * 100 + b'\\"[["}')["a"].startswith("[{")


def test_texts_come_in_one_normal_form() -> None:
    assert read('{"e\u0301": "e\u0301"}'.encode()) == {"\u00e9": "\u00e9"}
    assert clean("e\u0301") == "\u00e9"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_reads_or_refuses(raw: bytes) -> None:
    try:
        found = read(raw)
    except Unreadable:
        return
    assert isinstance(found, dict)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text('äé李[{"\\x'),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner),
        max_leaves=10,
    )
)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert read(json.dumps({"a": value}).encode()) == {"a": value}
