"""A district with staff, and volunteers with so many hours."""

from datetime import timedelta

import pytest

from server.areas import tree
from server.people import posts
from server.people.models import Person, Role
from server.staff import reach as reaches
from server.volunteers.hours import records
from server.volunteers.models import ServiceRecord
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.served import a_record, a_volunteer


@pytest.fixture
def vault(runtime):
    return runtime.vault


@pytest.fixture
def areas(session):
    return plant_district(session)


@pytest.fixture
def staff(session, now, areas):
    def of(role: Role, area: str) -> reaches.Reach:
        person = a_person(session, now)
        posts.appoint(session, person, role, tree.by_code(session, area), now, until=None)
        return reaches.of(session, person, now)

    return of


@pytest.fixture
def volunteer(session, now, vault, areas):
    """Somebody of A1 with so many final hours."""

    def of(hours: int) -> int:
        person = a_volunteer(session, vault, now)
        home = tree.by_code(session, "A1").id
        session.get_one(Person, person).area_id = home
        record = a_record(session, person, now, 480, area_id=home)
        # one record as long as it takes: what the table allows a day is another test's concern
        more = -(-(hours - 8) // 8)
        first = session.get_one(ServiceRecord, record)
        for at in range(more):
            a_copy(session, first, first.day - timedelta(days=at + 1), person)
        return person

    return of


def a_copy(session, first, day, person):
    kept = {c.key: getattr(first, c.key) for c in ServiceRecord.__table__.columns if c.key != "id"}
    record = ServiceRecord(**(kept | {"day": day, "shift_id": another_shift(session, first)}))
    session.add(record)
    session.flush()


def another_shift(session, first):
    shift = session.get_one(records.Shift, first.shift_id)
    kept = {c.key: getattr(shift, c.key) for c in shift.__table__.columns if c.key != "id"}
    copy = records.Shift(**kept)
    session.add(copy)
    session.flush()
    return copy.id
