"""Percentiles, ratios and verdicts."""

import pytest

from bench.figures import Round, compared, percentile, reference, table


def rounds(*rates: float, quiet: bool = True, wrong: int = 0) -> list[Round]:
    return [Round(rate, (0.001, 0.002, 0.009), quiet, wrong) for rate in rates]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_a_ratio_is_the_median_over_neighbouring_rounds() -> None:
    row = compared("ours", rounds(50, 30, 10), rounds(100, 50, 100), "theirs", "≥ 0.5")

    assert row.ratio == 0.5
    assert row.verdict == "met"


def test_a_cost_is_the_ratio_turned_round() -> None:
    row = compared("old", rounds(80, 80), rounds(100, 100), "young", "≤ 1.2", cost=True)

    assert row.ratio == 1.25
    assert row.verdict == "missed"


def test_a_busy_machine_allows_no_conclusion() -> None:
    row = compared("ours", rounds(90), rounds(100, quiet=False), "theirs", "≥ 0.5")

    assert row.verdict == "void"
    assert "(void" in table([row])


def test_a_wrong_answer_misses_every_target() -> None:
    assert compared("ours", rounds(90, wrong=1), rounds(100), "x", "≥ 0.5").verdict == "missed"


def test_a_reference_is_shown_without_a_verdict() -> None:
    line = table([reference("theirs", rounds(1234.5))]).splitlines()[-1]

    assert line == "| theirs | 3 | 0 | 1,234 | 2.0 | 9.0 |  |  |  |  |"
