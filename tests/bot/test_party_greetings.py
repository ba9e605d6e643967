"""联系名单 says in one line that a greeting would be kind."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from config.wording import LOCAL
from server.people.models import Account
from tests.bot.driver import Phone
from tests.server.party.acts import NAME, a_cell

KIND = "春节快到了，可以问候一声。"


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"greetings": "2027-02-06 春节"})


@pytest.fixture
def caller(runtime, phone, clock) -> Phone:
    """The contact of a cell, three days before the festival."""
    with runtime.db.transaction() as session:
        cell = a_cell(session, runtime.now())
    clock.set(datetime(2027, 2, 3, 9, tzinfo=LOCAL).astimezone(UTC))
    li = phone()
    li.follows()
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.openid == li.openid)).one()
        account.person_id = cell.contact.person_id
    return li


def test_a_greeting_is_said_also_where_everybody_was_called(caller) -> None:
    assert caller.says("联系名单").endswith(KIND)
    caller.says(f"联系了 {NAME} 电话")

    assert caller.says("联系名单") == f"第1季度您负责的人都联系过了，谢谢。\n{KIND}"


def test_control_on_other_days_nothing_is_said_of_it(caller, clock) -> None:
    clock.advance(days=4)

    assert "问候" not in caller.says("联系名单")


def test_whoever_is_nobodys_contact_reads_nothing_of_it(caller, phone) -> None:
    other = phone()
    other.follows()

    assert "问候" not in other.says("联系名单")
