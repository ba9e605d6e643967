"""Who sees a picture: its sender always, others once it was allowed, who judges it before."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from config.settings import Settings
from config.wording import say
from server.people.vault import Vault
from server.photos import files
from server.photos.files import Size
from server.photos.models import Photo, PhotoState
from server.photos.pictures import MOST_BYTES
from server.photos.refusals import PhotoMissing
from server.photos.settling import PRESENT

SHOWN = (PhotoState.KEPT,)


class House(Protocol):
    """What is needed to open a picture: the settings and the vault."""

    @property
    def settings(self) -> Settings: ...
    @property
    def vault(self) -> Vault: ...


class View(NamedTuple):
    """How a picture stands; `fault` is the code of why there is none."""

    id: int
    state: PhotoState
    fault: str | None
    width: int | None
    height: int | None

    @property
    def why(self) -> str | None:
        """Return in a sentence why there is no picture, for whoever sent it."""
        return say(self.fault, megabytes=MOST_BYTES >> 20) if self.fault else None

    @property
    def is_here(self) -> bool:
        """Tell whether there is a picture, be it shown or not."""
        return self.state in PRESENT

    @property
    def is_shown(self) -> bool:
        """Tell whether others than its sender may see it."""
        return self.state in SHOWN


def views(session: Session, photo_ids: Sequence[int]) -> Mapping[int, View]:
    """Return how these pictures stand, in one statement."""
    asked = select(Photo.id, Photo.state, Photo.fault, Photo.width, Photo.height)
    rows = session.execute(asked.where(Photo.id.in_(photo_ids)))
    return {row.id: View(*row) for row in rows}


def shown(session: Session, photo_id: int, size: Size, house: House, *, judging: bool) -> bytes:
    """Return a picture as JPEG for somebody who may see what it belongs to.

    `judging`: whoever is to allow or refuse it sees it before. Refused when it is not there.
    """
    states = PRESENT if judging else SHOWN
    return _opened(session, (Photo.id == photo_id, Photo.state.in_(states)), size, house)


def own_view(session: Session, photo_id: int, person_id: int) -> View:
    """Return how somebody's own picture stands; that of others is missing."""
    asked = select(Photo.id, Photo.state, Photo.fault, Photo.width, Photo.height)
    mine = Photo.id == photo_id, Photo.person_id == person_id
    row = session.execute(asked.where(*mine)).one_or_none()
    if row is None:
        raise PhotoMissing
    return View(*row)


def own(session: Session, photo_id: int, person_id: int, size: Size, house: House) -> bytes:
    """Return somebody's own picture as JPEG; that of others is missing."""
    whose = Photo.id == photo_id, Photo.person_id == person_id, Photo.state.in_(PRESENT)
    return _opened(session, whose, size, house)


def check_own(session: Session, photo_ids: Sequence[int], person_id: int) -> None:
    """Refuse unless all of these are somebody's own pictures, and are here or on their way."""
    usable = (PhotoState.WAITING, *PRESENT)
    mine = Photo.id.in_(photo_ids), Photo.person_id == person_id, Photo.state.in_(usable)
    if set(session.scalars(select(Photo.id).where(*mine))) != set(photo_ids):
        raise PhotoMissing


def _opened(
    session: Session, wanted: tuple[ColumnElement[bool], ...], size: Size, house: House
) -> bytes:
    name = session.scalar(select(Photo.file_name).where(*wanted))
    if name is None:
        raise PhotoMissing
    return files.read(house.settings.photos_dir, name, size, vault=house.vault)
