"""Guardians who answer for minors: agreeing by code, and taking it back."""

from typing import Annotated

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Id, Moment, Out
from server.limits import CannotCount, TooManyGuesses
from server.people import guardian_codes, guardians
from server.people.guardian_codes import GuardianYearUnknown, NotAdult, OwnCode, WrongCode
from server.people.guardians import GuardianshipMissing
from server.people.models import Channel
from server.people.sessions import Caller
from server.runtime import Runtime
from server.volunteers.signups import minors

api = Api("guardianships", __name__)

EXAMPLE = {
    "id": "3",
    "mine_as_guardian": False,
    "relation": "监护人",
    "agreed_at": "2026-03-09T09:00:00+08:00",
    "withdrawn_at": None,
}


class GuardianCodeOut(Out):
    """Six digits that the guardian says in their own account, as “监护 042137”."""

    model_config = exampled({"code": "042137", "expires_at": "2026-03-09T09:30:00+08:00"})

    code: str
    expires_at: Moment


class GuardianCodeIn(Strict):
    """The six digits that the minor was shown."""

    model_config = exampled({"code": "042137"})

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class GuardianshipOut(Out):
    """A guardian's consent: one that I gave, or one given for me."""

    model_config = exampled(EXAMPLE)

    id: Id
    mine_as_guardian: bool
    relation: str
    agreed_at: Moment
    withdrawn_at: Moment | None


class GuardianshipsOut(Out):
    """All consents that name me; they always fit one page."""

    model_config = exampled({"items": [EXAMPLE], "next_cursor": None})

    items: list[GuardianshipOut]
    next_cursor: str | None = None


@api.post("/me/guardian-code", limit="sensitive", refuses=(guardian_codes.OfAge,))
def guardian_code(call: Call) -> GuardianCodeOut:
    """Show a code for one's guardian; good once and for half an hour."""
    offered = guardian_codes.offer(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return GuardianCodeOut.model_validate(offered)


def _count_guess(runtime: Runtime, caller: Caller, _body: GuardianCodeIn) -> None:
    runtime.limits.guess(caller.person_id)


@api.post(
    "/guardianships",
    fetch=_count_guess,
    limit="sensitive",
    refuses=(WrongCode, OwnCode, NotAdult, GuardianYearUnknown, TooManyGuesses, CannotCount),
)
def agree(call: Call, body: GuardianCodeIn) -> GuardianshipsOut:
    """Agree, as a guardian, that the minor who was given the code may serve."""
    minors.agree_by_code(
        call.session,
        call.person_id,
        body.code,
        call.now,
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _all(call)


@api.get("/guardianships")
def list_guardianships(call: Call) -> GuardianshipsOut:
    """List the consents I gave and those given for me, the newest first."""
    return _all(call)


@api.delete("/guardianships/<guardianship_id>", refuses=(GuardianshipMissing,))
def withdraw(call: Call, guardianship_id: int) -> GuardianshipsOut:
    """Take a consent back; without any, the minor's coming places go to others."""
    guardians.withdraw(call.session, guardianship_id, call.person_id, call.now)
    return _all(call)


def _all(call: Call) -> GuardianshipsOut:
    who = call.session, call.person_id
    mine = guardians.given_by(*who, vault=call.runtime.vault)
    for_me = guardians.of(*who, vault=call.runtime.vault)
    items = [
        GuardianshipOut(
            id=each.id,
            mine_as_guardian=each.guardian_id == call.person_id,
            relation=each.relation,
            agreed_at=each.agreed_at,
            withdrawn_at=each.withdrawn_at,
        )
        for each in (*mine, *for_me)
    ]
    return GuardianshipsOut(items=items)
