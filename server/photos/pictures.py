"""What a file really is, and the picture that is kept of it."""

import json
import subprocess
import sys
import threading
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from server.photos import decoder
from server.photos.refusals import (
    Damaged,
    IsHeic,
    IsPdf,
    IsVideo,
    NotAPicture,
    TooBusy,
    TooLarge,
    TooManyPixels,
)

MOST_BYTES = 10 * 1024 * 1024
"""What WeChat takes for a picture, and so what is fetched of one."""
SECONDS = 25
"""How long the reader may take; it is stopped at 20 seconds of its own time."""
MOST_AT_ONCE = 2
"""Readers in one process of ours: each may take a gigabyte."""
WAIT_SECONDS = 8.0
RETRY_SECONDS = 5
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")


_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class Picture(NamedTuple):
    """A picture as it is kept: JPEG with nothing but pixels, upright, and its thumbnail."""

    full: bytes
    thumb: bytes
    width: int
    height: int


def look(content: bytes) -> Picture:
    """Return the picture in a file: JPEG, PNG or WebP by its content, at most 10 MB.

    It is drawn anew, at most 1,600 pixels long: no place, time or device of whoever took it is
    carried over. Refused with a sentence: what is too large, no such picture, or damaged.
    """
    check(content)
    with TemporaryFile() as out:
        status = _in_turn(content, out)
        if status == decoder.TOO_MANY_PIXELS:
            raise TooManyPixels
        if status:
            raise Damaged
        out.seek(0)
        width, height, full, thumb = json.loads(out.readline())
        return Picture(out.read(full), out.read(thumb), width, height)


def check(content: bytes) -> None:
    """Refuse at once what is too large or no picture, by how it begins; names say nothing."""
    if len(content) > MOST_BYTES:
        raise TooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return
    raise _fault(content)()


def _fault(content: bytes) -> type[NotAPicture]:
    if b"%PDF-" in content[:1024]:
        return IsPdf
    if content[4:8] == b"ftyp":
        return IsHeic if content[8:12] in HEIC else IsVideo
    return NotAPicture


def _in_turn(content: bytes, out: BinaryIO) -> int:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise TooBusy(RETRY_SECONDS)
    try:
        return _decode(content, out)
    finally:
        _places.release()


def _decode(content: bytes, out: BinaryIO) -> int:
    """Let a process of its own read the file; return its status, or that it did not come back."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", decoder.__file__],
            input=content,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1
    return done.returncode
