"""What the platform sends to a server, spelt as XML or JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from emulator.settings import AppName

Value: TypeAlias = "str | int | Mapping[str, Value] | Sequence[Mapping[str, Value]]"
Fields: TypeAlias = Mapping[str, Value]

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Message:
    """One message or event of one application, before it is sealed."""

    app: AppName
    openid: str
    title: str
    fields: Fields
    # a subscription event in JSON has no wrapper element; these fields stand in its place
    json_fields: Fields | None = None
    raw: str | None = None

    def spell(self, form: str) -> str:
        """Return the message's text in `xml` or `json`."""
        if self.raw is not None:
            return self.raw
        if form == "json":
            return json.dumps(self.json_fields or self.fields, ensure_ascii=False)
        return xml(self.fields)


def xml(fields: Fields) -> str:
    """Spell fields as WeChat does: `<xml>`, texts in CDATA, numbers bare, lists repeated."""
    return f"<xml>{_elements(fields)}</xml>"


def legal(text: str) -> str:
    """Return the text without what XML cannot carry."""
    return _ILLEGAL.sub("", text)


def _elements(fields: Fields) -> str:
    return "\n".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, str):
        return f"<{name}>{_cdata(value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    return "\n".join(_element(name, row) for row in value)


def _cdata(text: str) -> str:
    return "<![CDATA[" + legal(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
