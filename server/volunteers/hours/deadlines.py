"""The times within which hours are confirmed, become final, and disputes are answered."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """Working days (see `calendar.workdays`), each after the local day of what it follows.

    `confirm_days`: hours are recorded within 10 working days of the service (a checklist by which
    organisers are inspected in other provinces). `remind_days`: when the leader is reminded; at
    the end the street is told. `objection_days`: how long confirmed hours stay open to objection
    before they are final; a choice of this district, three days give everyone a weekend or a
    working week to look. `dispute_days`: until when a dispute is answered, as the regulation on
    petitions gives a wrongly addressed unit. `proposal_days`: calendar days for which hours
    entered by hand wait for a second person, as every approval does.
    """

    confirm_days: int = 10
    remind_days: tuple[int, ...] = (5, 8)
    objection_days: int = 3
    dispute_days: int = 5
    proposal_days: int = 7


TERMS = Terms()
