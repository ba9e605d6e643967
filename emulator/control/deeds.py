"""What people do in the chat: every deed is one step, `copies=3` and the like bend it."""

from base64 import b64decode
from typing import Annotated, Any

from flask import Blueprint
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from emulator.control.people import person_of
from emulator.media import drawn
from emulator.options import Options
from emulator.phone import Extra, NotNow, Phone
from emulator.platform import platform
from emulator.reading import Malformed, read_body, read_query
from emulator.settings import AppName

deeds = Blueprint("deeds", __name__, url_prefix="/_/people/<person_id>")

Text = Annotated[str, StringConstraints(max_length=20_000)]
Short = Annotated[str, StringConstraints(max_length=1024)]
Step = dict[str, Any]
LARGEST = 16_000_000
"""Letters of base64: a file of twelve megabytes."""


class Strict(BaseModel):
    """A body without unknown fields, NaN or guessed types."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Nothing(Strict):
    """No fields."""


class Followed(Strict):
    """Following, perhaps by a QR code."""

    scene: Annotated[str, StringConstraints(max_length=64)] = ""


class Scanned(Strict):
    """Scanning a QR code: its scene, or the ticket under which the account made it."""

    scene: Annotated[str, StringConstraints(max_length=64)] = ""
    ticket: Short = ""


class Said(Strict):
    """A text, in the official account's chat or the mini-program's customer service."""

    content: Annotated[Text, StringConstraints(min_length=1)]
    bizmsgmenuid: Short | None = None
    app: AppName = "official"


class Spoken(Strict):
    """A voice message with the words that WeChat has heard."""

    recognition: Text = ""


class Pictured(Strict):
    """A photo: its bytes in base64, one of those drawn for the page, or any.

    `pic_url` is what the message says; only the account's own server may ask what lies there.
    """

    pic_url: Short = "http://mmbiz.qpic.cn/mmbiz_jpg/emulated/0"
    content: Annotated[str, StringConstraints(max_length=LARGEST)] = ""
    app: AppName = "official"

    def file(self) -> bytes:
        """Return the file that is sent."""
        try:
            given = b64decode(self.content, validate=True)
        except ValueError:
            raise Malformed("content is base64") from None
        return given or drawn(self.pic_url.rpartition("/")[2])


class Placed(Strict):
    """A place: degrees in GCJ-02, as WeChat sends them."""

    lat: float = Field(ge=-90, le=90)
    lng: float = Field(ge=-180, le=180)
    label: Short = ""


class Tapped(Strict):
    """A menu button, by its key (or address, or page)."""

    key: Annotated[Short, StringConstraints(min_length=1)]


class Entered(Strict):
    """The mini-program's customer-service chat is opened."""

    session_from: Short = ""


def _phone(person_id: str) -> Phone:
    return Phone(platform().pusher, person_of(person_id), read_query(Options))


@deeds.post("/follow")
def follow(person_id: str) -> Step:
    """Follow the account."""
    given = read_body(Followed)
    return _phone(person_id).follow(given.scene)


@deeds.post("/unfollow")
def unfollow(person_id: str) -> Step:
    """Stop following."""
    read_body(Nothing)
    return _phone(person_id).unfollow()


@deeds.post("/scan")
def scan(person_id: str) -> Step:
    """Scan a QR code."""
    given = read_body(Scanned)
    scene: str | None = given.scene
    if given.ticket:
        with platform().world.lock:
            now = platform().world.clock.now()
            scene = platform().world.qrcodes.scene_of(given.ticket, now)
    if not scene:
        raise NotNow("这个二维码不存在或已过期")
    return _phone(person_id).scan(scene)


@deeds.post("/text")
def text(person_id: str) -> Step:
    """Send a text."""
    given = read_body(Said)
    return _phone(person_id).say(given.content, given.bizmsgmenuid, given.app)


@deeds.post("/voice")
def voice(person_id: str) -> Step:
    """Send a voice message."""
    given, media = read_body(Spoken), _media()
    extra = {"MediaId": media, "Format": "amr", "MediaId16K": _media()}
    extra["Recognition"] = given.recognition
    heard = given.model_dump()
    return _phone(person_id).send("voice", extra, given.recognition or "[语音]", heard)


@deeds.post("/image")
def image(person_id: str) -> Step:
    """Send a photo."""
    given = read_body(Pictured)
    file = given.file()
    with platform().world.lock:
        media_id = platform().world.media.add(file, platform().world.clock.now())
    extra = {"PicUrl": given.pic_url, "MediaId": media_id}
    shown = {"pic_url": f"/_/media/{media_id}" if given.content else given.pic_url}
    return _phone(person_id).send("image", extra, "[图片]", shown, given.app)


@deeds.post("/location")
def location(person_id: str) -> Step:
    """Send a place."""
    given = read_body(Placed)
    place = {"Location_X": f"{given.lat:.6f}", "Location_Y": f"{given.lng:.6f}"}
    extra: Extra = {**place, "Scale": 15, "Label": given.label}
    return _phone(person_id).send("location", extra, given.label or "[位置]", given.model_dump())


@deeds.post("/menu")
def menu(person_id: str) -> Step:
    """Tap a menu button."""
    given = read_body(Tapped)
    return _phone(person_id).tap(given.key)


@deeds.post("/enter_session")
def enter_session(person_id: str) -> Step:
    """Open the mini-program's customer-service chat."""
    given = read_body(Entered)
    return _phone(person_id).enter(given.session_from)


def _media() -> str:
    with platform().world.lock:
        return platform().world.ids.fresh("media", 64)
