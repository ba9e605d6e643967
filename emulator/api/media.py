"""Temporary media: what somebody sent is fetched by its id."""

from emulator.api.call import ApiError, Blob, Call, Endpoint


def get_media(call: Call) -> Blob:
    """Return what somebody sent, called a JPEG whatever it is; 40007 when it is not there."""
    media_id = call.query.get("media_id", "")
    content = call.world.media.get(media_id, call.now)
    if content is None:
        raise ApiError(40007, "invalid media_id")
    return Blob(content, "image/jpeg", f"{media_id[:16]}.jpg")


CALLS = {"/cgi-bin/media/get": Endpoint("GET", get_media)}
