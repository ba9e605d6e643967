"""What the leaders of teams answer to a need, and what the asker may do themselves."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from config.wording import say
from server.areas.models import Area
from server.people.models import Channel
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right
from server.volunteers import nearby, typed
from server.volunteers.models import Need, NeedState, Team
from server.volunteers.needs import tellings
from server.volunteers.needs import texts as need_texts
from server.volunteers.needs.clock import RATING
from server.volunteers.needs.refusals import MovedOn, NotForYourTeam, RatedAlready, RatingOver
from server.volunteers.needs.steps import Deed, Move, own, reached, take
from server.volunteers.needs.texts import MOST_NOTE

ACCEPT = Move("accepted", (NeedState.DISPATCHED,), NeedState.ACCEPTED)
TURN_BACK = Move("turned_back", (NeedState.DISPATCHED,), NeedState.VERIFIED, told=False)
WITHDRAW = Move(
    "withdrawn",
    (NeedState.SUBMITTED, NeedState.VERIFIED, NeedState.DISPATCHED, NeedState.ACCEPTED),
    NeedState.WITHDRAWN,
    told=False,
)
RATE = Move("rated", (NeedState.DONE,), NeedState.RATED, told=False)


def accept(
    session: Session, leader_id: int, need_id: int, now: datetime, *, channel: Channel
) -> Need:
    """Take the need on for the team one leads; of several teams the first has it."""
    need, area, team = sent(session, leader_id, need_id)
    return _accept(session, (need, area), team.id, Deed(leader_id, channel, now, team.name))


def accept_for(
    session: Session, reach: Reach, need_id: int, team_id: int, now: datetime, *, channel: Channel
) -> Need:
    """Take the need on for a team that said so by telephone or in person."""
    found = reached(session, reach, Right.MANAGE_NEEDS, need_id)
    team = nearby.working_in(session, team_id, found[1])
    return _accept(session, found, team.id, Deed(reach.person_id, channel, now, team.name))


def turn_back(
    session: Session, leader_id: int, need_id: int, reason: str, now: datetime, *, channel: Channel
) -> Need:
    """Say that the team cannot do it; staff send it to another one."""
    said = typed.clean(reason, MOST_NOTE)
    if not said:
        raise ReasonNeeded
    need, area, team = sent(session, leader_id, need_id)
    deed = Deed(leader_id, channel, now, said)
    mine = Need.team_id == team.id
    return take(session, (need, area), TURN_BACK, deed, mine, team_id=None)


def withdraw(
    session: Session, person_id: int, need_id: int, now: datetime, *, channel: Channel
) -> Need:
    """Take one's own need back while nobody serves it yet; the team that has it is told."""
    found = own(session, person_id, need_id)
    need = take(session, found, WITHDRAW, Deed(person_id, channel, now))
    tellings.tell_taken_back(session, need, need.team_id, now)
    return need


def rate(  # noqa: PLR0913  who rates what, with how many stars, in which words, by which door
    session: Session,
    person_id: int,
    need_id: int,
    stars: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> Need:
    """Rate what was served with 1 to 5 stars, within 15 days; the same stars again are the same."""
    need_texts.stars(stars)
    found = own(session, person_id, need_id)
    need = found[0]
    if need.rating is not None:
        if need.rating != stars:
            raise RatedAlready(number=need.number, rating=need.rating)
        return need
    if need.state is NeedState.CLOSED or (
        need.state is NeedState.DONE and need.changed_at <= now - RATING
    ):
        raise RatingOver(number=need.number)
    sealed = need_texts.seal(vault, need.id, "rating_note", typed.clean(words, MOST_NOTE))
    deed = Deed(person_id, channel, now)
    return take(session, found, RATE, deed, rating=stars, rating_note=sealed)


def sent(session: Session, leader_id: int, need_id: int) -> tuple[Need, Area, Team]:
    """Return the need, its area, and the team the person leads that it was sent to, or refuse.

    What was opened to all is there for the nearest of their teams.
    """
    found = session.execute(
        select(Need, Area)
        .join(Area, Area.id == Need.area_id)
        .where(Need.id == need_id, Need.state.not_in((NeedState.DRAFT, NeedState.SUBMITTED)))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotForYourTeam
    need, area = found
    led = nearby.led_in(session, leader_id, area)
    if not led:
        raise NotForYourTeam
    if need.team_id is None and need.state is NeedState.DISPATCHED:
        return need, area, led[0]
    for team in led:
        if team.id == need.team_id:
            return need, area, team
    if need.state is NeedState.DISPATCHED:
        raise NotForYourTeam
    raise MovedOn(number=need.number, state=say(f"needs.state_{need.state}"))


def _accept(session: Session, found: tuple[Need, Area], team_id: int, deed: Deed) -> Need:
    only_if = or_(Need.team_id.is_(None), Need.team_id == team_id)
    return take(session, found, ACCEPT, deed, only_if, team_id=team_id)
