"""What staff do for somebody who calls, writes or stands at the counter: with the same effect.

Each deed goes through the verb that the person's own chat would call, and is noted with the door.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Invalid
from server.office import sight
from server.people import consents, guardians
from server.people.consents import Purpose
from server.people.guardians import Given
from server.people.masking import masked
from server.people.models import Channel, Guardian
from server.people.vault import Vault
from server.staff.approvals import ReasonNeeded
from server.staff.reach import OutOfReach, Reach
from server.staff.rights import Right
from server.volunteers.hours import disputes, histories
from server.volunteers.hours.histories import Record
from server.volunteers.policy import Policy
from server.volunteers.signups import signups, waiting
from server.volunteers.teams import membership
from server.volunteers.teams import views as team_views
from server.volunteers.teams.views import TeamView, Wanted
from server.volunteers.views import MySignup, Outcome

DOORS = (Channel.PHONE, Channel.PAPER, Channel.CONSOLE)
"""By phone, in writing, or in person before staff."""
ANSWERS = {"cancel": signups.cancel, "accept": waiting.accept, "decline": waiting.decline}
"""What somebody may want done about a sign-up of theirs."""


RECENT = 10
MOST_TEAMS = 50


class BadProxy(Invalid):
    """Nothing of this kind is done for somebody, or not by this door."""

    code = "office.bad_proxy"


class Standing(NamedTuple):
    """What may be done for somebody: sign-ups ahead, guardians who agree, the last records.

    Names of guardians are masked; `teams` are their own, `more_teams` those they may ask for.
    """

    ahead: tuple[MySignup, ...]
    guardians: tuple[tuple[int, str, str], ...]
    records: tuple[Record, ...]
    teams: tuple[TeamView, ...]
    more_teams: tuple[TeamView, ...]


def standing(
    session: Session, reach: Reach, person_id: int, now: datetime, *, vault: Vault
) -> Standing:
    """Return what may be done for somebody whom this desk serves."""
    served(session, reach, person_id, Channel.CONSOLE)
    agree = tuple(
        (one.id, masked(one.name), one.relation)
        for one in guardians.of(session, person_id, vault=vault)
        if one.withdrawn_at is None
    )
    records = histories.mine(session, person_id, RECENT).items
    theirs = team_views.mine(session, person_id)
    held = {team.id for team in theirs}
    others = team_views.browse_for(session, reach, Wanted(), limit=MOST_TEAMS).items
    more = tuple(team for team in others if team.active and team.id not in held)
    return Standing(signups.mine(session, person_id, now), agree, records, theirs, more)


def answer_for(  # noqa: PLR0913  who, by which door, answers what how
    session: Session,
    reach: Reach,
    person_id: int,
    shift_id: int,
    wish: str,
    now: datetime,
    *,
    channel: Channel,
    policy: Policy,
) -> Outcome:
    """Cancel a sign-up, or accept or decline an offered place, for whoever asked staff to."""
    path = served(session, reach, person_id, channel)
    if wish not in ANSWERS:
        raise BadProxy
    outcome = ANSWERS[wish](session, person_id, shift_id, now, policy=policy)
    note(session, reach, person_id, f"signup {wish}", path, channel, now)
    return outcome


def team_for(  # noqa: PLR0913  who asks for which team, or leaves it, by which door
    session: Session,
    reach: Reach,
    person_id: int,
    team_id: int,
    wish: str,
    now: datetime,
    *,
    channel: Channel,
) -> None:
    """Ask for a team in somebody's name, or let them leave it; its leader decides as always."""
    path = served(session, reach, person_id, channel)
    if wish == "join":
        membership.join(session, person_id, team_id, now, channel=channel)
    elif wish == "leave":
        membership.leave(session, person_id, team_id, now)
    else:
        raise BadProxy
    note(session, reach, person_id, f"team {wish}", path, channel, now)


def consent_for(  # noqa: PLR0913  who agrees to what, or takes it back, by which door
    session: Session,
    reach: Reach,
    person_id: int,
    purpose: Purpose,
    granted: bool,
    now: datetime,
    *,
    channel: Channel,
) -> None:
    """Put down that somebody agrees or takes it back: as easy by phone as it is in chat."""
    path = served(session, reach, person_id, channel)
    change = consents.grant if granted else consents.withdraw
    change(session, person_id, purpose, now, channel=channel)
    what = "given" if granted else "withdrawn"
    note(session, reach, person_id, f"consent {purpose} {what}", path, channel, now)


def dispute_for(  # noqa: PLR0913  who disputes what, in which words, by which door
    session: Session,
    reach: Reach,
    person_id: int,
    record_id: int,
    words: str,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> None:
    """Dispute a record in the words of whoever called; another colleague answers."""
    path = served(session, reach, person_id, channel)
    disputes.raise_dispute(session, person_id, record_id, words, now, channel=channel, vault=vault)
    note(session, reach, person_id, "record disputed", path, channel, now)


def guardian_agrees(  # noqa: PLR0913  who agreed for whom, by which door, with the key that seals
    session: Session,
    reach: Reach,
    minor_id: int,
    given: Given,
    now: datetime,
    *,
    channel: Channel,
    vault: Vault,
) -> None:
    """Put down the consent of a guardian who stands before staff, or has signed it."""
    served(session, reach, minor_id, channel)
    who = reach.person_id
    guardians.agree(session, minor_id, given, now, channel=channel, seen_by=who, vault=vault)


def guardian_takes_back(
    session: Session, reach: Reach, guardianship_id: int, reason: str, now: datetime
) -> int:
    """Take a guardian's consent back at their wish, and return whose it was for."""
    row = session.get(Guardian, guardianship_id)
    if row is None:
        raise OutOfReach
    served(session, reach, row.minor_id, Channel.CONSOLE)
    if not reason.strip():
        raise ReasonNeeded
    guardians.withdraw_for(session, row.id, reach.person_id, reason.strip()[:400], now)
    return row.minor_id


def served(session: Session, reach: Reach, person_id: int, channel: Channel) -> str:
    """Return the path of the area that serves this person, or refuse the door or the reach."""
    if channel not in DOORS:
        raise BadProxy
    person, area = sight.person(session, reach, Right.EDIT_PEOPLE, person_id)
    if person.area_id is not None and not reach.covers(Right.EDIT_PEOPLE, area.path):
        raise OutOfReach
    return area.path


def note(  # noqa: PLR0913  what an assessor asks of each deed
    session: Session,
    reach: Reach,
    person_id: int,
    deed: str,
    path: str,
    channel: Channel,
    now: datetime,
) -> None:
    """Put into the trail what was done for somebody, and how they asked for it."""
    subject, who = ("person", person_id), reach.person_id
    trail.record(
        session, who, "person.served_for", subject, now, area_path=path, deed=deed, channel=channel
    )
