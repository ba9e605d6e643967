"""What happens to files when two persons prove to be one: one file stays, and no own contact."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from server.party import telling
from server.party.models import LIVE, Contact, FileState, Organiser, PartyFile, PartyReport
from server.people import joining
from server.people.joining import CannotJoin


class TwoFiles(CannotJoin):
    """Two branches keep a file each; which is home and which is host a person must settle first."""

    code = "party.two_files"


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one file where one branch had two of the same person, and end what became one's own."""
    _keep_one_file(session, keep, gone)
    _no_own_contact(session, keep, gone, now)
    _sit_once(session, keep, gone)
    telling.follow(session, keep, gone)


def _keep_one_file(session: Session, keep: int, gone: int) -> None:
    live = PartyFile.person_id.in_((keep, gone)), PartyFile.state.in_(LIVE)
    found = session.scalars(select(PartyFile).where(*live).order_by(PartyFile.id)).all()
    if len(found) < 2:
        return
    if len({file.home_id for file in found}) > 1:
        raise TwoFiles
    # what the member has confirmed comes before what was only reported, then the older one
    first, *others = sorted(found, key=lambda file: (file.state is FileState.REPORTED, file.id))
    taken_back = [file.withdrawn_at for file in found if file.withdrawn_at]
    if taken_back and first.withdrawn_at is None:
        first.withdrawn_at = min(taken_back)
    for other in others:
        _hand_contact_on(session, first.id, other.id)
        _hand_reports_on(session, first.id, other.id)
        session.execute(delete(PartyFile).where(PartyFile.id == other.id))
    session.flush()


def _hand_contact_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the contact of the one that goes, where it has none."""
    named = select(Contact.id).where(Contact.file_id == first, Contact.until.is_(None))
    if session.scalar(named) is None:
        active = Contact.file_id == other, Contact.until.is_(None)
        session.execute(update(Contact).where(*active).values(file_id=first))


def _hand_reports_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the reports of quarters for which it has none."""
    told = select(PartyReport.quarter).where(PartyReport.file_id == first).scalar_subquery()
    lacking = PartyReport.file_id == other, PartyReport.quarter.not_in(told)
    session.execute(
        update(PartyReport)
        .where(*lacking)
        .values(file_id=first)
        .execution_options(synchronize_session=False)
    )


def _no_own_contact(session: Session, keep: int, gone: int, now: datetime) -> None:
    both = (keep, gone)
    theirs = select(PartyFile.id).where(PartyFile.person_id.in_(both))
    own = Contact.contact_id.in_(both), Contact.file_id.in_(theirs), Contact.until.is_(None)
    session.execute(
        update(Contact).where(*own).values(until=now).execution_options(synchronize_session=False)
    )


def _sit_once(session: Session, keep: int, gone: int) -> None:
    """Leave one seat where both sat in the same branch, which are one person now."""
    held = select(Organiser.branch_id, Organiser.office).where(
        Organiser.person_id == keep, Organiser.until.is_(None)
    )
    for branch_id, office in session.execute(held).all():
        twice = (
            Organiser.person_id == gone,
            Organiser.branch_id == branch_id,
            Organiser.office == office,
            Organiser.until.is_(None),
        )
        session.execute(delete(Organiser).where(*twice))


joining.FOLLOWERS.append(follow)
