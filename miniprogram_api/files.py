"""Files in the place of JSON, or beside what a form says; and one that goes out."""

from typing import Any, NamedTuple, TypeVar, get_origin

from flask import request
from pydantic import BaseModel

from miniprogram_api.reading import checked
from miniprogram_api.refusals import Malformed
from miniprogram_api.strict_json import Unreadable, clean
from server.photos.pictures import MOST_BYTES
from server.statuses import NotJson, TooLarge

Model = TypeVar("Model", bound=BaseModel)

FORM = "multipart/form-data"
PART = "file"
"""How the part of a form is called."""
MOST_PARTS = 3
"""So many files a form may bring beside what it says."""
AROUND = 16 * 1024
"""What a form may add to the file."""


class File(NamedTuple):
    """What a view gives when its answer is a file."""

    content: bytes
    kind: str


class NoFile(NotJson):
    """The body is neither a file of a kind that is taken nor a form with one."""

    code = "request.no_file"


def file_of(kinds: tuple[str, ...]) -> dict[str, bytes]:
    """Return the file that is the body, or the only part of the form, as `body`.

    What it is called and announced as only says how to read the request.
    """
    most = MOST_BYTES + AROUND
    if request.content_length is not None and request.content_length > most:
        raise TooLarge
    # a body of unsaid length is cut off at the limit without a word: one byte more tells
    request.max_content_length = most + 1
    if request.mimetype == FORM:
        return {"body": _only_part()}
    if request.mimetype not in kinds:
        raise NoFile
    raw = request.get_data(cache=False)
    if len(raw) > MOST_BYTES:
        raise TooLarge
    return {"body": raw}


def form_of(model: type[Model]) -> dict[str, Any]:
    """Return what a form says as `body`, and the files it brings as `files`.

    Its fields are those of the JSON body; what is a list there may be named more than once.
    """
    most = MOST_PARTS * MOST_BYTES + 4 * AROUND
    if request.content_length is None or request.content_length > most:
        raise TooLarge
    request.max_content_length = most
    files = _parts()
    if len(files) > MOST_PARTS:
        raise Malformed({PART: "too_long"})
    try:
        said = {clean(name): _said(model, clean(name)) for name in request.form}
    except Unreadable:
        raise Malformed({"body": "unreadable"}) from None
    return {"body": checked(model, said, strict=True), "files": files}


def _said(model: type[BaseModel], name: str) -> str | list[str]:
    """Return what a form says of a field; one that is no list is said once."""
    values = [clean(value) for value in request.form.getlist(name)]
    field = model.model_fields.get(name)
    if field is not None and get_origin(field.annotation) is tuple:
        return values
    if len(values) > 1:
        raise Malformed({name[:64]: "repeated"})
    return values[0]


def _only_part() -> bytes:
    parts = _parts()
    if len(parts) != 1 or request.form:
        raise NoFile
    return parts[0]


def _parts() -> tuple[bytes, ...]:
    """Return the files of a form, all of them called by the one name that is known here."""
    parts = list(request.files.items(multi=True))
    if any(name != PART for name, _file in parts):
        raise NoFile
    found = tuple(file.read(MOST_BYTES + 1) for _name, file in parts)
    if any(len(raw) > MOST_BYTES for raw in found):
        raise TooLarge
    return found
