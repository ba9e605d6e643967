"""The rigs are only as good as their reckoning: it must find what is lost, doubled or made up."""

from pathlib import Path

import pytest

from bench.rigs.journal import ACK, AMBIGUOUS, INTENT, REJECT, Journal, Reckoning, effects, reckon
from bench.rigs.outcome import Order, Outcome


def test_what_was_acknowledged_and_is_stored_once_is_in_order() -> None:
    assert reckon({"a": ACK, "b": REJECT}, ["a", "b"]).clean


def test_an_acknowledged_message_that_is_not_stored_is_lost() -> None:
    assert reckon({"a": ACK, "b": ACK}, ["a"]) == Reckoning(lost=1)


def test_a_stored_message_that_nobody_sent_is_a_phantom() -> None:
    assert reckon({"a": ACK}, ["a", "b"]) == Reckoning(phantom=1)


def test_a_message_stored_three_times_is_doubled_twice() -> None:
    assert reckon({"a": ACK}, ["a", "a", "a"]) == Reckoning(doubled=2)


@pytest.mark.parametrize("state", [AMBIGUOUS, INTENT])
def test_a_message_of_which_nobody_knows_is_unresolved(state: str) -> None:
    assert reckon({"a": state}, ["a"]) == Reckoning(unresolved=1)
    assert reckon({"a": state}, []) == Reckoning(unresolved=1)


def test_deeds_are_counted_by_what_they_are_about() -> None:
    acked, found = {"x": 2, "y": 1, "z": 1}, {"x": 1, "y": 3, "z": 1, "w": 1}

    assert effects(acked, found) == Reckoning(lost=1, doubled=3)


def test_a_loss_here_does_not_make_up_for_a_double_there() -> None:
    assert not effects({"x": 1, "y": 0}, {"x": 0, "y": 1}).clean


def test_the_journal_is_on_disk_before_anybody_goes_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")

    journal.note(INTENT, "a")
    journal.note(ACK, "a")

    assert (tmp_path / "journal").read_text() == '["intent", "a"]\n["ack", "a"]\n'
    assert journal.states == {"a": ACK}
    journal.close()


@pytest.mark.parametrize(
    ("mutant", "lost", "as_it_must"),
    [
        (False, 0, True),
        (False, 1, False),
        (True, 1, True),
        (True, 0, False),
    ],
)
def test_a_control_that_passes_is_a_failure(mutant: bool, lost: int, as_it_must: bool) -> None:
    order = Order("sqlite", 1, 7, mutant)

    outcome = Outcome("rig", order, {"messages": 3}, {"lost": lost})

    assert outcome.as_it_must is as_it_must
    assert "messages 3" in str(outcome)
    assert f"lost {lost}" in str(outcome)
