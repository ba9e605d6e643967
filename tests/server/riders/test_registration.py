"""Being a rider is a choice: asked, known, left, and taken up again with the points one had."""

import pytest
from sqlalchemy import func, select

from server.areas import tree
from server.notices import quiet
from server.people import identities, posts
from server.people.models import App, Channel, Role
from server.riders import registration
from server.riders.models import PointsAccount, Rider, RiderState, Sector
from server.riders.points.refusals import StaffHaveNone
from server.riders.registration import (
    BadPlatform,
    NoRider,
    NoSuchPlace,
    OwnRegistration,
    Told,
)
from server.staff import reach
from server.staff.reach import NotAllowed, OutOfReach
from tests.factories import a_person
from tests.server.riders.acts import a_rider, earn, has
from tests.server.volunteers.records.acts import staff


def told(session, **more) -> Told:
    return Told(**({"sector": Sector.PARCEL, "area_code": tree.root(session).code} | more))


def registered(session, person, now, **more) -> Rider:
    return registration.register(session, person, told(session, **more), Channel.CHAT, now)


def test_registering_twice_is_one_registration_and_the_last_word_stands(session, now) -> None:
    person = a_person(session, now)
    registered(session, person, now)

    rider = registered(session, person, now, sector=Sector.RIDE, platform=" 示例出行 ")

    assert (rider.state, rider.sector, rider.platform) == ("asked", "ride", "示例出行")
    assert session.scalar(select(func.count()).select_from(Rider)) == 1
    accounts = select(func.count()).where(PointsAccount.person_id == person)
    assert session.scalar(accounts) == 2


def test_staff_have_no_account(session, now) -> None:
    """G4."""
    worker = staff(session, now)

    with pytest.raises(StaffHaveNone):
        registered(session, worker.person_id, now)


def test_control_a_leader_of_a_team_is_no_staff(session, now) -> None:
    person = a_person(session, now)
    posts.appoint(session, person, Role.TEAM_LEADER, tree.root(session), now, until=None)

    assert registered(session, person, now).state is RiderState.ASKED


def test_staff_put_down_that_they_know_a_rider(session, now) -> None:
    rider, worker = a_rider(session, now), staff(session, now)

    for _twice in range(2):
        known = registration.verify(session, worker, rider, now)

    assert (known.state, known.verified_by) == (RiderState.VERIFIED, worker.person_id)
    again = registered(session, rider, now)
    assert again.state is RiderState.VERIFIED


def test_nobody_knows_themselves_and_not_everybody_may(session, now) -> None:
    rider = a_rider(session, now)

    with pytest.raises(OwnRegistration):
        registration.verify(session, reach.of(session, rider, now), rider, now)
    with pytest.raises(NotAllowed):
        registration.verify(session, staff(session, now, Role.GRID_WORKER), rider, now)
    with pytest.raises(OutOfReach):
        registration.verify(session, staff(session, now), a_person(session, now), now)


def test_who_leaves_and_comes_back_finds_what_they_had(session, now) -> None:
    rider = a_rider(session, now)
    earn(session, rider, now)

    for _twice in range(2):
        registration.leave(session, rider, now)
    with pytest.raises(NoRider):
        registration.of(session, rider)
    back = registered(session, rider, now)

    assert (back.state, back.left_at) == (RiderState.ASKED, None)
    assert has(session, rider, now) == 1


@pytest.mark.parametrize("platform", ["长" * 21, "a\nb", "<b>"])
def test_a_platform_is_a_short_name(session, now, platform) -> None:
    with pytest.raises(BadPlatform):
        registered(session, a_person(session, now), now, platform=platform)


def test_an_area_that_is_not_there_is_refused(session, now) -> None:
    with pytest.raises(NoSuchPlace):
        registered(session, a_person(session, now), now, area_code="X")


def test_riders_have_hours_of_their_own_until_they_leave(session, now) -> None:
    rider, other = a_rider(session, now), a_person(session, now)

    assert quiet.riders(session, [rider, other]) == {rider}
    registration.leave(session, rider, now)
    assert quiet.riders(session, [rider, other]) == set()


def test_a_new_phone_or_wechat_takes_one_message(session, now) -> None:
    """Accounts that bear one unionid are one person: nothing has to be told anew."""
    first = identities.welcome(session, App.OFFICIAL, "o-old", now, "u-1").person_id
    registered(session, first, now)
    earn(session, first, now)

    again = identities.welcome(session, App.MINIPROGRAM, "o-new", now, "u-1").person_id

    assert has(session, again, now) == 1
