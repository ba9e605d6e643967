"""A branch writes its words into a letter, unless somebody else did meanwhile."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from server.party.access import leads, may_read
from server.party.keys import PartyVault
from server.party.letters import letters, words, years
from server.party.letters.letters import seal
from server.party.letters.refusals import LetterGone, NotOfBranch, OwnLetter
from server.party.letters.words import Words
from server.party.models import LIVE, Branch, Office, PartyFile, PartyLetter
from server.party.refusals import ChangedMeanwhile, NothingThere
from server.party.standing import require, require_consent, trace
from server.staff.reach import Reach


def write(  # noqa: PLR0913  a verb of staff with the key that seals
    session: Session,
    reach: Reach,
    file_id: int,
    year: int,
    said: Words,
    revision: int,
    now: datetime,
    *,
    vault: PartyVault,
) -> None:
    """Keep the branch's words of a year, unless they were changed since `revision`, 0 for none.

    Whoever leads the home or the host branch may, and the officer. The same again is the same;
    what was sent is never changed, and nobody writes to themselves.
    """
    file = held(session, reach, file_id, now)
    years.require(file, year, now)
    kept = words.kept(said)
    known = letters.of(session, file_id, year)
    if known is not None and known.sent_at is not None:
        raise LetterGone
    if known is not None and letters.opened(known, vault).said == kept:
        return
    if revision != (known.revision if known else 0):
        raise ChangedMeanwhile
    row = known or letters.begun(session, file_id, year, reach.person_id, now)
    made = {"made_by": reach.person_id, "made_at": now, "revision": revision + 1}
    made["words"] = seal(row.id, "words", words.text(kept), vault)
    still = PartyLetter.id == row.id, PartyLetter.sent_at.is_(None)
    session.execute(update(PartyLetter).where(*still).values(made))
    trace(session, reach.person_id, "party.letter_written", file_id, now)


def may_write(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """Return the condition that somebody leads a member's branch, home or host, or is its officer.

    It goes beside `may_read`, never alone.
    """
    here = select(Branch.id).where(leads(reach, now, tuple(Office))).correlate(None)
    return or_(PartyFile.home_id.in_(here), PartyFile.host_id.in_(here))


def writes(session: Session, reach: Reach, file_id: int, now: datetime) -> bool:
    """Tell whether somebody may write a member's letter, and see it before it is sent."""
    may = PartyFile.id == file_id, PartyFile.person_id != reach.person_id, may_write(reach, now)
    return session.scalar(select(PartyFile.id).where(*may)) is not None


def held(session: Session, reach: Reach, file_id: int, now: datetime) -> PartyFile:
    """Return a file whose letter somebody may write, held until the transaction ends."""
    file = session.scalar(
        select(PartyFile)
        .where(PartyFile.id == file_id, may_read(reach, now))
        .with_for_update(of=PartyFile)
        .execution_options(populate_existing=True)
    )
    if file is None:
        raise NothingThere
    if file.person_id == reach.person_id:
        raise OwnLetter
    if not writes(session, reach, file_id, now):
        raise NotOfBranch
    require(file, *LIVE)
    require_consent(file)
    return file
