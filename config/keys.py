"""Keys as settings tell them: bytes in base64."""

import base64
import binascii


def decoded(text: str) -> bytes:
    """Return the bytes of a key; none when the text is no base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
