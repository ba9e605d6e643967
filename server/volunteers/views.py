"""What the faces show of activities and sign-ups; moments are UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from server.volunteers.models import Field, Risk, SignupState, TeamKind
from server.volunteers.stages import Stage


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift as one person sees it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    places_left: int
    waiting: int
    my_state: SignupState | None


@dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity with the shifts that one can still sign up for, and what it asks of people."""

    id: int
    number: int
    title: str
    field: Field
    team: TeamKind
    place: str
    area: str
    area_code: str
    leader_name: str
    risk_note: str
    shifts: tuple[ShiftView, ...]
    stage: Stage
    risk: Risk
    min_age: int | None
    max_age: int | None
    training: str | None
    qualification: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a person stands with a shift after a verb.

    `position` is the place in line while waitlisted, from 1. `near` names another sign-up of
    theirs that lies close in time: a warning, no refusal. Until `waits_until` the person gets no
    place at once. `agreed` says that this was their first sign-up, by which they agreed to the
    service.
    """

    state: SignupState
    shift_id: int
    activity_id: int
    number: int
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    leader_name: str
    risk_note: str
    position: int | None = None
    offer_ends_at: datetime | None = None
    near: str | None = None
    waits_until: datetime | None = None
    agreed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """Where a person stands with a shift that takes place: not come yet, there, or gone."""

    state: SignupState
    shift_id: int
    number: int
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    in_at: datetime | None
    out_at: datetime | None


MySignup = Outcome
"""An entry of one's own list says just what the verb said."""
