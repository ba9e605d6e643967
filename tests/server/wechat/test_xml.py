import pytest

from server.wechat import strict_json, xml
from server.wechat.xml import Malformed

BOMB = (
    b'<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<xml><Content>&b;</Content></xml>"
)
OUTSIDE = b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><C>&a;</C></xml>'


def nested(levels: int) -> bytes:
    return b"<xml>" + b"<a>" * (levels - 1) + b"</a>" * (levels - 1) + b"</xml>"


def test_leaves_are_texts_and_the_rest_are_dicts() -> None:
    found = xml.parse(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<xml>\n <A> 1 </A><B><![CDATA[<b>]]></B>'
        b"<C/><D><E>2</E><E>3</E><F>4</F></D><G>&lt;&#20320;</G></xml>"
    )

    assert found == {
        "A": " 1 ",
        "B": "<b>",
        "C": "",
        "D": {"E": ["2", "3"], "F": "4"},
        "G": "<你",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<xml>",
        b"<xml></xml><xml></xml>",
        b"<XML></XML>",
        b"<a><xml></xml></a>",
        b"<xml><a></b></xml>",
        b"<xml>&unknown;</xml>",
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml><\xff/></xml>",
        b"<xml><a>\xed\xa0\x80</a></xml>",
        b"<xml><a>&#xD800;</a></xml>",
        b"<xml><a>&#0;</a></xml>",
        b'<?xml version="1.0" encoding="gbk"?><xml></xml>',
        b'<?xml version="1.0" encoding="utf-16"?><xml></xml>',
        "<xml><a>你</a></xml>".encode("utf-16"),
        "<xml><a>你</a></xml>".encode("gbk"),
        b"<!DOCTYPE xml><xml></xml>",
        BOMB,
        OUTSIDE,
        nested(11),
        nested(20_000),
        b"<xml>" + b"<a/>" * 201 + b"</xml>",
        b"<xml><a>" + b"<b/>" * 200 + b"</a></xml>",
        b"<xml><" + b"a" * 65 + b"/></xml>",
        b"<xml><a>" + b"x" * 65_537 + b"</a></xml>",
    ],
)
def test_what_wechat_would_not_send_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        xml.parse(body)


@pytest.mark.parametrize(
    "body",
    [
        nested(10),
        b"<xml><a>" + b"<b/>" * 198 + b"</a></xml>",
        b"<xml><a>" + b"x" * 65_536 + b"</a></xml>",
        b"\xef\xbb\xbf<xml><a>1</a></xml>",
        b"<xml><!-- said aside --><a>1</a></xml>",
    ],
)
def test_what_just_fits_is_read(body: bytes) -> None:
    assert xml.parse(body)


def test_control_bytes_are_left_out() -> None:
    found = xml.parse(b"<xml><a><![CDATA[a\x00b\x0bc\x1fd\te\nf\xef\xbf\xbfg]]></a></xml>")

    assert found == {"a": "abcd\te\nfg"}


def test_json_is_read_as_the_same_texts() -> None:
    found = strict_json.parse(
        b'{"A": 1, "B": 1.50, "C": null, "D": true, "E": "\\u4f60", "F": [{"G": -0}, 2], "H": {}}'
    )

    assert found == {
        "A": "1",
        "B": "1.50",
        "C": "",
        "D": "true",
        "E": "你",
        "F": [{"G": "-0"}, "2"],
        "H": {},
    }


def test_characters_that_no_database_takes_are_left_out_of_json() -> None:
    assert strict_json.parse(b'{"A": "a\\u0000b\\ud800c\\ud83d\\ude00\\uffff"}') == {"A": "abc😀"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"a\\u0000": 1}',
        b"{'a': 1}",
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": ' + b"[" * 60_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"a":' * 11 + b"1" + b"}" * 11,
        b'{"a":' + b"[" * 11 + b"]" * 11 + b"}",
        b'{"a":[' + b"1," * 200 + b"1]}",
        b'{"' + b"a" * 65 + b'": 1}',
        b'{"a": "' + b"x" * 65_537 + b'"}',
    ],
)
def test_json_that_wechat_would_not_send_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        strict_json.parse(body)


@pytest.mark.parametrize("body", [BOMB, b"<!DOCTYPE xml><xml><a>1</a></xml>"])
def test_without_the_guard_a_document_type_would_be_read(
    body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml._Reader, "refuse", lambda *_: None)

    assert xml.parse(body)
