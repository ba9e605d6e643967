"""Reading a request: its id, its query string, its body; anything unclear is malformed."""

import json
import re
from typing import Annotated, Any, ClassVar, NewType, TypeVar
from urllib.parse import unquote_to_bytes

from flask import request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from miniprogram_api.refusals import Malformed
from miniprogram_api.strict_json import Unreadable, clean, read
from server.statuses import NothingHere, NotJson, TooLarge

MAX_BODY = 64 * 1024
MAX_FLAWS = 20
MAX_NAME = 64
ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
QUARTER = re.compile(r"20[0-9]{2}Q[1-4]", re.ASCII)
UTF_8 = re.compile(r"utf-?8", re.IGNORECASE)

Model = TypeVar("Model", bound=BaseModel)

QuarterName = NewType("QuarterName", str)
"""A quarter in a path, such as 2026Q1."""


def exampled(example: Any) -> ConfigDict:
    """Return the configuration of a model that shows this example of itself."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Strict(BaseModel):
    """What is taken from outside: no unknown field, no guessing at types."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    optional: ClassVar[bool] = False
    """Whether no body at all means the same as one that says nothing."""


class Nothing(Strict):
    """A body that says nothing."""


def is_optional(model: type[BaseModel]) -> bool:
    """Tell whether a body may be left out."""
    return issubclass(model, Strict) and model.optional


def _plain_digits(text: Any) -> Any:
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII):
        raise ValueError("digits wanted")
    return int(text)


Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_plain_digits)]
"""How many items a page holds."""


def id_of(text: str) -> int:
    """Return the id in a path; whatever could not be one names nothing."""
    if not ID.fullmatch(text):
        raise NothingHere
    return int(text)


def path_of(hints: dict[str, Any], parts: dict[str, str]) -> dict[str, Any]:
    """Return the parts of a path as their hints read them: a quarter by its name, else an id."""
    return {name: _part_of(hints[name], text) for name, text in parts.items()}


def _part_of(hint: Any, text: str) -> int | str:
    if hint is not QuarterName:
        return id_of(text)
    if not QUARTER.fullmatch(text):
        raise NothingHere
    return text


def query_of(model: type[Model] | None) -> dict[str, Model]:
    """Return the query string as `query`; a name unknown or given twice is malformed."""
    _assure_utf_8(request.query_string)
    given = request.args.to_dict(flat=False)
    twice = {name: "repeated" for name, values in given.items() if len(values) > 1}
    if twice:
        raise Malformed(_short(twice))
    try:
        told = {clean(name): clean(values[0]) for name, values in given.items()}
    except Unreadable:
        raise Malformed({"query": "unreadable"}) from None
    if model is None:
        if told:
            raise Malformed(_short(dict.fromkeys(told, "extra_forbidden")))
        return {}
    return {"query": checked(model, told, strict=False)}


def body_of(model: type[Model] | None) -> dict[str, Model]:
    """Return the JSON body as `body`; where none is wanted, only nothing or `{}` will do.

    An `optional` one that is not there is read as `{}`.
    """
    if request.content_length is not None and request.content_length > MAX_BODY:
        raise TooLarge
    # a body of unsaid length is cut off at the limit without a word: one byte more tells
    request.max_content_length = MAX_BODY + 1
    raw = request.get_data(cache=False)
    if len(raw) > MAX_BODY:
        raise TooLarge
    if not raw and (model is None or is_optional(model)):
        return {} if model is None else {"body": model()}
    if not _is_json():
        raise NotJson
    try:
        told = read(raw)
    except Unreadable:
        raise Malformed({"body": "unreadable"}) from None
    found = checked(model or Nothing, told, strict=True)
    return {} if model is None else {"body": found}  # type: ignore[dict-item]


def _assure_utf_8(query: bytes) -> None:
    """Refuse what werkzeug would read with a replacement character, without a word."""
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed({"query": "unreadable"}) from None


def _is_json() -> bool:
    charset = request.mimetype_params.get("charset", "utf-8")
    return (
        request.mimetype == "application/json"
        and bool(UTF_8.fullmatch(charset))
        and request.headers.get("Content-Encoding", "identity") == "identity"
    )


def checked(model: type[Model], told: dict[str, Any], *, strict: bool) -> Model:
    """Return what was told as a model of it, or refuse and say which fields are wrong."""
    try:
        # as JSON again: strictness then takes the text of a date or an enum for what it is
        return model.model_validate_json(json.dumps(told), strict=strict)
    except ValidationError as error:
        flaws = error.errors(include_url=False, include_input=False, include_context=False)
        raise Malformed(_short({_path(flaw["loc"]): flaw["type"] for flaw in flaws})) from None


def _path(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts) or "body"


def _short(flaws: dict[str, str]) -> dict[str, str]:
    return {name[:MAX_NAME]: flaw for name, flaw in list(flaws.items())[:MAX_FLAWS]}
