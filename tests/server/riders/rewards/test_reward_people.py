"""What becomes of vouchers when persons are joined, forgotten, or shown what is kept of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from server import retention
from server.people import copies, erasing, joining
from server.people.models import Channel
from server.riders.rewards import ending, forgetting
from server.riders.rewards.models import RewardCount, Voucher, VoucherCode
from server.riders.rewards.refusals import MonthLimit
from tests.server.riders.acts import books
from tests.server.riders.rewards.acts import (
    CHOSEN,
    VAULT,
    a_buyer,
    a_shelf,
    code_of,
    flaws,
    hold,
    lying,
    states,
)


def test_who_is_joined_keeps_both_vouchers_and_their_codes(session, now, means) -> None:
    shelf = a_shelf(session, now)
    first, second = a_buyer(session, now), a_buyer(session, now)
    held = [hold(session, one, shelf, now, means) for one in (first, second)]
    drawn = {code_of(one) for one in held}

    keep = joining.join(session, first, second, now)

    owners = session.scalars(select(Voucher.person_id)).all()
    assert owners == [keep, keep]
    rows = session.execute(select(VoucherCode.voucher_id, VoucherCode.sealed))
    assert {VAULT.open(row.sealed, f"voucher:{row.voucher_id}") for row in rows} == drawn
    assert flaws(session) == []


def test_the_limit_counts_both(session, now, means) -> None:
    shelf = a_shelf(session, now, month_limit=3)
    first, second = a_buyer(session, now), a_buyer(session, now)
    for one in (first, second):
        for _ in range(2):
            hold(session, one, shelf, now, means)

    keep = joining.join(session, first, second, now)

    found = session.execute(select(RewardCount.period, RewardCount.used)).all()
    assert {row.used for row in found} == {4}
    with pytest.raises(MonthLimit):
        hold(session, keep, shelf, now, means)


def test_of_who_is_forgotten_what_waits_comes_back_and_the_books_are_true(
    runtime, clock, means
) -> None:
    now = clock.now()
    with runtime.db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)
        hold(session, rider, shelf, now, means)
        erasing.erase(session, rider, now, channel=Channel.CHAT, vault=runtime.vault)

    with runtime.db.reading() as session:
        assert lying(session, shelf) == (20, 0)
        assert states(session) == {"cancelled": 1}
        assert session.scalars(select(VoucherCode)).all() == []
        assert session.scalars(select(RewardCount)).all() == []
        assert books(session) == (None, 0)
        assert flaws(session) == []


def test_control_without_the_step_what_waits_would_be_paid_back_to_nobody(
    runtime, clock, means, monkeypatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(forgetting.ending, "cancel_all", lambda *_given: 0)
    with runtime.db.transaction() as session:
        shelf, rider = a_shelf(session, now), a_buyer(session, now)
        hold(session, rider, shelf, now, means)
        erasing.erase(session, rider, now, channel=Channel.CHAT, vault=runtime.vault)

    with runtime.db.reading() as session:
        assert lying(session, shelf) == (19, 1)


def test_one_reads_ones_vouchers_in_words_and_without_the_code(session, now, means) -> None:
    rider = a_buyer(session, now)
    held = hold(session, rider, a_shelf(session, now), now, means)

    copy = copies.make(session, rider, now, vault=VAULT)

    [part] = [one for one in copy.sections if one.title == "兑换券"]
    [row] = part.rows
    assert (row["兑换的东西"], row["积分"], row["状态"]) == ("手套", "10", "等领取")
    assert code_of(held) not in str(copy)


def test_codes_are_forgotten_ninety_days_after_the_end(session, clock, means) -> None:
    held = hold(
        session, a_buyer(session, clock.now()), a_shelf(session, clock.now()), clock.now(), means
    )
    ending.expire_due(session, clock.advance(days=8), CHOSEN)

    retention.forget(session, held.expires_at + timedelta(days=90))
    assert len(session.scalars(select(VoucherCode)).all()) == 1
    retention.forget(session, held.expires_at + timedelta(days=90, seconds=1))
    assert session.scalars(select(VoucherCode)).all() == []
