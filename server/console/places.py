"""Areas to choose from in a form."""

from server.console.visit import Visit
from server.staff import reach as reaches
from server.staff.rights import Right

LEVEL = "　"


def places(visit: Visit, right: Right) -> list[tuple[str, str]]:
    """Return the areas in which the person has the right, each further in than the one above."""
    found = reaches.areas(visit.session, visit.reach, right)
    widest = min((area.path.count("/") for area in found), default=0)
    return [(area.code, LEVEL * (area.path.count("/") - widest) + area.name) for area in found]
