"""The mini-program sends pictures: the same judge as for chat, and one's own alone."""

import pytest

from server.photos import files, forgetting, pictures
from server.photos.models import Photo
from tests.server.photos.drawing import HEIC, PDF, bomb, image_of, jpeg, png, telling

CODE = "code"


def post(device, content, kind="image/jpeg", **more):
    return device.ask("POST", "/photos", data=content, content_type=kind, **more)


def upload(device, content, name="a.jpg", part="file", *more: str):
    """Send a form as `wx.uploadFile` does; the test client would leave a large file open."""
    named = [f'name="{part}"; filename="{name}"', *(f'name="{each}"' for each in more)]
    bodies = [content, *(b"x" for _ in more)]
    body = b"".join(
        f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + each + b"\r\n"
        for head, each in zip(named, bodies, strict=True)
    )
    kind = "multipart/form-data; boundary=x"
    return device.ask("POST", "/photos", data=body + b"--x--\r\n", content_type=kind)


def test_a_picture_is_sent_bare_or_as_a_form_does(device) -> None:
    me = device()

    bare, formed = post(me, jpeg(2000, 1000)), upload(me, png(), "a.exe")

    assert bare.json == {
        "id": bare.json["id"],
        "state": "held",
        "width": 1600,
        "height": 800,
        "fault": None,
    }
    assert (formed.status_code, formed.json["width"]) == (200, 64)
    assert me.ask("GET", f"/photos/{bare.json['id']}").json == bare.json


def test_ones_own_picture_is_shown_without_what_it_told(device, client) -> None:
    me, other = device(), device()
    photo_id = post(me, telling()).json["id"]

    full = me.ask("GET", f"/photos/{photo_id}/image")
    thumb = me.ask("GET", f"/photos/{photo_id}/image?size=thumb")

    assert (full.status_code, full.mimetype) == (200, "image/jpeg")
    assert dict(image_of(full.data).getexif()) == {}
    assert image_of(thumb.data).size == (320, 160)
    assert full.headers["Cache-Control"] == "no-store"
    assert full.headers["X-Content-Type-Options"] == "nosniff"
    for path in (f"/photos/{photo_id}", f"/photos/{photo_id}/image"):
        assert other.ask("GET", path).status_code == 404
        assert client.get(f"/api/v1{path}").status_code == 401
    assert me.ask("GET", f"/photos/{photo_id}/image?size=huge").status_code == 400


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF, "photos.is_pdf"),
        (HEIC, "photos.is_heic"),
        (bomb(), "photos.too_many_pixels"),
        (jpeg()[:-900], "photos.damaged"),
        (b"<svg/>", "photos.not_a_picture"),
        (b"", "photos.not_a_picture"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(device, runtime, content, code) -> None:
    answer = post(device(), content)

    assert (answer.status_code, answer.json[CODE]) == (400, code)
    assert list(files.Path(runtime.settings.photos_dir).glob("*/*")) == []


def test_a_file_too_large_is_not_read(device) -> None:
    me, large = device(), jpeg() + bytes(pictures.MOST_BYTES)

    assert [post(me, large).status_code, upload(me, large).status_code] == [413, 413]


@pytest.mark.parametrize(
    ("part", "more"),
    [("photo", ()), ("file", ("words",)), ("file", ('b"; filename="b.jpg',))],
)
def test_a_form_holds_one_file_and_nothing_else(device, part, more) -> None:
    answer = upload(device(), jpeg(), "a.jpg", part, *more)

    assert (answer.status_code, answer.json[CODE]) == (415, "request.no_file")


def test_words_in_the_place_of_a_file_are_refused(device) -> None:
    answer = device().ask("POST", "/photos", {"file": "照片"})

    assert (answer.status_code, answer.json[CODE]) == (415, "request.no_file")


def test_the_same_file_again_is_the_same_picture(device, runtime, clock) -> None:
    me, other, content = device(), device(), jpeg()
    first = post(me, content, headers={"Idempotency-Key": "tap-1"}).json

    assert post(me, content, headers={"Idempotency-Key": "tap-1"}).json == first
    assert post(me, content).json == first
    assert post(other, content).json["id"] != first["id"]
    changed = post(me, jpeg(colour="blue"), headers={"Idempotency-Key": "tap-1"})
    assert changed.status_code == 422
    clock.advance(days=1)
    assert post(me, content).json["id"] != first["id"]


def test_what_was_laid_for_a_repetition_is_swept(device, runtime, clock) -> None:
    me, content = device(), jpeg()
    photo_id = int(post(me, content).json["id"])
    post(me, content)
    clock.set(clock.now().replace(year=2040))

    assert forgetting.sweep(runtime) == 2
    with runtime.db.reading() as session:
        assert session.get_one(Photo, photo_id).file_name


def test_after_fifty_pictures_a_day_one_goes_on_tomorrow(device, monkeypatch, runtime) -> None:
    monkeypatch.setattr("server.photos.noting.MOST_A_DAY", 1)
    me = device()
    assert post(me, jpeg()).status_code == 200

    answer = post(me, png(), "image/png")

    assert (answer.status_code, answer.json[CODE]) == (409, "photos.too_many_today")


def test_pictures_are_not_sent_without_end(device) -> None:
    me = device()

    answers = [post(me, b"").status_code for _ in range(31)]

    assert answers[-1] == 429
