"""How bodies that are no JSON are described: files, and forms with files beside what they say."""

from typing import Any

from pydantic import BaseModel

from miniprogram_api.files import FORM, MOST_PARTS, PART

Json = dict[str, Any]

BINARY: Json = {"type": "string", "format": "binary"}


def files(kinds: tuple[str, ...]) -> Json:
    """Return a body that is a file: bare, or the only part of a form, as `wx.uploadFile` sends."""
    part = {"type": "object", "required": [PART], "properties": {PART: BINARY}}
    whole: Json = {FORM: {"schema": part | {"additionalProperties": False}}}
    return whole | {kind: {"schema": BINARY} for kind in kinds}


def form(model: type[BaseModel]) -> Json:
    """Return that the same fields may come as a form, with files beside them.

    The description stands alone: a form that names types of its own is none that we take.
    """
    drawn = model.model_json_schema()
    beside: Json = {"type": "array", "items": BINARY, "maxItems": MOST_PARTS}
    drawn["properties"] = _flat(drawn) | {PART: beside}
    kept = {name: drawn[name] for name in ("type", "properties", "required") if name in drawn}
    return {FORM: {"schema": kept | {"additionalProperties": False}}}


def _flat(drawn: Json) -> Json:
    """Return the fields with the types they name put in their place."""
    named = {f"#/$defs/{name}": shape for name, shape in drawn.get("$defs", {}).items()}
    fields: Json = drawn["properties"]
    return {
        name: named.get(field.get("$ref"), {}) | {key: field[key] for key in field if key != "$ref"}
        for name, field in fields.items()
    }
