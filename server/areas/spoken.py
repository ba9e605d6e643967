"""Which areas people mean when they write where they are: 柳北社区3号楼 finds 柳北社区."""

import re
from collections.abc import Iterable

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from server.areas.models import Area, AreaKind

MOST = 5
MOST_READ = 60
LONGEST = 200
"""Characters of what was written that are looked at."""

_STEM = re.compile(
    r"(?P<stem>[\u4e00-\u9fff]{2,10}?)(?:社区|街道|小区|网格|村|镇)(?P<rest>.*)", re.DOTALL
)
_RUN = re.compile(r"(?P<stem>[\u4e00-\u9fff]{2,10})(?P<rest>.*)", re.DOTALL)


def meant(session: Session, words: str) -> tuple[list[Area], str]:
    """Return the active areas that the words may mean, and what they say beyond the name."""
    text = words.strip()[:LONGEST]
    whole = _areas(session, literal(text).contains(Area.name))
    if whole:
        longest = max(whole, key=lambda area: len(area.name))
        return [longest], text.replace(longest.name, "", 1).strip(" ，,。.")
    for shape in (_STEM, _RUN):
        found = shape.match(text)
        if found:
            begins = Area.name.startswith(found["stem"], autoescape=True)
            areas = _outermost(_areas(session, begins))
            if areas:
                return areas[:MOST], found["rest"].strip(" ，,。.")
    return [], text


def _areas(session: Session, condition: object) -> list[Area]:
    found = (
        select(Area)
        .where(condition, Area.active, Area.kind != AreaKind.DISTRICT)  # type: ignore[arg-type]
        .order_by(func.length(Area.path), Area.path)
        .limit(MOST_READ)
    )
    return list(session.scalars(found))


def _outermost(areas: Iterable[Area]) -> list[Area]:
    kept: list[Area] = []
    for area in areas:
        if not any(other.contains(area) for other in kept):
            kept.append(area)
    return kept
