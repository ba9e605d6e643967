"""What becomes of reports when persons are joined or forgotten, and with time (G7)."""

from datetime import timedelta

from sqlalchemy import select

from server import followers, retention
from server.people import copies, erasing, joining
from server.people.models import Channel
from server.riders.hazards import course, drafts, pictures, views
from server.riders.hazards.models import Hazard, HazardPhoto, HazardSpot, HazardState
from tests.factories import a_person
from tests.server.riders.acts import a_rider
from tests.server.riders.hazards.acts import CHAT, fixed, reject, report, triage

assert followers


def test_where_exactly_is_gone_within_a_week_and_the_place_in_words_stays(
    session, clock, vault, rider
) -> None:
    hazard = report(session, rider, clock.now(), vault)
    assert session.get(HazardSpot, hazard.id) is not None

    clock.advance(days=7, seconds=1)
    retention.forget(session, clock.now())
    session.expire_all()

    assert session.scalars(select(HazardSpot)).all() == []
    assert (hazard.place, hazard.cell) == ("柳巷口", "42066:98745")


def test_words_of_what_was_over_a_year_ago_are_emptied(session, clock, vault, rider, clerk) -> None:
    over = reject(session, clerk, report(session, rider, clock.now(), vault), clock.now())
    still = report(session, rider, clock.now(), vault, place="别处", spot=None)
    clock.advance(days=366)

    assert course.empty(session, clock.now()) == 1
    session.expire_all()

    assert over.words is None
    assert still.words is not None


def test_of_who_is_forgotten_the_hazard_stays_to_be_put_right(
    session, now, vault, rider, clerk
) -> None:
    hazard = report(session, rider, now, vault)
    pictures.add(session, hazard.id, "m-1", now)
    triage(session, clerk, hazard, now)

    erasing.erase(session, rider, now, channel=Channel.CHAT, vault=vault)
    session.expire_all()

    assert (hazard.reporter_id, hazard.words, hazard.place) == (None, None, "柳巷口")
    assert session.scalars(select(HazardPhoto)).all() == []
    assert hazard.state is HazardState.TRIAGED


def test_a_hazard_of_somebody_forgotten_can_still_be_put_right(
    session, now, vault, rider, clerk
) -> None:
    hazard = report(session, rider, now, vault)
    erasing.erase(session, rider, now, channel=Channel.CHAT, vault=vault)
    session.refresh(hazard)

    fixed(session, clerk, hazard, now)

    assert hazard.state is HazardState.FIXED


def test_of_two_accounts_that_prove_to_be_one_person_one_draft_stays(
    session, now, vault, rider
) -> None:
    other = a_rider(session, now)
    mine, theirs = report(session, rider, now, vault), report(session, other, now, vault)
    for person in (rider, other):
        draft = drafts.begin(session, person, now, channel=CHAT)
        pictures.add(session, draft.id, f"m-{person}", now)

    joining.join(session, rider, other, now)

    numbers = {one.number for one in views.mine(session, rider, now, vault=vault)}
    assert numbers == {mine.id, theirs.id}
    draft = drafts.current(session, rider, now)
    assert draft is not None
    assert pictures.count(session, draft.id) == 1


def test_a_draft_of_the_one_who_goes_is_handed_over(session, now, rider) -> None:
    other = a_person(session, now)
    draft = drafts.begin(session, other, now, channel=CHAT)
    pictures.add(session, draft.id, "m-1", now)

    joining.join(session, rider, other, now)

    found = drafts.current(session, rider, now)
    assert found is not None
    assert found.id == draft.id


def test_a_copy_opens_what_one_reported(session, now, vault, rider, clerk) -> None:
    fixed(session, clerk, report(session, rider, now, vault), now)

    copy = copies.make(session, rider, now, vault=vault)

    [section] = [one for one in copy.sections if one.title == "随手拍"]
    [row] = section.rows
    assert {"路灯不亮", "路灯", "柳巷口", "修好了", "灯泡已换好"} <= set(row.values())


def test_old_links_to_photos_go_with_the_photos(session, clock, vault, rider) -> None:
    hazard = report(session, rider, clock.now(), vault)
    pictures.add(session, hazard.id, "m-1", clock.now())

    retention.forget(session, clock.now() + timedelta(days=181))

    assert session.scalars(select(HazardPhoto)).all() == []
    assert session.get(Hazard, hazard.id) is not None
