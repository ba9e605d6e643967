"""Why a picture is turned down, or is not there."""

from server.errors import Conflict, Invalid, Missing, Unavailable


class NoMedia(Invalid):
    """The message names no picture that could be fetched."""

    code = "photos.no_media"


class NotAPicture(Invalid):
    """What came is no picture that is read here, whatever its name or header says."""

    code = "photos.not_a_picture"


class IsPdf(NotAPicture):
    """It is a PDF, often under the name of a picture."""

    code = "photos.is_pdf"


class IsHeic(NotAPicture):
    """It is HEIC or AVIF, which phones write unless told otherwise and few programs read."""

    code = "photos.is_heic"


class IsVideo(NotAPicture):
    """It is a video."""

    code = "photos.is_video"


class TooLarge(Invalid):
    """It has more bytes than are fetched."""

    code = "photos.too_large"


class TooManyPixels(Invalid):
    """It is wider or higher than any phone takes it."""

    code = "photos.too_many_pixels"


class Damaged(Invalid):
    """It begins as a picture and cannot be read to its end, or was made to do harm."""

    code = "photos.damaged"


class Gone(Conflict):
    """WeChat has it no more: it keeps a picture for three days."""

    code = "photos.gone"


class TooManyToday(Conflict):
    """The person has sent as many pictures today as anybody may."""

    code = "photos.too_many_today"


class TooBusy(Unavailable):
    """So many pictures are being read that this one would have to wait too long."""

    code = "photos.too_busy"


class PhotoMissing(Missing):
    """There is no such picture, it is not shown yet, or it is kept no longer."""

    code = "photos.missing"


class DecidedAlready(Conflict):
    """Somebody else has looked at it."""

    code = "photos.decided_already"


class ReasonNeeded(Invalid):
    """A picture is refused for a reason."""

    code = "photos.reason_needed"
