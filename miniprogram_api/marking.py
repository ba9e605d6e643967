"""The roster of a shift, and what its leader marks upon it."""

from typing import Annotated

from pydantic import Field

from config.wording import say
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.staff import reach as reaches
from server.staff.reach import OutOfReach, Reach
from server.volunteers.attendance import marking, roster
from server.volunteers.attendance.marking import Did, Mark, Marked
from server.volunteers.attendance.refusals import NothingToRecheck
from server.volunteers.models import Route, SignupState

api = Api("marking", __name__)

EXAMPLE_ENTRY = {
    "place": 1,
    "signup_id": "31",
    "state": "confirmed",
    "walk_in": False,
    "name": "李*明",
    "volunteer_no": None,
    "in_at": None,
    "in_route": None,
    "out_at": None,
    "recheck": None,
}
EXAMPLE_MARKED = {"signup_id": "31", "taken": True, "code": None, "message": None}


class EntryOut(Out):
    """One person on the roster; the name is masked.

    `recheck` is `asked` while the leader is asked to look at them again.
    """

    model_config = exampled(EXAMPLE_ENTRY)

    place: int
    signup_id: Id
    state: SignupState
    walk_in: bool
    name: str
    volunteer_no: str | None
    in_at: Moment | None
    in_route: Route | None
    out_at: Moment | None
    recheck: str | None


class RosterOut(Out):
    """Everybody on the list of a shift; it always fits one page."""

    model_config = exampled({"items": [EXAMPLE_ENTRY], "next_cursor": None})

    items: list[EntryOut]
    next_cursor: str | None = None


class MarkIn(Strict):
    """What the leader saw: `came` just now, there from the start (`whole`), or `left`."""

    signup_id: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
    did: Did


class MarksIn(Strict):
    """Marks on the roster; each is taken down by itself."""

    model_config = exampled({"marks": [{"signup_id": "31", "did": "came"}]})

    marks: Annotated[list[MarkIn], Field(min_length=1, max_length=500)]


class MarkedOut(Out):
    """What became of a mark; `message` says why it was turned down."""

    model_config = exampled(EXAMPLE_MARKED)

    signup_id: Id
    taken: bool
    code: str | None
    message: str | None


class MarkedAllOut(Out):
    """What became of each mark."""

    model_config = exampled({"items": [EXAMPLE_MARKED]})

    items: list[MarkedOut]


class RecheckIn(Strict):
    """Whether the leader saw the person when asked to look again."""

    model_config = exampled({"seen": True})

    seen: bool


@api.get("/shifts/<shift_id>/roster", refuses=(OutOfReach,))
def show_roster(call: Call, shift_id: int) -> RosterOut:
    """List who is expected and who is there."""
    found = roster.of(call.session, _reach(call), shift_id, vault=call.runtime.vault)
    return RosterOut(items=[EntryOut.model_validate(entry) for entry in found.entries])


@api.post("/shifts/<shift_id>/roster", refuses=(OutOfReach,))
def mark(call: Call, shift_id: int, body: MarksIn) -> MarkedAllOut:
    """Take down who came or left, as the leader saw it."""
    marks = [Mark(int(one.signup_id), one.did) for one in body.marks]
    marked = marking.mark(
        call.session, _reach(call), shift_id, marks, call.now, call.runtime.policy
    )
    return MarkedAllOut(items=list(map(_marked, marked)))


@api.post("/shifts/<shift_id>/roster/<signup_id>/recheck", refuses=(OutOfReach, NothingToRecheck))
def recheck(call: Call, shift_id: int, signup_id: int, body: RecheckIn) -> None:
    """Note whether the leader saw this person when asked to look again."""
    roster.recheck(call.session, _reach(call), shift_id, signup_id, body.seen, call.now)


def _marked(one: Marked) -> MarkedOut:
    if one.refusal is None:
        return MarkedOut(signup_id=one.signup_id, taken=True, code=None, message=None)
    message = say(one.refusal.code, **one.refusal.facts)
    return MarkedOut(signup_id=one.signup_id, taken=False, code=one.refusal.code, message=message)


def _reach(call: Call) -> Reach:
    return reaches.of(call.session, call.person_id, call.now)
