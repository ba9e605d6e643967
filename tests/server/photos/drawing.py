"""Pictures and what calls itself one, drawn for the tests."""

import io
import struct
import zlib

from PIL import Image

PLACE = "GPS-37.8570-112.5710"
DEVICE = "示例手机七号"
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def jpeg(width: int = 640, height: int = 480, colour: str = "red", **more: object) -> bytes:
    """Return a JPEG of one colour."""
    return _saved(Image.new("RGB", (width, height), colour), "JPEG", **more)


def png(width: int = 64, height: int = 48) -> bytes:
    return _saved(Image.new("RGBA", (width, height), (0, 0, 255, 128)), "PNG")


def webp(width: int = 64, height: int = 48) -> bytes:
    return _saved(Image.new("RGB", (width, height), "green"), "WEBP")


def telling(turned: int = 1) -> bytes:
    """Return a JPEG that tells where, with what and by whom it was taken, the left half red."""
    image = Image.new("RGB", (400, 200), "blue")
    image.paste("red", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[MAKE] = DEVICE
    exif[0x9C9C] = PLACE.encode("utf-16-le")
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (37.0, 51.0, 25.2)
    return _saved(image, "JPEG", exif=exif.tobytes(), comment=PLACE.encode())


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of a few kilobytes that asks for gigabytes: black, `side` by `side`."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    row = zlib.compress(b"\0" * 65_536, 9)
    chunks = (b"IHDR", head), (b"IDAT", row), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def flat(side: int) -> bytes:
    """Return a whole grey PNG, however large, which compresses to nearly nothing."""
    return _saved(Image.new("L", (side, side), 128), "PNG", compress_level=9)


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(200)
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(20)


def image_of(content: bytes) -> Image.Image:
    """Return what a viewer sees."""
    return Image.open(io.BytesIO(content))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _saved(image: Image.Image, form: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **more)
    return out.getvalue()
