"""What staff decide about a need, from the first look to the call after it was served."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Session

from server.people.models import Channel
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import nearby
from server.volunteers.models import PRIORITY, Field, Need, NeedState
from server.volunteers.needs import activities, tellings
from server.volunteers.needs import texts as need_texts
from server.volunteers.needs.addresses import address_for as address_for
from server.volunteers.needs.addresses import addresses as addresses
from server.volunteers.needs.steps import Deed, Move, reached, take
from server.volunteers.needs.texts import MOST_NOTE
from server.volunteers.needs.words import title_of
from server.volunteers.typed import clean

VERIFY = Move("verified", (NeedState.SUBMITTED,), NeedState.VERIFIED)
REJECT = Move("rejected", (NeedState.SUBMITTED, NeedState.VERIFIED), NeedState.REJECTED)
DISPATCH = Move("dispatched", (NeedState.VERIFIED,), NeedState.DISPATCHED)
OPEN_TO_ALL = Move("opened", (NeedState.VERIFIED,), NeedState.DISPATCHED)
RECALL = Move("recalled", (NeedState.DISPATCHED, NeedState.ACCEPTED), NeedState.VERIFIED)
FINISH = Move("done", (NeedState.ACCEPTED, NeedState.IN_SERVICE), NeedState.DONE)
FOLLOW_UP = Move("closed", (NeedState.DONE, NeedState.RATED), NeedState.CLOSED, told=False)


def verify(  # noqa: PLR0913  whoever verifies may set right what the asker could not know
    session: Session,
    reach: Reach,
    need_id: int,
    now: datetime,
    *,
    channel: Channel,
    field: Field | None = None,
    ticks: tuple[str, ...] = (),
) -> Need:
    """Find the need true and fit for volunteers; its field and title may be corrected."""
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    corrected: dict[str, object] = {}
    if field is not None:
        corrected = {"field": field, "priority": field in PRIORITY}
        corrected["title"] = title_of(field, ticks) if ticks else _retitled(found[0], field)
    return take(session, found, VERIFY, Deed(reach.person_id, channel, now), **corrected)


def reject(
    session: Session, reach: Reach, need_id: int, reason: str, now: datetime, *, channel: Channel
) -> Need:
    """Turn the need down with a reason, which only the asker and staff see."""
    said = _said(reason)
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    deed = Deed(reach.person_id, channel, now, said)
    return take(session, found, REJECT, deed, reason=said)


def dispatch(
    session: Session, reach: Reach, need_id: int, team_id: int, now: datetime, *, channel: Channel
) -> Need:
    """Send the need to one team that works there; its leader is told."""
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    team = nearby.working_in(session, team_id, found[1])
    deed = Deed(reach.person_id, channel, now, team.name)
    need = take(session, found, DISPATCH, deed, team_id=team.id)
    tellings.tell_leaders(session, need, (team,), now)
    return need


def open_to_all(
    session: Session, reach: Reach, need_id: int, now: datetime, *, channel: Channel
) -> Need:
    """Let every team that works there take the need; the first one has it."""
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    need = take(session, found, OPEN_TO_ALL, Deed(reach.person_id, channel, now), team_id=None)
    tellings.tell_leaders(session, need, nearby.all_working_in(session, found[1]), now)
    return need


def recall(
    session: Session, reach: Reach, need_id: int, reason: str, now: datetime, *, channel: Channel
) -> Need:
    """Take the need back from whoever it was sent to; it waits to be sent anew.

    Refused while an activity for it is on: that must be called off first.
    """
    said = _said(reason)
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    activities.require_none(session, found[0])
    before = found[0].team_id
    need = take(session, found, RECALL, Deed(reach.person_id, channel, now, said), team_id=None)
    tellings.tell_taken_back(session, need, before, now)
    return need


def finish(
    session: Session,
    reach: Reach,
    need_id: int,
    closing_note: str,
    now: datetime,
    *,
    channel: Channel,
) -> Need:
    """Say that the need was served, and how; the asker may rate it from now on."""
    said = _said(closing_note)
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    deed = Deed(reach.person_id, channel, now, said)
    return take(session, found, FINISH, deed, closing_note=said)


def follow_up(  # noqa: PLR0913  what was said on the telephone, and the stars if the asker gave any
    session: Session,
    reach: Reach,
    need_id: int,
    said: str,
    now: datetime,
    *,
    vault: Vault,
    rating: int | None = None,
) -> Need:
    """Keep what the asker said when called, with the stars they gave, and close the need."""
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    need = found[0]
    sealed = need_texts.seal(vault, need.id, "follow_up", _said(said))
    values: dict[str, object] = {"follow_up": sealed}
    if rating is not None:
        need_texts.stars(rating)
        # stars that the asker gave by themselves stay
        values["rating"] = func.coalesce(Need.rating, rating)
    deed = Deed(reach.person_id, Channel.PHONE, now)
    return take(session, found, FOLLOW_UP, deed, **values)


def _said(text: str) -> str:
    kept = clean(text, MOST_NOTE)
    if not kept:
        raise ReasonNeeded
    return kept


def _retitled(need: Need, field: Field) -> str:
    _, colon, ticks = need.title.partition("：")
    return title_of(field, tuple(ticks.split("、")) if colon else ())
