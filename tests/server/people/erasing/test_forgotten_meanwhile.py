"""What belongs to somebody who was forgotten still comes to its end, and holds up nobody else."""

import pytest
from sqlalchemy import select

from server import followers
from server.people import erasing, identities
from server.people.identities import Moved
from server.people.models import Channel
from server.volunteers.attendance import closing
from server.volunteers.attendance.presence import Means
from server.volunteers.models import Attendance, ServiceRecord
from tests.factories import POLICY
from tests.server.volunteers.attendance.acts import HOUR, a_running_shift, check_in

assert followers


@pytest.fixture
def forgotten(runtime, db, clock) -> int:
    """Two people came to one shift; one of them was forgotten while they were there."""
    now = clock.now()
    means = Means(runtime.vault, runtime.limits, POLICY)
    with db.transaction() as session:
        shift, [gone, other] = a_running_shift(session, now, people=2)
        for person in (gone, other):
            check_in(session, person, shift, now, means)
    with db.transaction() as session:
        erasing.erase(session, gone, now + HOUR, channel=Channel.CHAT, vault=runtime.vault)
    return gone


def close(db, clock) -> int:
    with db.transaction() as session:
        return closing.close(session, clock.now() + 4 * HOUR, POLICY)


def test_presence_of_the_forgotten_ends_with_the_shift_like_everybodys(db, clock, forgotten):
    assert close(db, clock) == 2

    with db.reading() as session:
        assert session.scalars(select(Attendance.out_at)).all().count(None) == 0
        assert forgotten in session.scalars(select(ServiceRecord.person_id)).all()


def test_control_a_lock_that_knows_nobody_forgotten_would_hold_up_everybody(
    db, clock, forgotten, monkeypatch, is_postgres
):
    if not is_postgres:
        # one writer at a time: nobody is locked there
        assert db.is_sqlite
        return
    monkeypatch.setattr(identities, "hold", identities.lock)

    with pytest.raises(Moved):
        close(db, clock)
    with db.reading() as session:
        assert session.scalars(select(Attendance.out_at)).all() == [None, None]
