"""Files in the place of JSON: a picture that comes in, and one that goes out."""

from typing import NamedTuple

from flask import request

from server.photos.pictures import MOST_BYTES
from server.statuses import NotJson, TooLarge

PART = "file"
"""How the part of a form is called."""
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
    if request.mimetype == "multipart/form-data":
        return {"body": _only_part()}
    if request.mimetype not in kinds:
        raise NoFile
    raw = request.get_data(cache=False)
    if len(raw) > MOST_BYTES:
        raise TooLarge
    return {"body": raw}


def _only_part() -> bytes:
    parts = list(request.files.items(multi=True))
    if len(parts) != 1 or parts[0][0] != PART or request.form:
        raise NoFile
    raw: bytes = parts[0][1].read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise TooLarge
    return raw
