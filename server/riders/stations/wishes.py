"""What somebody wants of a station."""

from dataclasses import dataclass

from server.riders.stations.facilities import Facilities


@dataclass(frozen=True, slots=True)
class Wish:
    """What stations are narrowed to: all these facilities, words of a number, name or address."""

    facilities: Facilities = frozenset()
    words: str = ""
    open_now: bool = False

    def suits(self, has: Facilities, number: int, name: str, address: str) -> bool:
        """Tell whether a station is what is wanted, apart from whether it is open."""
        return self.facilities <= has and self.words in f"{number}号站 {name} {address}"


ANY = Wish()
OPEN = Wish(open_now=True)
