"""How many statements a message costs: a figure that may fall, and rises only on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from server.runtime import Runtime
from tests.bot.driver import Phone
from tests.factories import an_activity


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """Gather every statement that the block sends to the database."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(runtime.db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(runtime.db.engine, "before_cursor_execute", note)


@pytest.fixture
def number(runtime: Runtime) -> int:
    with runtime.db.transaction() as session:
        for title in ("甲", "乙", "丙", "丁", "戊", "己", "庚"):
            last = an_activity(session, runtime.now(), title=title, capacity=2)
    return last.number


COSTS = {
    "帮助": 6,  # two tell what staff and leaders may do besides, one of messages missed
    "看不懂的话": 5,
    "活动": 4,
    "报名 {number}": 9,  # the first one, by which one agrees to the service; one is the reminder
    "我的": 3,
    "绑定": 5,
    "接受": 3,
    # one of those of 报名 asks whether to say how to allow reminders
}
LOCKS = {"报名 {number}": 1, "绑定": 1}


@pytest.mark.both
@pytest.mark.parametrize("words", COSTS)
def test_a_message_costs_so_many_statements(
    runtime: Runtime, zhao: Phone, number: int, words: str
) -> None:
    zhao.says("活动")

    with counted(runtime) as statements:
        zhao.says(words.format(number=number))

    work = [line for line in statements if not line.startswith("BEGIN")]
    # where many write at once, the person's row is locked first
    locks = 0 if runtime.db.is_sqlite else LOCKS.get(words, 0)
    assert len(work) == COSTS[words] + locks, "\n".join(work)


def test_later_sign_ups_cost_one_less(runtime: Runtime, zhao: Phone, number: int) -> None:
    zhao.says(f"报名 {number}")
    zhao.says(f"取消 {number}")

    with counted(runtime) as statements:
        zhao.says(f"报名 {number}")

    work = [line for line in statements if not line.startswith("BEGIN")]
    locks = 0 if runtime.db.is_sqlite else LOCKS["报名 {number}"]
    assert len(work) == COSTS["报名 {number}"] - 1 + locks, "\n".join(work)


def test_the_cost_does_not_grow_with_the_list(runtime: Runtime, zhao: Phone, number: int) -> None:
    with counted(runtime) as few:
        zhao.says("活动")
    with runtime.db.transaction() as session:
        for _ in range(20):
            an_activity(session, runtime.now())

    with counted(runtime) as many:
        zhao.says("活动")

    assert len(few) == len(many)


def test_a_repetition_costs_one(runtime: Runtime, zhao: Phone, number: int) -> None:
    letter = zhao.letter("text", Content=f"报名{number}")
    zhao.sends(letter)

    with counted(runtime) as statements:
        zhao.sends(letter)

    assert len([line for line in statements if not line.startswith("BEGIN")]) == 1
