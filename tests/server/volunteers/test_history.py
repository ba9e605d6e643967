"""Whatever people do in whatever order, the shift's own counters and the rows agree."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.errors import Refusal
from server.volunteers.activities import staffing
from server.volunteers.signups import waiting
from tests.factories import POLICY, a_shift, people
from tests.server.volunteers.acts import accept, cancel, counts, decline, kept, sign_up

PERSON = st.integers(0, 4)
STEP = st.one_of(
    st.tuples(st.sampled_from([sign_up, cancel, accept, decline]), PERSON),
    st.tuples(st.just("lapse"), st.integers(0, 3)),
    st.tuples(st.just("places"), st.integers(1, 4)),
)

EXAMPLES = int(os.environ.get("INVENTIONS", "60"))


class RolledBackError(Exception):
    """Ends an example: nothing it did is kept."""


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, max_size=30))
def test_counters_and_rows_agree_after_any_history(db, clock, steps):
    try:
        with db.transaction() as session:
            _play(session, clock.now(), steps)
            raise RolledBackError
    except RolledBackError:
        pass


def _play(session, now, steps):
    shift, persons, capacity = a_shift(session, now), people(session, now, 5), 1
    starts_at = now + timedelta(hours=48)
    for act, argument in steps:
        now += timedelta(minutes=1)
        try:
            with session.begin_nested():
                if act == "lapse":
                    now += timedelta(hours=argument)
                    waiting.lapse(session, now, POLICY)
                elif act == "places":
                    staffing.set_capacity(session, shift, argument, now, policy=POLICY)
                    capacity = argument
                else:
                    act(session, persons[argument], shift, now)
        except Refusal:
            pass
        _check(session, shift, capacity, begun=now >= starts_at)


def _check(session, shift, capacity, *, begun):
    held, in_line = counts(session, shift)
    assert (held, in_line) == kept(session, shift)
    assert held <= capacity
    # nobody waits before a free place, until nothing is offered any more
    assert begun or held == capacity or in_line == 0
