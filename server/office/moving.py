"""A new WeChat for a rider whose old one is lost: the desk gives the code, the old WeChat hears."""

from datetime import datetime

from sqlalchemy.orm import Session

from server.audit import trail
from server.errors import Forbidden
from server.notices import outbox
from server.people import linking
from server.people.linking import Offered
from server.people.vault import Vault
from server.riders.points import accounts
from server.staff.approvals import ReasonNeeded
from server.staff.reach import Reach
from server.staff.rights import Right

KIND = "riders.moving"


class StaffMove(Forbidden):
    """Whoever works here resets their sign-in, which takes two."""

    code = "riders.staff_move"


def offer_code(
    session: Session, reach: Reach, person_id: int, reason: str, now: datetime, *, vault: Vault
) -> Offered:
    """Give the code that a rider who stands here sends from their new WeChat.

    What it rests on is kept, and whoever holds the old WeChat is told at once.
    """
    area = accounts.area_of(session, person_id)
    reach.require(Right.EDIT_PEOPLE, area.path)
    if not reason.strip():
        raise ReasonNeeded
    if accounts.holds_post(session, person_id, now):
        raise StaffMove
    what = "rider.move_code_shown", ("person", person_id)
    trail.record(session, reach.person_id, *what, now, area_path=area.path, reason=reason.strip())
    key = f"{KIND}:{person_id}:{now:%Y%m%d%H%M}"
    outbox.queue(session, person_id, KIND, key, now, {"at": now, "area": area.name})
    return linking.offer(session, person_id, now, moves=True, vault=vault)
