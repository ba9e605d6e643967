"""The roster of a shift: who is expected, who is there, who is still to be looked at."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, select, update
from sqlalchemy.orm import Session

from server.audit import trail
from server.people.masking import masked
from server.people.models import Person
from server.people.vault import Vault
from server.staff.reach import Reach
from server.volunteers.attendance import leading
from server.volunteers.attendance.coming import ASKED
from server.volunteers.attendance.leading import Led
from server.volunteers.attendance.presence import attendance
from server.volunteers.attendance.refusals import NothingToRecheck
from server.volunteers.models import LIVE, Attendance, Route, Signup, SignupState
from server.volunteers.signups import line
from server.volunteers.signups.shifts import signup

person = Person.__table__.c
LISTED = (*LIVE, SignupState.NO_SHOW)
SEEN, NOT_SEEN = "seen", "not_seen"

_ROWS = (
    select(
        signup.id,
        signup.person_id,
        signup.state,
        signup.walk_in,
        person.name,
        person.volunteer_no,
        attendance.id.label("attendance_id"),
        attendance.in_at,
        attendance.in_route,
        attendance.out_at,
        attendance.out_route,
        attendance.recheck,
    )
    .select_from(Signup.__table__)
    .join(Person.__table__, person.id == signup.person_id)
    .outerjoin(Attendance.__table__, attendance.signup_id == signup.id)
    .where(
        signup.shift_id == bindparam("this"),
        signup.state.in_([literal_column(f"'{state}'") for state in LISTED]),
    )
    .order_by(signup.id)
)


class Entry(NamedTuple):
    """One person on the roster; the name is masked, the place in the list counts from 1."""

    place: int
    signup_id: int
    state: SignupState
    walk_in: bool
    name: str
    volunteer_no: str | None
    is_me: bool
    attendance_id: int | None
    in_at: datetime | None
    in_route: Route | None
    out_at: datetime | None
    out_route: Route | None
    recheck: str | None

    @property
    def is_expected(self) -> bool:
        """Tell whether the person has a place and has not come yet."""
        return self.state is SignupState.CONFIRMED

    @property
    def is_in(self) -> bool:
        """Tell whether the person is there by now."""
        return self.attendance_id is not None and self.out_at is None

    @property
    def is_to_be_seen(self) -> bool:
        """Tell whether the leader is asked to look at this person once more."""
        return self.recheck == ASKED


@dataclass(frozen=True, slots=True)
class Roster:
    """A shift with everybody on its list."""

    led: Led
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many are expected still, there, gone, in line, and did not come."""
        found = Counter(entry.state for entry in self.entries)
        return {
            "expected": found[SignupState.CONFIRMED],
            "present": found[SignupState.CHECKED_IN],
            "gone": found[SignupState.CHECKED_OUT] + found[SignupState.CREDITED],
            "waiting": found[SignupState.WAITLISTED] + found[SignupState.OFFERED],
            "no_show": found[SignupState.NO_SHOW],
        }


def of(session: Session, reach: Reach, shift_id: int, *, vault: Vault) -> Roster:
    """Return the roster of a shift that this person may look after. Two statements."""
    led = leading.led(session, reach, shift_id)
    rows = session.execute(_ROWS, {"this": shift_id})
    entries = tuple(_entry(place, row, reach, vault) for place, row in enumerate(rows, 1))
    return Roster(led, entries)


def recheck(
    session: Session, reach: Reach, shift_id: int, signup_id: int, was_seen: bool, now: datetime
) -> None:
    """Note whether the leader saw this person, when asked to look; nothing follows by itself."""
    led = leading.led(session, reach, shift_id)
    noted = session.execute(
        update(Attendance.__table__)
        .where(
            attendance.signup_id == signup_id,
            attendance.shift_id == shift_id,
            attendance.person_id != reach.person_id,
            attendance.recheck.is_not(None),
        )
        .values(recheck=SEEN if was_seen else NOT_SEEN)
    )
    if not line.changed(noted):
        raise NothingToRecheck
    trail.record(
        session,
        reach.person_id,
        "attendance.rechecked",
        ("signup", signup_id),
        now,
        area_path=led.path,
        seen=was_seen,
    )


def _entry(place: int, row: Any, reach: Reach, vault: Vault) -> Entry:
    name = vault.open(row.name, f"person:{row.person_id}:name") if row.name else ""
    return Entry(
        place=place,
        signup_id=row.id,
        state=row.state,
        walk_in=row.walk_in,
        name=masked(name),
        volunteer_no=row.volunteer_no,
        is_me=row.person_id == reach.person_id,
        attendance_id=row.attendance_id,
        in_at=row.in_at,
        in_route=row.in_route,
        out_at=row.out_at,
        out_route=row.out_route,
        recheck=row.recheck,
    )
