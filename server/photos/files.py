"""Where pictures lie: sealed, in a folder, under names that say nothing."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from server.people.vault import Vault
from server.photos.pictures import Picture
from server.photos.refusals import PhotoMissing

ASIDE = ".writing"
"""What is half written ends so; no picture's name does."""


class Size(StrEnum):
    """The picture itself, at most 1,600 pixels long, and one of 320 for lists."""

    FULL = "full"
    THUMB = "thumb"


class Laid(NamedTuple):
    """A picture that lies on the disk and that no row tells of yet."""

    name: str
    width: int
    height: int


def lay(folder: str, picture: Picture, *, vault: Vault) -> Laid:
    """Write a picture sealed, whole or not at all, and return under which name.

    Whoever then fails to keep the name in a row leaves an orphan, which the sweep removes.
    """
    name = secrets.token_hex(16)
    for size, content in ((Size.THUMB, picture.thumb), (Size.FULL, picture.full)):
        sealed = vault.seal_bytes(content, _place(name, size))
        _write(_path(folder, name, size), sealed)
    return Laid(name, picture.width, picture.height)


def read(folder: str, name: str, size: Size, *, vault: Vault) -> bytes:
    """Return a picture as JPEG, or refuse when the disk has lost it."""
    try:
        sealed = _path(folder, name, size).read_bytes()
    except FileNotFoundError:
        raise PhotoMissing from None
    return vault.open_bytes(sealed, _place(name, size))


def remove(folder: str, name: str) -> None:
    """Delete a picture from the disk; one that is gone is gone."""
    for size in Size:
        _path(folder, name, size).unlink(missing_ok=True)


def old(folder: str, now: datetime, age: timedelta) -> Iterator[Path]:
    """Yield what lies there and was written at least so long ago, half written or whole."""
    before = (now - age).timestamp()
    for path in Path(folder).glob("??/*"):
        try:
            is_old = path.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if is_old:
            yield path


def _path(folder: str, name: str, size: Size) -> Path:
    # only the last part of a name is used, so it never leads out of the folder
    name = Path(name).name
    return Path(folder) / name[:2] / f"{name}.{size}"


def _place(name: str, size: Size) -> str:
    return f"photo:{name}:{size}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(path.name + ASIDE)
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
