"""The reckoning of the rig of notices: it finds what is lost, doubled, or not allowed."""

import pytest

from bench.rigs import misbehaving, post
from bench.rigs.post import LEAST, MOST, SUBSCRIPTION, Found
from server.notices.models import NoticeState

SENT, DEAD, QUEUED = NoticeState.SENT, NoticeState.DEAD, NoticeState.QUEUED
PATH = "/cgi-bin/message/template/send"


def flaws(states: dict, got: dict, faults: int = 1, credits: int = 1) -> dict[str, int]:
    return {name: n for name, n in Found(states, got).flaws(faults, credits).items() if n}


@pytest.mark.once
@pytest.mark.parametrize(
    ("states", "got", "found"),
    [
        ({"a": (LEAST, SENT), "b": (MOST, SENT)}, {(PATH, "a"): 2, (PATH, "b"): 1}, {}),
        ({"a": (LEAST, SENT)}, {}, {"lost": 1}),
        ({"a": (LEAST, DEAD)}, {}, {"lost": 1}),
        ({"a": (LEAST, QUEUED)}, {}, {"lost": 0, "not settled": 1}),
        ({"a": (MOST, DEAD)}, {}, {}),
        ({"a": (LEAST, QUEUED)}, {(PATH, "a"): 1}, {"not settled": 1}),
        ({"a": (LEAST, SENT)}, {(PATH, "a"): 4}, {"doubled beyond one a fault": 2}),
        ({"a": (MOST, SENT)}, {(PATH, "a"): 2}, {"doubled though sent at most once": 1}),
        (
            {"a": (LEAST, SENT), "b": (LEAST, SENT)},
            {(SUBSCRIPTION, "a"): 1, (SUBSCRIPTION, "b"): 1},
            {"sent beyond what was allowed": 1},
        ),
    ],
)
def test_what_went_wrong_with_notices_is_counted(states: dict, got: dict, found: dict) -> None:
    told = flaws(states, got)

    assert {name: told.get(name, 0) for name in found} == found
    assert found or not {name for name in told if name != "settled as nothing it may be"}


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "state", "arrived", "trouble", "right"),
    [
        (LEAST, SENT, 1, "-1", True),
        (LEAST, SENT, 2, "-1", False),
        (LEAST, SENT, 2, "cut", True),
        (LEAST, DEAD, 1, "cut", False),
        (MOST, DEAD, 1, "hang", True),
        (MOST, DEAD, 1, "45009", False),
        (MOST, SENT, 2, "cut", False),
        (LEAST, NoticeState.UNREACHABLE, 0, "45009", False),
    ],
)
def test_each_trouble_has_its_own_ending(
    kind: str, state: NoticeState, arrived: int, trouble: str, right: bool
) -> None:
    assert misbehaving._may_be(kind, state, arrived, trouble) is right


def test_a_round_queues_one_of_each_kind_for_each_of_its_people(bare_database_url: str) -> None:
    post.prepare(bare_database_url, 1)
    post.queue(bare_database_url, 1)

    assert post.left(bare_database_url) == 2 * post.EACH
    assert {kind for kind, _ in post.states(bare_database_url).values()} == {LEAST, MOST}
