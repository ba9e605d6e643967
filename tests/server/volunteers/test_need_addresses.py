"""The exact address is for whoever is confirmed, from 24 hours before the start until the end."""

from datetime import timedelta

import pytest

from server.volunteers.activities import staffing
from server.volunteers.models import Shift
from server.volunteers.needs import addresses, needs
from tests.console.conftest import plant_district
from tests.factories import a_person
from tests.server.volunteers.acts import cancel, sign_up
from tests.server.volunteers.need_acts import VAULT, accepted, plan, staff

ADDRESS = "3号楼2单元501"


@pytest.fixture
def shift(session, now) -> Shift:
    """A shift for two, 48 hours ahead and two hours long, at an address."""
    plant_district(session)
    worker = staff(session, now)
    need, _team = accepted(session, worker, now, address=ADDRESS)
    made = plan(session, worker, need, now)
    shift = session.query(Shift).filter_by(activity_id=made.id).one()
    shift.capacity = 2
    session.flush()
    return shift


def shown(session, person, shift, moment):
    return needs.address_for(session, person, shift.id, moment, vault=VAULT)


def test_it_is_shown_from_a_day_before_until_the_end(session, now, shift) -> None:
    person = a_person(session, now)
    sign_up(session, person, shift.id, now)
    second = timedelta(seconds=1)

    assert shown(session, person, shift, shift.starts_at - timedelta(hours=24) - second) is None
    assert shown(session, person, shift, shift.starts_at - timedelta(hours=24)) == ADDRESS
    assert shown(session, person, shift, shift.ends_at - second) == ADDRESS
    assert shown(session, person, shift, shift.ends_at) is None


def test_control_with_the_window_open_it_would_be_shown_early(
    session, now, shift, monkeypatch
) -> None:
    person = a_person(session, now)
    sign_up(session, person, shift.id, now)

    assert shown(session, person, shift, now) is None
    monkeypatch.setattr(addresses, "SHOWN_BEFORE", timedelta(days=30))
    assert shown(session, person, shift, now) == ADDRESS


def test_whoever_is_not_confirmed_does_not_see_it(session, now, shift) -> None:
    confirmed, left, waiting = (a_person(session, now) for _ in range(3))
    sign_up(session, left, shift.id, now)
    cancel(session, left, shift.id, now)
    other = a_person(session, now)
    for person in (confirmed, other, waiting):
        sign_up(session, person, shift.id, now)
    moment = shift.starts_at - timedelta(hours=1)

    seen = [shown(session, person, shift, moment) for person in (confirmed, other, waiting, left)]

    assert seen == [ADDRESS, ADDRESS, None, None]


def test_when_it_is_called_off_nobody_sees_it(session, now, shift) -> None:
    person = a_person(session, now)
    sign_up(session, person, shift.id, now)

    staffing.cancel(session, shift.activity_id, now)

    assert shown(session, person, shift, shift.starts_at) is None
