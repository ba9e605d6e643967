"""Files that may bear the name of somebody who is forgotten do not live out their day."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.ledgers.tables import TABLES
from server.people import erasing
from server.staff.models import Export, ExportState

PERSONAL = tuple(name for name, table in TABLES.items() if table.personal)


def forget(session: Session, _person_id: int, now: datetime) -> None:
    """End every finished file of persons, and have those that are being written begun anew.

    Nobody knows who stands in which file, and whoever still needs one asks again.
    """
    of_persons = Export.kind.in_(PERSONAL)
    session.execute(
        update(Export)
        .where(of_persons, Export.state == ExportState.READY, Export.expires_at > now)
        .values(expires_at=now)
    )
    session.execute(
        update(Export)
        .where(of_persons, Export.state == ExportState.RUNNING)
        .values(state=ExportState.WAITING, claimed_until=None)
    )


erasing.FOLLOWERS.append(forget)
