"""What a file is, is told by its content; what is kept of it is its pixels alone."""

import io
import resource
import subprocess
import sys

import pytest
from PIL import Image, ImageOps

from server.photos import decoder, pictures
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
from tests.server.photos.drawing import (
    DEVICE,
    GIF,
    GPS,
    HEIC,
    MP4,
    PDF,
    PLACE,
    bomb,
    flat,
    image_of,
    jpeg,
    png,
    telling,
    webp,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize("content", [jpeg(64, 48), png(), webp()])
def test_jpeg_png_and_webp_are_kept_as_jpeg(content: bytes) -> None:
    picture = pictures.look(content)

    assert (picture.width, picture.height) == (64, 48)
    assert {image_of(part).format for part in (picture.full, picture.thumb)} == {"JPEG"}


def test_a_large_picture_is_made_small_and_has_a_thumbnail() -> None:
    picture = pictures.look(jpeg(4000, 3000))

    assert (picture.width, picture.height) == image_of(picture.full).size == (1600, 1200)
    assert image_of(picture.thumb).size == (320, 240)


def traces(content: bytes) -> list[str]:
    """Return what a file still tells beside its pixels."""
    image = image_of(content)
    exif = image.getexif()
    raw = [word for word in (PLACE, DEVICE) if word.encode() in content]
    raw += [word for word in (PLACE,) if word.encode("utf-16-le") in content]
    named = [name for name in ("exif", "comment", "xmp", "icc_profile") if name in image.info]
    return [*raw, *named, *map(str, exif), *map(str, exif.get_ifd(GPS))]


def test_no_place_device_or_comment_is_carried_over() -> None:
    picture = pictures.look(telling())

    assert traces(picture.full) == []
    assert traces(picture.thumb) == []


def test_control_a_picture_merely_saved_again_still_tells_its_comment_and_exif() -> None:
    assert len(traces(telling())) > 4
    image, out = image_of(telling()), io.BytesIO()
    image.save(out, "JPEG", exif=image.getexif())

    assert PLACE in traces(out.getvalue())


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_whichever_way_the_phone_was_held(turned: int) -> None:
    picture = pictures.look(telling(turned))

    expected = ImageOps.exif_transpose(image_of(telling(turned)))
    found = image_of(picture.full)
    assert found.size == expected.size
    for place in ((20, 20), (found.width - 20, found.height - 20)):
        is_red = [image.convert("RGB").getpixel(place)[0] > 128 for image in (found, expected)]
        assert is_red[0] == is_red[1]


def test_what_is_see_through_becomes_white() -> None:
    clear, out = Image.new("RGBA", (40, 40), (0, 0, 0, 0)), io.BytesIO()
    clear.save(out, "PNG")

    assert image_of(pictures.look(out.getvalue()).full).getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (PDF, IsPdf),
        (b"\xef\xbb\xbf" + PDF, IsPdf),
        (HEIC, IsHeic),
        (MP4, IsVideo),
        (GIF, NotAPicture),
        (b"<html>photo.jpg</html>", NotAPicture),
        (b"", NotAPicture),
        (b"PK\x03\x04" + bytes(100), NotAPicture),
        (jpeg(800, 600)[:-3000], Damaged),
        (b"\xff\xd8\xff\xe0" + bytes(5000), Damaged),
        (b"\x89PNG\r\n\x1a\n" + bytes(5000), Damaged),
        (b"RIFF\x10\x00\x00\x00WEBP" + bytes(100), Damaged),
        (b"\xff\xd8\xff" + PDF, Damaged),
        (bomb(), TooManyPixels),
        (bomb(60_000), TooManyPixels),
        (jpeg() + bytes(pictures.MOST_BYTES), TooLarge),
    ],
)
def test_what_is_no_picture_is_refused_by_its_content(content: bytes, refusal: type) -> None:
    with pytest.raises(refusal) as told:
        pictures.look(content)

    assert type(told.value) is refusal


def test_a_whole_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(TooManyPixels):
        pictures.look(flat(9_000))


def test_a_reader_may_take_no_more_memory_than_it_is_given() -> None:
    greedy = (
        "import resource, runpy, sys; from PIL import Image; "
        f"sys.argv = ['x']; m = runpy.run_path({decoder.__file__!r}); "
        f"resource.setrlimit(resource.RLIMIT_AS, ({1 << 28}, {1 << 28})); "
        "Image.new('RGB', (30000, 30000))"
    )
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, check=False)

    assert done.returncode != 0
    assert b"MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_a_reader_that_does_not_come_back_is_ended(monkeypatch, tmp_path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass\n")
    monkeypatch.setattr(decoder, "__file__", str(endless))
    monkeypatch.setattr(pictures, "SECONDS", 0.3)

    with pytest.raises(Damaged):
        pictures.look(jpeg())


def test_readers_take_turns_and_who_waits_too_long_is_told(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.01)
    for _ in range(pictures.MOST_AT_ONCE):
        assert pictures._places.acquire(timeout=5)
    try:
        with pytest.raises(TooBusy):
            pictures.look(jpeg())
    finally:
        for _ in range(pictures.MOST_AT_ONCE):
            pictures._places.release()

    assert pictures.look(jpeg()).width == 640
