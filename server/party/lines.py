"""Texts that hold several: one a line behind its label, as they are read in a copy of one's own."""

from collections.abc import Mapping

COLON = "："


def written(said: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Write one text on a line, behind its label; none of them holds a line's end."""
    return "\n".join(f"{labels[one]}{COLON}{words}" for one, words in said.items())


def read(text: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Return what was written so, by the names that the labels stand for."""
    lines = (line.partition(COLON) for line in text.splitlines())
    by_label = {label: one for one, label in labels.items()}
    return {by_label[label]: words for label, _colon, words in lines}
