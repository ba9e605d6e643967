"""What happens to files when two persons prove to be one: one file stays, and no own contact."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from server.party import telling
from server.party.models import (
    LIVE,
    Contact,
    FileState,
    Organiser,
    PartyFile,
    PartyLetter,
    PartyNeed,
    PartyReport,
    PartyReview,
)
from server.people import joining
from server.people.joining import CannotJoin


class TwoFiles(CannotJoin):
    """Two branches keep a file each; which is home and which is host a person must settle first."""

    code = "party.two_files"


def follow(session: Session, keep: int, gone: int, now: datetime) -> None:
    """Leave one file where one branch had two of the same person, and end what became one's own.

    What was reported in a file that has ended goes with the person to the live one.
    """
    _keep_one_file(session, keep, gone, now)
    _gather_reports(session, keep, gone)
    _no_own_contact(session, keep, gone, now)
    _sit_once(session, keep, gone)
    _no_own_review(session, keep, gone)
    telling.follow(session, keep, gone)


def _keep_one_file(session: Session, keep: int, gone: int, now: datetime) -> None:
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
        _hand_reviews_on(session, first.id, other.id)
        _hand_letters_on(session, first.id, other.id)
        _hand_needs_on(session, first.id, other.id)
        if _hand_reports_on(session, first.id, other.id):
            session.execute(delete(PartyFile).where(PartyFile.id == other.id))
        else:
            other.state, other.closed_at = FileState.RETURNED, now
    session.flush()


def _gather_reports(session: Session, keep: int, gone: int) -> None:
    theirs = select(PartyFile).where(PartyFile.person_id.in_((keep, gone))).with_for_update()
    found = session.scalars(theirs.order_by(PartyFile.id)).all()
    live = [file for file in found if file.state in LIVE]
    if len(live) == 1:
        for file in reversed(found):
            if file is not live[0]:
                _hand_reports_on(session, live[0].id, file.id)


def _hand_contact_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the contact of the one that goes, where it has none."""
    named = select(Contact.id).where(Contact.file_id == first, Contact.until.is_(None))
    if session.scalar(named) is None:
        active = Contact.file_id == other, Contact.until.is_(None)
        session.execute(update(Contact).where(*active).values(file_id=first))


def _hand_reports_on(session: Session, first: int, other: int) -> bool:
    """Let a file have the reports of another for quarters in which it has none, or only a draft.

    Of two that were both handed in the file's own stays in force, and the other where it is, with
    every revision: what is sealed for one report cannot be moved into another without the key.
    Return whether nothing is left behind.
    """
    mine = {report.quarter: report for report in _reports(session, first)}
    left = False
    for theirs in _reports(session, other):
        ours = mine.get(theirs.quarter)
        if ours is None:
            theirs.file_id = first
        else:
            left = True
            if _counts(theirs) and not _counts(ours):
                _swap(session, ours, theirs)
        session.flush()
    return not left


def _reports(session: Session, file_id: int) -> list[PartyReport]:
    wanted = select(PartyReport).where(PartyReport.file_id == file_id).order_by(PartyReport.id)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _counts(report: PartyReport) -> bool:
    return bool(report.number) or report.excused_at is not None


def _swap(session: Session, ours: PartyReport, theirs: PartyReport) -> None:
    """Let two reports of a quarter change files; no two of one file are ever of one quarter."""
    first, other, quarter = ours.file_id, theirs.file_id, ours.quarter
    ours.quarter = ""
    session.flush()
    theirs.file_id = first
    session.flush()
    ours.file_id, ours.quarter = other, quarter


def _hand_reviews_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the reviews of quarters for which it has none."""
    decided = select(PartyReview.quarter).where(PartyReview.file_id == first).scalar_subquery()
    lacking = PartyReview.file_id == other, PartyReview.quarter.not_in(decided)
    session.execute(
        update(PartyReview)
        .where(*lacking)
        .values(file_id=first)
        .execution_options(synchronize_session=False)
    )


def _hand_letters_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the letters it lacks; one that was sent comes before one not."""
    sent = select(PartyLetter.year).where(
        PartyLetter.file_id == other, PartyLetter.sent_at.is_not(None)
    )
    draft = PartyLetter.file_id == first, PartyLetter.sent_at.is_(None)
    over = PartyLetter.year.in_(sent.scalar_subquery())
    session.execute(
        delete(PartyLetter).where(*draft, over).execution_options(synchronize_session=False)
    )
    told = select(PartyLetter.year).where(PartyLetter.file_id == first).scalar_subquery()
    lacking = PartyLetter.file_id == other, PartyLetter.year.not_in(told)
    session.execute(
        update(PartyLetter)
        .where(*lacking)
        .values(file_id=first)
        .execution_options(synchronize_session=False)
    )


def _hand_needs_on(session: Session, first: int, other: int) -> None:
    """Let the file that stays have the needs of the other; what is open in both is one."""
    still = PartyNeed.file_id == first, PartyNeed.solved_at.is_(None)
    told = select(PartyNeed.mark).where(*still).scalar_subquery()
    lacking = or_(PartyNeed.solved_at.is_not(None), PartyNeed.mark.not_in(told))
    session.execute(
        update(PartyNeed)
        .where(PartyNeed.file_id == other, lacking)
        .values(file_id=first)
        .execution_options(synchronize_session=False)
    )


def _no_own_review(session: Session, keep: int, gone: int) -> None:
    """Take away what one has decided about oneself, as it proves now: it was void from the start.

    The branch decides anew, by somebody else.
    """
    theirs = select(PartyFile.id).where(PartyFile.person_id.in_((keep, gone)))
    own = PartyReview.decided_by.in_((keep, gone)), PartyReview.file_id.in_(theirs)
    session.execute(delete(PartyReview).where(*own).execution_options(synchronize_session=False))


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
