"""Where two reports speak of one place: cells of some hundred metres, or the same words.

R1: what is of one kind in one cell within 72 hours is one hazard. Cells are squares of a grid, so
two reports ten metres apart may lie in two of them: `around` names the neighbours, which staff look
at themselves.
"""

import re
import unicodedata

from server.riders.stations.coordinates import Place

HIGH, BROAD = 900, 1_140
"""Millionths of a degree: 100 m from south to north, and from west to east at 37.86° north."""
FEWEST = 3
LONGEST = 40


def of(place: Place) -> str:
    """Return the cell of a place."""
    return f"{place.lat // HIGH}:{place.lng // BROAD}"


def of_words(area_code: str, rest: str) -> str | None:
    """Return the cell of a place told in words, or None where they name an area and no place."""
    folded = unicodedata.normalize("NFKC", rest).casefold()
    said = re.sub(r"[\W_]+", "", folded)[:LONGEST]
    return f"{area_code[: LONGEST - 1]}/{said}" if len(said) >= FEWEST else None


def around(cell: str) -> list[str]:
    """Return a cell and its eight neighbours; of a place in words the cell alone."""
    found = re.fullmatch(r"(-?\d+):(-?\d+)", cell)
    if found is None:
        return [cell]
    row, column = int(found[1]), int(found[2])
    return [f"{row + up}:{column + right}" for up in (-1, 0, 1) for right in (-1, 0, 1)]
