from datetime import UTC, datetime

import pytest

from server.wechat import errors
from server.wechat.errors import (
    CallRejected,
    Misconfigured,
    RateLimited,
    StaleToken,
    Transient,
    of_code,
)

NOW = datetime(2026, 3, 9, 15, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (errors.STALE, StaleToken),
        (errors.TRANSIENT, Transient),
        (errors.UNTIL_MIDNIGHT | errors.UNTIL_NEXT_MINUTE | errors.UNTIL_PACE, RateLimited),
        (errors.DEAD_FOR_USER | errors.DEAD_CHANNEL | errors.LOGIN_AGAIN, CallRejected),
        ({47001, 47003, 40033, 40037, 40097, 41030, 40165, 40169, 40226, 61010}, CallRejected),
        (errors.CONFIGURATION, Misconfigured),
        ({123456}, CallRejected),
    ],
)
def test_every_code_has_its_class(codes: set[int], kind: type[Exception]) -> None:
    assert {type(of_code(code, "", NOW)) for code in codes} == {kind}


def test_a_code_stands_in_one_table_only() -> None:
    tables = [
        errors.STALE,
        errors.TRANSIENT,
        errors.UNTIL_MIDNIGHT,
        errors.UNTIL_NEXT_MINUTE,
        errors.UNTIL_PACE,
        errors.DEAD_FOR_USER,
        errors.DEAD_CHANNEL,
        errors.LOGIN_AGAIN,
        errors.CONFIGURATION,
    ]

    assert len(set().union(*tables)) == sum(len(table) for table in tables)


@pytest.mark.parametrize(
    ("code", "until"),
    [
        (45009, datetime(2026, 3, 9, 16, 0, tzinfo=UTC)),
        (44993, datetime(2026, 3, 9, 16, 0, tzinfo=UTC)),
        (44991, datetime(2026, 3, 9, 15, 31, tzinfo=UTC)),
        (43117, datetime(2026, 3, 9, 15, 31, 20, tzinfo=UTC)),
    ],
)
def test_a_limit_says_when_it_ends(code: int, until: datetime) -> None:
    error = of_code(code, "", NOW)

    assert isinstance(error, RateLimited)
    assert error.until == until


def test_the_day_ends_at_midnight_in_beijing() -> None:
    error = of_code(45009, "", datetime(2026, 3, 9, 16, 0, tzinfo=UTC))

    assert isinstance(error, RateLimited)
    assert error.until == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)


def test_an_error_tells_what_wechats_support_asks_for() -> None:
    error = of_code(40037, "invalid template_id rid: 65a1-2b3c-4d5e", NOW)

    assert (error.code, error.rid) == (40037, "65a1-2b3c-4d5e")
    assert str(error) == "40037: invalid template_id rid: 65a1-2b3c-4d5e"
    assert len(of_code(40037, "x" * 1000, NOW).message) == 200


def test_a_rejection_tells_whom_it_concerns() -> None:
    rejected = [of_code(code, "", NOW) for code in (43101, 43116, 40163, 47003)]

    told = [
        (error.dead_for_user, error.dead_channel, error.login_again)
        for error in rejected
        if isinstance(error, CallRejected)
    ]
    assert told == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ]
