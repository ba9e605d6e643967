"""A parser for the small XML that WeChat sends, and for nothing more."""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

MAX_DEPTH = 10
MAX_ELEMENTS = 200
MAX_NAME = 64
MAX_TEXT = 65_536  # of a letter in base64: no more than a whole push may have

# the rows of subscription events, which not every sender wraps
REPEATABLE = ("List",)

# a text is a leaf, a dict has children, a list is a child that was repeated
Fields = dict[str, Any]

# XML knows none of these, yet phones do send them; the text is worth more than the bytes
CONTROL_BYTES = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


class Malformed(Exception):  # noqa: N818  what the text is
    """Not the small, plain, flat document that WeChat sends."""


def parse(body: bytes) -> Fields:
    """Return the children of `<xml>`: texts, or dicts for elements with children of their own.

    Control bytes are dropped. Refused with `Malformed`: another root, DTD and entities,
    another encoding than UTF-8, a top element given twice, too deep, too many, too long.
    """
    body = body.translate(None, CONTROL_BYTES)
    for noncharacter in NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.XmlDeclHandler = reader.declaration
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise Malformed("not well-formed") from None
    return reader.root


class _Reader:
    """Gathers elements as expat meets them; keeps one open dict and one text for each level."""

    def __init__(self) -> None:
        self.root: Fields = {}
        self._names: list[str] = []
        self._children: list[Fields] = []
        self._texts: list[str] = []
        self._seen = 0

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        depth = len(self._names)
        self._seen += 1
        if depth >= MAX_DEPTH or self._seen > MAX_ELEMENTS or len(name) > MAX_NAME:
            raise Malformed("too deep, too many or too long")
        if not depth and name != "xml":
            raise Malformed("another root")
        self._names.append(name)
        self._children.append({})
        self._texts.append("")

    def text(self, data: str) -> None:
        text = self._texts[-1] + data
        if len(text) > MAX_TEXT:
            raise Malformed("a text too long")
        self._texts[-1] = text

    def end(self, name: str) -> None:
        self._names.pop()
        children, text = self._children.pop(), self._texts.pop()
        if not self._names:
            self.root = children
            return
        self._put(self._children[-1], name, children or text)

    def _put(self, parent: Fields, name: str, value: Fields | str) -> None:
        if name not in parent:
            parent[name] = value
        elif len(self._names) == 1 and name not in REPEATABLE:
            raise Malformed("an element twice")
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            raise Malformed("another encoding")

    def refuse(self, *_declared: object) -> None:
        raise Malformed("a document type")
