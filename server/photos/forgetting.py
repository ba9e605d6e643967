"""How pictures go: after 180 days, when they are refused, with their sender; and orphans."""

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.people import erasing
from server.photos import files
from server.photos.claims import House
from server.photos.models import Photo, PhotoState
from server.photos.settling import GONE, PRESENT

KEPT_FOR = timedelta(days=180)
"""So long pictures of hazards are kept after they came."""
OVER = (PhotoState.REFUSED, PhotoState.PURGED)
"""States in which no file may lie on the disk."""
SWEPT_AFTER = timedelta(hours=1)
"""What no row tells of so long after it was written is an orphan."""
MOST = 500

photo = Photo.__table__.c


def age(session: Session, now: datetime, most: int = MOST) -> int:
    """Let go of pictures that came 180 days ago; return how many."""
    done = 0
    for state in PRESENT:
        old = photo.state == state, photo.noted_at < now - KEPT_FOR
        some = select(photo.id).where(*old).order_by(photo.noted_at).limit(most)
        over = update(Photo.__table__).where(photo.id.in_(some.scalar_subquery()), *old)
        done += len(session.execute(over.values(GONE).returning(photo.id)).all())
    return done


def clear(house: House, most: int = MOST) -> int:
    """Delete the files of pictures that were refused or are kept no longer; return how many.

    The row says that there is no file only when it is gone, so whoever is killed in between
    leaves it to the next.
    """
    folder = house.settings.photos_dir
    over = photo.state.in_(OVER), photo.due_at <= house.now()
    with house.db.reading() as session:
        found = session.execute(select(photo.id, photo.file_name).where(*over).limit(most)).all()
    for row in found:
        if row.file_name:
            files.remove(folder, row.file_name)
    if found:
        done = photo.id.in_([row.id for row in found]), *over
        with house.db.transaction() as session:
            nothing = update(Photo.__table__).where(*done).values(file_name=None, due_at=None)
            session.execute(nothing)
    return sum(1 for row in found if row.file_name)


def sweep(house: House) -> int:
    """Delete what a killed worker left on the disk, once it is an hour old; return how many."""
    swept, old = 0, files.old(house.settings.photos_dir, house.now(), SWEPT_AFTER)
    while some := list(islice(old, MOST)):
        names = {path.name.partition(".")[0] for path in some}
        with house.db.reading() as session:
            known = set(session.scalars(select(photo.file_name).where(photo.file_name.in_(names))))
        for path in some:
            if path.name.endswith(files.ASIDE) or path.name.partition(".")[0] not in known:
                path.unlink(missing_ok=True)
                swept += 1
    return swept


def forget(session: Session, person_id: int, _now: datetime) -> None:
    """Let go of everything that a person sent."""
    session.execute(
        update(Photo)
        .where(Photo.person_id == person_id, Photo.state != PhotoState.PURGED)
        .values(GONE)
        .execution_options(synchronize_session=False)
    )


erasing.FOLLOWERS.append(forget)
