"""The ways into the console. A password is compared outside of any transaction: it takes a while.

Each way ends in a new session whose token is told once; the one shown before is ended.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from server.audit import trail
from server.db import Database
from server.errors import Invalid
from server.people import posts, profile
from server.people.vault import Vault
from server.staff import accounts, passwords, second_factor, sessions, signing_in, tickets
from server.staff.sessions import NotSignedIn, Staff
from server.staff.signing_in import WrongCode, WrongSignIn


class Browser(NamedTuple):
    """What a browser shows at the door: its kind in words, and the slips it keeps."""

    device: str
    known: str = ""
    token: str | None = None


class Entered(NamedTuple):
    """A new session's token, and the slip by which the device is known from now on."""

    token: str
    known: str


class Choice(NamedTuple):
    """What somebody keyed who was invited: the password twice, and a code of their new app."""

    password: str
    repeated: str
    code: str


class RepeatDiffers(Invalid):
    """The password was not keyed twice in the same way."""

    code = "staff.repeat_differs"


def is_spared(browser: Browser, staff_id: int | None, now: datetime, *, vault: Vault) -> bool:
    """Tell whether strangers' failures do not concern this person here."""
    return signing_in.is_known(browser.known, staff_id, now, vault=vault)


def show_password(
    db: Database, login: str, password: str, browser: Browser, now: datetime, *, vault: Vault
) -> str:
    """Return the slip with which the code may be shown, or refuse; nothing is open yet."""
    with db.reading() as session:
        known = signing_in.look_up(session, login)
    right = passwords.matches(known.password, password)
    spared = is_spared(browser, known.staff_id, now, vault=vault)
    # who was right owes the code still: nothing is forgiven before that
    if known.staff_id is None or not _may_go_on(db, known.staff_id, right, now, spared=spared):
        raise WrongSignIn
    return signing_in.pending(known, now, vault=vault)


def show_code(
    db: Database, slip: str, code: str, browser: Browser, now: datetime, *, vault: Vault
) -> Entered:
    """Open a session for whoever showed the password before and shows the code now."""
    with db.transaction() as session:
        staff_id = signing_in.owed_by(session, slip, now, vault=vault)
        if staff_id is None:
            raise NotSignedIn
        spared = is_spared(browser, staff_id, now, vault=vault)
        right = second_factor.take(session, staff_id, code, now, vault=vault)
        if signing_in.admit(session, staff_id, right, now, spared=spared):
            return enter(session, staff_id, "code", browser, now, vault=vault)
    raise WrongCode


def show_ticket(
    session: Session, browser_key: str, browser: Browser, now: datetime, *, vault: Vault
) -> Entered | None:
    """Open a session for whoever confirmed this browser's number in their chat, if they did."""
    staff_id = tickets.claim(session, browser_key, now, vault=vault)
    if staff_id is None:
        return None
    return enter(session, staff_id, "chat", browser, now, vault=vault)


def prove(
    db: Database, staff: Staff, word: str, browser: Browser, now: datetime, *, vault: Vault
) -> None:
    """Note that the person has just shown their code or their password again, or refuse."""
    with db.reading() as session:
        known = signing_in.account_of(session, staff.staff_id)
    is_code = second_factor.CODE.fullmatch(word.replace(" ", "")) is not None
    right = not is_code and passwords.matches(known.password, word)
    with db.transaction() as session:
        if is_code:
            right = second_factor.take(session, staff.staff_id, word, now, vault=vault)
        spared = is_spared(browser, staff.staff_id, now, vault=vault)
        if signing_in.admit(session, staff.staff_id, right, now, spared=spared):
            sessions.prove(session, staff.session_id, now)
            return
    raise WrongCode


def enter(
    session: Session, staff_id: int, way: str, browser: Browser, now: datetime, *, vault: Vault
) -> Entered:
    """Open a session, end the one that this browser had, and note by which way."""
    if browser.token:
        sessions.end(session, browser.token)
    token = sessions.start(session, staff_id, browser.device, now)
    person_id = sessions.recognise(session, token, now).person_id
    subject = ("staff_account", staff_id)
    trail.record(session, person_id, "staff.signed_in", subject, now, way=way)
    return Entered(token, signing_in.remember(browser.known, staff_id, now, vault=vault))


def _may_go_on(db: Database, staff_id: int, right: bool, now: datetime, *, spared: bool) -> bool:
    with db.transaction() as session:
        return signing_in.may_go_on(session, staff_id, right, now, spared=spared)


def accept(
    db: Database, token: str, choice: Choice, browser: Browser, now: datetime, *, vault: Vault
) -> Entered:
    """Use up an invitation with a good password and the first code, and open a session."""
    with db.reading() as session:
        account = accounts.invitee(session, token, now, vault=vault)
        name = profile.name_of(session, account.person_id, vault=vault) or ""
        places = posts.places_of(session, account.person_id)
    if choice.password != choice.repeated:
        raise RepeatDiffers
    passwords.require_good(choice.password, account.login, name, *places)
    kept = passwords.keep(choice.password)
    with db.transaction() as session:
        account = accounts.accept(session, token, kept, choice.code, now, vault=vault)
        return enter(session, account.id, "invitation", browser, now, vault=vault)
