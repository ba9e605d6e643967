"""Pictures for a report: sent, how they stand, and one's own looked at again."""

from hashlib import sha256
from typing import Annotated, NamedTuple

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.files import File
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Out
from server.people.sessions import Caller
from server.photos import files, photos, pictures
from server.photos.files import Laid, Size
from server.photos.models import PhotoState, Purpose
from server.photos.refusals import (
    Damaged,
    IsHeic,
    IsPdf,
    IsVideo,
    NotAPicture,
    PhotoMissing,
    TooBusy,
    TooManyPixels,
    TooManyToday,
)
from server.photos.showing import View
from server.runtime import Runtime

api = Api("photos", __name__)

KINDS = ("image/jpeg", "image/png", "image/webp", "application/octet-stream")
UNREADABLE = (NotAPicture, IsPdf, IsHeic, IsVideo, TooManyPixels, Damaged, TooBusy)


class PhotoOut(Out):
    """A picture; `fault` says in a sentence why there is none, `width` and `height` are pixels."""

    model_config = exampled(
        {"id": "12", "state": "held", "width": 1600, "height": 1200, "fault": None}
    )

    id: Id
    state: PhotoState
    width: int | None
    height: int | None
    fault: str | None

    @classmethod
    def of(cls, view: View) -> "PhotoOut":
        """Write a picture down."""
        size = {"width": view.width, "height": view.height}
        return cls(id=view.id, state=view.state, fault=view.why, **size)


class SizeQuery(Strict):
    """How large: the picture, at most 1,600 pixels long, or one of 320 for lists."""

    size: Annotated[Size, Field(strict=False)] = Size.FULL


class Sent(NamedTuple):
    """A picture that was read and lies on the disk, and the hash of the file as it came."""

    laid: Laid
    digest: str


def look(runtime: Runtime, _caller: Caller | None, content: bytes) -> Sent:
    """Read a picture and lay it on the disk, before anything is written down of it."""
    picture = pictures.look(content)
    laid = files.lay(runtime.settings.photos_dir, picture, vault=runtime.vault)
    return Sent(laid, sha256(content).hexdigest())


@api.post(
    "/photos",
    fetch=look,
    limit="photo",
    takes=KINDS,
    refuses=(*UNREADABLE, TooManyToday),
)
def send_photo(call: Call, fetched: Sent) -> PhotoOut:
    """Send a picture for a report; nobody else sees it before it was looked at.

    The same file again on one day is the same picture.
    """
    photo_id = keep(call, fetched)
    return PhotoOut.of(photos.own_view(call.session, photo_id, call.person_id))


def keep(call: Call, sent: Sent) -> int:
    """Put down a picture that lies on the disk; the same file again on one day is the same."""
    return photos.keep(
        call.session,
        sent.laid,
        sent.digest,
        by=call.person_id,
        purpose=Purpose.HAZARD,
        now=call.now,
        ask=call.runtime.settings.photos_check,
    )


@api.get("/photos/<photo_id>", refuses=(PhotoMissing,))
def photo(call: Call, photo_id: int) -> PhotoOut:
    """Tell how one's own picture stands."""
    return PhotoOut.of(photos.own_view(call.session, photo_id, call.person_id))


@api.get("/photos/<photo_id>/image", refuses=(PhotoMissing,))
def image(call: Call, photo_id: int, query: SizeQuery) -> File:
    """Show one's own picture."""
    content = photos.own(call.session, photo_id, call.person_id, query.size, call.runtime)
    return File(content, "image/jpeg")
