"""Reading somebody's picture, in a process of its own that holds no secret and little memory.

A picture of a few kilobytes can ask for gigabytes, and decoders are where bugs are. This program
is handed one file as its input and prints a line of JSON `[width, height, bytes, bytes]`, then the
picture and its thumbnail, drawn anew as JPEG: nothing of the file is carried over but its pixels.
It says with its exit status what was wrong, imports nothing of the service, and any failure that
has no status of its own ends it.
"""

import io
import json
import resource
import sys

from PIL import Image, ImageOps

TOO_MANY_PIXELS = 4
MEMORY = 1 << 30
CPU_SECONDS = 20
WRITTEN = 16 << 20
MOST_PIXELS = 64_000_000
LONGEST_SIDE = 20_000
FULL, THUMB = 1_600, 320
"""The longest sides of what is kept, in pixels."""
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")


def main() -> int:
    """Print the picture that comes in drawn anew; return 0, or what was wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    Image.MAX_IMAGE_PIXELS = None  # what counts is asked below, before anything is decoded
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
            return TOO_MANY_PIXELS
        full = _drawn(image)
    thumb = full.copy()
    thumb.thumbnail((THUMB, THUMB))
    parts = _jpeg(full), _jpeg(thumb)
    head = [full.width, full.height, *map(len, parts)]
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(parts))
    return 0


def _drawn(image: Image.Image) -> Image.Image:
    """Return the pixels alone, upright and small; what was see-through becomes white."""
    image.draft("RGB", (FULL, FULL))
    image.thumbnail((FULL, FULL))
    upright = ImageOps.exif_transpose(image)
    clean = Image.new("RGB", upright.size, "white")
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        clean.paste(seen, mask=seen)
    else:
        clean.paste(upright.convert("RGB"))
    return clean


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
