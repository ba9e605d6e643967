"""A code hands over once, at its own station, never to oneself (P6, P8, R2)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.limits import TooManyVouchers
from server.people import joining, profile
from server.people.models import Channel, Role
from server.riders.rewards import codes, collecting, ending, holding, moving, vouchers
from server.riders.rewards.holding import Wish
from server.riders.rewards.models import VoucherState
from server.riders.rewards.refusals import (
    BadCode,
    CollectedAlready,
    KeepsNone,
    OtherStation,
    OutOfStock,
    OwnVoucher,
    StationAside,
    VoucherCancelled,
    VoucherExpired,
    WrongCode,
)
from server.riders.rewards.stock import Shelf
from server.riders.stations import keepers, keeping
from server.riders.stations.refusals import NotAKeeper
from server.staff import reach as reaches
from tests.factories import a_person
from tests.server.riders.rewards.acts import (
    CHOSEN,
    VAULT,
    a_buyer,
    a_keeper,
    a_shelf,
    bring,
    code_of,
    flaws,
    hold,
    lying,
    states,
)
from tests.server.riders.stations.acts import a_station
from tests.server.volunteers.staff import a_reach

MISSES = 10


@pytest.fixture
def shelf(session, now) -> Shelf:
    return a_shelf(session, now)


@pytest.fixture
def rider(session, now) -> int:
    return a_buyer(session, now)


@pytest.fixture
def held(session, now, means, shelf, rider):
    return hold(session, rider, shelf, now, means)


@pytest.fixture
def keeper(session, now, shelf):
    return a_keeper(session, now, shelf.station_id)


def test_a_keeper_hears_what_to_hand_over(db, clock, means) -> None:
    now, at = clock.now(), clock.now() + timedelta(hours=1)
    with db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)
        keeper = a_keeper(session, now, shelf.station_id)
        held = hold(session, rider, shelf, now, means)

    with db.transaction() as session:
        handed = collecting.collect(session, keeper, codes.told(code_of(held)), at, means)

    assert (handed.held.name, handed.held.ended_at, handed.again) == ("手套", at, False)
    with db.reading() as session:
        assert (lying(session, shelf), states(session)) == ((19, 0), {"collected": 1})
        newest = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        entry = session.scalars(newest).one()
        assert (entry.action, entry.actor) == ("voucher.collected", keeper.person_id)
        assert flaws(session) == []


def test_the_same_keeper_hears_the_same_again(session, clock, means, shelf, held, keeper) -> None:
    first = collecting.collect(session, keeper, code_of(held), clock.now(), means)
    again = collecting.collect(session, keeper, code_of(held), clock.advance(hours=2), means)

    assert again.again
    assert again.held.ended_at == first.held.ended_at
    assert lying(session, shelf) == (19, 0)


def test_another_keeper_hears_where_and_when_it_was(session, now, means, shelf, held, keeper):
    collecting.collect(session, keeper, code_of(held), now, means)
    other = a_keeper(session, now, shelf.station_id)
    far = a_keeper(session, now, a_station(session, now, reaches.of_machine(session)).id)

    for reach in (other, far):
        with pytest.raises(CollectedAlready) as refused:
            collecting.collect(session, reach, code_of(held), now, means)
        assert refused.value.facts["at"] == now
        assert refused.value.facts["number"] == held.station_number


def test_it_is_handed_over_at_its_own_station_alone(session, now, means, held, keeper) -> None:
    elsewhere = a_station(session, now, reaches.of_machine(session))
    far = a_keeper(session, now, elsewhere.id)

    with pytest.raises(OtherStation) as refused:
        collecting.collect(session, far, code_of(held), now, means)
    with pytest.raises(OtherStation):
        collecting.collect(session, far, code_of(held), now, means, station_id=elsewhere.id)
    with pytest.raises(NotAKeeper):
        collecting.collect(session, far, code_of(held), now, means, station_id=held.station_id)

    assert refused.value.facts == {"number": held.station_number, "name": held.station_name}
    assert states(session) == {"reserved": 1}


def test_nobody_without_a_station_may_try_codes(session, now, means, held) -> None:
    for person in (a_person(session, now), held.person_id):
        reach = reaches.of(session, person, now)
        with pytest.raises(KeepsNone):
            collecting.collect(session, reach, code_of(held), now, means)


def test_who_keeps_no_more_hands_over_no_more(session, now, means, held, keeper, shelf) -> None:
    machine = reaches.of_machine(session)
    keepers.relieve(session, machine, shelf.station_id, keeper.person_id, now)

    with pytest.raises(KeepsNone):
        collecting.collect(session, keeper, code_of(held), now, means)


def test_staff_who_manage_the_station_hand_over_for_its_keeper(session, now, means, held) -> None:
    worker = a_reach(session, now, Role.COMMUNITY_WORKER)

    assert collecting.collect(session, worker, code_of(held), now, means).held.name == "手套"


def test_nobody_hands_over_to_themselves(session, now, means, shelf, rider, held) -> None:
    keepers.entrust(session, reaches.of_machine(session), shelf.station_id, rider, now)

    with pytest.raises(OwnVoucher):
        collecting.collect(session, reaches.of(session, rider, now), code_of(held), now, means)


def test_nor_by_another_account_with_the_same_phone(session, now, means, rider, held, keeper):
    for person in (rider, keeper.person_id):
        profile.set_phone(session, person, "13900000001", vault=VAULT)

    with pytest.raises(OwnVoucher):
        collecting.collect(session, keeper, code_of(held), now, means)


def test_nor_by_an_account_that_proved_to_be_theirs(session, now, means, rider, held, keeper):
    whoever = joining.join(session, rider, keeper.person_id, now)

    with pytest.raises(OwnVoucher):
        collecting.collect(session, reaches.of(session, whoever, now), code_of(held), now, means)


def test_nor_what_staff_held_for_somebody_themselves(session, now, means, shelf, rider) -> None:
    worker = a_reach(session, now, Role.COMMUNITY_WORKER)
    wish = Wish(*shelf, key="call", channel=Channel.PHONE, by=worker.person_id)
    held = holding.hold(session, rider, wish, now, means)

    with pytest.raises(OwnVoucher):
        collecting.collect(session, worker, code_of(held), now, means)


def test_control_by_the_number_of_the_person_alone_an_account_of_the_same_phone_hands_over(
    session, now, means, rider, held, keeper, monkeypatch
) -> None:
    for person in (rider, keeper.person_id):
        profile.set_phone(session, person, "13900000001", vault=VAULT)
    monkeypatch.setattr(collecting, "_IS_OTHER", select(False))

    assert collecting.collect(session, keeper, code_of(held), now, means)


def test_a_code_that_was_never_drawn_is_none(session, now, means, held, keeper) -> None:
    for typed, refusal in (("", BadCode), ("12345678", BadCode), (codes.draw(), WrongCode)):
        with pytest.raises(refusal):
            collecting.collect(session, keeper, typed, now, means)


def test_guessing_is_ended_after_ten_misses(session, now, means, held, keeper, shelf) -> None:
    for _ in range(MISSES):
        with pytest.raises(WrongCode):
            collecting.collect(session, keeper, codes.draw(), now, means)

    with pytest.raises(TooManyVouchers):
        collecting.collect(session, keeper, code_of(held), now, means)
    other = a_keeper(session, now, shelf.station_id)
    assert collecting.collect(session, other, code_of(held), now, means)


def test_a_slip_of_the_hand_is_no_guess(session, now, means, held, keeper) -> None:
    for _ in range(MISSES + 5):
        with pytest.raises(BadCode):
            collecting.collect(session, keeper, "7K3M-9TX", now, means)

    assert collecting.collect(session, keeper, code_of(held), now, means)


def test_control_without_a_limit_guesses_go_on(session, now, means, held, keeper, monkeypatch):
    monkeypatch.setattr(means.limits, "misredeem", lambda _keeper: None)
    for _ in range(MISSES * 3):
        with pytest.raises(WrongCode):
            collecting.collect(session, keeper, codes.draw(), now, means)


def test_what_is_over_is_handed_over_no_more(session, clock, means, held, keeper) -> None:
    late = clock.advance(days=7)

    with pytest.raises(VoucherExpired):
        collecting.collect(session, keeper, code_of(held), late, means)
    ending.expire_due(session, late, CHOSEN)
    with pytest.raises(VoucherExpired):
        collecting.collect(session, keeper, code_of(held), late, means)


def test_what_was_given_back_is_handed_over_no_more(session, now, means, rider, held, keeper):
    ending.cancel(session, rider, held.id, now)

    with pytest.raises(VoucherCancelled):
        collecting.collect(session, keeper, code_of(held), now, means)


def test_a_voucher_may_wait_at_another_station(session, now, means, rider, held, keeper, shelf):
    other = Shelf(shelf.reward_id, a_station(session, now, reaches.of_machine(session)).id)
    bring(session, other, 2, now)
    new = a_keeper(session, now, other.station_id)

    moved = [moving.move(session, rider, held.id, other.station_id, now) for _ in range(2)]

    assert {one.station_id for one in moved} == {other.station_id}
    assert (lying(session, shelf), lying(session, other)) == ((20, 0), (1, 1))
    with pytest.raises(OtherStation):
        collecting.collect(session, keeper, code_of(held), now, means)
    assert collecting.collect(session, new, code_of(held), now, means)
    assert flaws(session) == []


def test_it_waits_nowhere_where_there_is_none(session, clock, means, rider, held, shelf) -> None:
    now, machine = clock.now(), reaches.of_machine(session)
    bare = a_station(session, now, machine)
    aside = a_station(session, now, machine)
    keeping.close(session, machine, aside.id, "停水", None, now)

    with pytest.raises(OutOfStock):
        moving.move(session, rider, held.id, bare.id, now)
    with pytest.raises(StationAside):
        moving.move(session, rider, held.id, aside.id, now)
    with pytest.raises(VoucherExpired):
        moving.move(session, rider, held.id, bare.id, clock.advance(days=8))


@pytest.mark.parametrize(
    ("end", "refusal"), [("collected", CollectedAlready), ("cancelled", VoucherCancelled)]
)
def test_what_has_ended_moves_nowhere(session, now, means, rider, held, keeper, end, refusal):
    other = a_station(session, now, reaches.of_machine(session))
    if end == "collected":
        collecting.collect(session, keeper, code_of(held), now, means)
    else:
        ending.cancel(session, rider, held.id, now)

    with pytest.raises(refusal):
        moving.move(session, rider, held.id, other.id, now)


def test_a_closure_hinders_no_keeper_who_is_there(session, now, means, held, keeper) -> None:
    keeping.close(session, keeper, held.station_id, "停水", now + timedelta(hours=1), now)

    assert collecting.collect(session, keeper, code_of(held), now, means)


def test_after_the_end_nobody_reads_the_code(session, now, means, rider, held, keeper) -> None:
    collecting.collect(session, keeper, code_of(held), now, means)

    shown = vouchers.of(session, rider, held.id)

    assert (shown.state, shown.code(VAULT)) == (VoucherState.COLLECTED, None)
