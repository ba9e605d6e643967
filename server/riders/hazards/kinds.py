"""What a report seems to be about, read from its words; staff may set it right."""

from config import hazards
from config.hazards import OTHER, Kind
from server.riders.hazards.refusals import NoSuchKind

ORDINARY_RULE, MAJOR_RULE = "HAZARD_OK", "HAZARD_MAJOR"


def of(code: str) -> Kind:
    """Return the kind of this code, or refuse."""
    found = hazards.kinds().get(code)
    if found is None:
        raise NoSuchKind
    return found


def name(code: str) -> str:
    """Return what people call a kind; one that the district has done away with is `other`."""
    return (hazards.kinds().get(code) or hazards.kinds()[OTHER]).name


def choices() -> list[Kind]:
    """Return the kinds in the order in which they are offered."""
    return list(hazards.kinds().values())


def guess(words: str) -> str:
    """Return the first kind whose words stand in these, else `other`."""
    for kind in hazards.kinds().values():
        if any(word in words for word in kind.words):
            return kind.code
    return OTHER


def is_danger(words: str) -> bool:
    """Tell whether the words speak of imminent danger."""
    return any(word in words for word in hazards.dangers())


def rule_of(code: str) -> str:
    """Return the rule by which a true report of this kind earns points."""
    return MAJOR_RULE if of(code).major else ORDINARY_RULE
