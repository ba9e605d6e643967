"""What is read and written of hazard reports (随手拍)."""

from typing import Annotated

from pydantic import Field

from config import hazards
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from miniprogram_api.texts import NO_NUL
from server.riders.hazards import texts
from server.riders.hazards.models import AppealState, HazardState, RejectReason
from server.riders.hazards.pictures import MOST
from server.riders.hazards.reporting import Told
from server.riders.stations.coordinates import PATTERN, Datum, Place

KINDS = "|".join(hazards.kinds())

EXAMPLE = {
    "id": "12",
    "number": 12,
    "kind": "manhole",
    "kind_name": "井盖",
    "words": "柳巷口井盖没了",
    "place": "柳巷口北边",
    "area": "柳巷街道",
    "urgent": True,
    "state": "received",
    "photos": 1,
    "reason_code": None,
    "reason": None,
    "appeal": None,
    "question": None,
    "closing_note": None,
    "points": 0,
    "rating": None,
    "first_number": None,
    "received_at": "2026-03-09T09:00:00+08:00",
    "due_at": "2026-03-09T13:00:00+08:00",
    "fixed_at": None,
    "overdue": False,
    "may_appeal": False,
    "may_rate": False,
    "may_reopen": False,
}
STEPS = {"steps": [{"at": "2026-03-09T09:00:00+08:00", "action": "received", "note": None}]}

Said = Annotated[str, Field(min_length=1, max_length=texts.MOST_NOTE, pattern=NO_NUL)]


class ReportIn(Strict):
    """What is dangerous, in words or by photos, and where, in words or exactly.

    `near` is latitude and longitude in degrees of `datum`; it is kept for a week at most. `media`
    are photos by the names that WeChat gave them, `photos` by the ids that `POST /photos` gave.
    """

    model_config = exampled(
        {"words": "井盖没了", "place": "柳巷口北边", "near": "37.8601,112.5702", "kind": "manhole"}
    )

    words: Annotated[str, Field(max_length=texts.MOST_NOTE, pattern=NO_NUL)] = ""
    place: Annotated[str, Field(max_length=texts.MOST_PLACE, pattern=NO_NUL)] = ""
    near: Annotated[str, Field(pattern=PATTERN)] | None = None
    datum: Datum = Datum.GCJ02
    kind: Annotated[str, Field(pattern=rf"^({KINDS})$")] | None = None
    media: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")], ...],
        Field(max_length=MOST),
    ] = ()
    photos: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")], ...], Field(max_length=MOST)
    ] = ()

    @property
    def told(self) -> Told:
        """Return it as the domain takes it."""
        spot = Place.read(self.near, self.datum) if self.near else None
        ids = tuple(map(int, self.photos))
        return Told(self.words, self.place, spot, self.kind, self.media, ids)


class ReportWordsIn(Strict):
    """What one adds, or why one objects."""

    model_config = exampled({"words": "在路的北边，井盖真的没了"})

    words: Said


class ReportRatingIn(Strict):
    """How it was put right, from 1 to 5 stars."""

    model_config = exampled({"stars": 5, "words": "很快"})

    stars: Annotated[int, Field(ge=1, le=5)]
    words: Annotated[str, Field(max_length=texts.MOST_NOTE, pattern=NO_NUL)] = ""


class ReportOut(Out):
    """A report as whoever sent it in sees it; `number` is what one types in chat.

    While `question` stands staff wait for words, and the clock stands still. `first_number` is the
    report of somebody else that told of the same before.
    """

    model_config = exampled(EXAMPLE)

    id: Id
    number: int
    kind: str
    kind_name: str
    words: str
    place: str
    area: str
    urgent: bool
    state: HazardState
    photos: int
    reason_code: RejectReason | None
    reason: str | None
    appeal: AppealState | None
    question: str | None
    closing_note: str | None
    points: int
    rating: int | None
    first_number: int | None
    received_at: Moment
    due_at: Moment | None
    fixed_at: Moment | None
    overdue: bool
    may_appeal: bool
    may_rate: bool
    may_reopen: bool


class ReportStepOut(Out):
    """Something that was done with a report."""

    at: Moment
    action: str
    note: str | None


class ReportWithStepsOut(ReportOut):
    """A report with what was done so far, the first step first."""

    model_config = exampled(EXAMPLE | STEPS)

    steps: list[ReportStepOut]


class ReportsOut(Out):
    """One's newest reports, the last one first; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE], "next_cursor": None})

    items: list[ReportOut]
    next_cursor: str | None = None


class ReportKindOut(Out):
    """A kind of hazard."""

    code: str
    name: str


class ReportKindsOut(Out):
    """The kinds of hazards there are, in the order in which they are offered."""

    model_config = exampled({"items": [{"code": "manhole", "name": "井盖"}], "next_cursor": None})

    items: list[ReportKindOut]
    next_cursor: str | None = None
