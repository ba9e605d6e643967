"""Events that nobody expects a reply to, but that change what we know."""

from collections.abc import Callable
from datetime import datetime

from config.settings import Settings
from server.db import Session
from server.notices import credits, results
from server.notices.kinds import CREDITED, Way
from server.notices.models import Source
from server.notices.results import Result
from server.people import identities
from server.people.dialogues import Talk
from server.people.identities import Known
from server.people.models import App
from server.photos import checking
from server.wechat.messages import Incoming

LONGEST_ID = 64
PICTURE_CHECKED = "wxa_media_check"

Note = Callable[[Session, Known, Incoming, datetime, Settings], None]


def note(
    session: Session, incoming: Incoming, talk: Talk | None, now: datetime, settings: Settings
) -> None:
    """Take in what an event tells of somebody; the rest is only kept as seen.

    An `unsubscribe` may come before the `subscribe` it follows, so it is noted of strangers too.
    """
    if incoming.event == PICTURE_CHECKED:
        _checked(session, incoming, now)
        return
    handle = HANDLERS.get(incoming.event)
    if handle is not None:
        known = talk.known if talk else _met(session, incoming, now)
        handle(session, known, incoming, now, settings)


def _met(session: Session, incoming: Incoming, now: datetime) -> Known:
    return identities.welcome(session, App(incoming.app), incoming.openid, now)


def _checked(session: Session, incoming: Incoming, now: datetime) -> None:
    """Take in what WeChat thinks of a picture; it names nobody of ours as its sender."""
    told = incoming.fields.get("result")
    verdict = told.get("suggest") if isinstance(told, dict) else None
    failed = str(incoming.fields.get("errcode", "0")).strip() not in ("", "0")
    trace_id = str(incoming.fields.get("trace_id", "")).strip()
    checking.told(session, trace_id, now, passed=verdict == "pass" and not failed)


def _left(
    session: Session, known: Known, incoming: Incoming, _now: datetime, _settings: Settings
) -> None:
    identities.set_following(session, known.account_id, False, incoming.created_at)


def _allowed(
    session: Session, known: Known, incoming: Incoming, now: datetime, settings: Settings
) -> None:
    """Count what somebody allows us to send; a popup turned down takes nothing back."""
    for template_id in _templates(incoming, "accept"):
        lasting = settings.templates.is_lasting(template_id)
        account = known.account_id
        credits.accept(session, account, template_id, now, Source.EVENT, lasting=lasting)


def _forbidden(
    session: Session, known: Known, incoming: Incoming, now: datetime, _settings: Settings
) -> None:
    """Forget what somebody allowed us, now that they have turned it off."""
    for template_id in _templates(incoming, "reject"):
        credits.reject(session, known.account_id, template_id, now)


def _job_finished(
    session: Session, known: Known, incoming: Incoming, now: datetime, _settings: Settings
) -> None:
    """Note how a template message fared."""
    status = str(incoming.fields.get("Status", ""))
    _fared(session, known, incoming.fields.get("MsgID"), (Way.TEMPLATE,), _result(status), now)


def _delivered(
    session: Session, known: Known, incoming: Incoming, now: datetime, _settings: Settings
) -> None:
    """Note how subscription messages fared; one event may tell of many."""
    for row in incoming.rows:
        is_well = str(row.get("ErrorCode", "0")).strip() == "0"
        result = Result.DELIVERED if is_well else Result.FAILED
        _fared(session, known, row.get("MsgID"), CREDITED, result, now)


def _fared(
    session: Session,
    known: Known,
    message_id: object,
    ways: tuple[Way, ...],
    result: Result,
    now: datetime,
) -> None:
    name = str(message_id or "").strip()
    if 0 < len(name) <= LONGEST_ID:
        results.note(session, known.person_id, name, ways, result, now)


def _result(status: str) -> Result:
    """Read a status such as `failed:user block`, which WeChat writes with and without a blank."""
    words = status.lower().replace(" ", "")
    if words == "success":
        return Result.DELIVERED
    return Result.BLOCKED if words == "failed:userblock" else Result.FAILED


def _templates(incoming: Incoming, status: str) -> list[str]:
    named = [
        row.get("TemplateId", "")
        for row in incoming.rows
        if row.get("SubscribeStatusString") == status
    ]
    return [name for name in named if isinstance(name, str) and 0 < len(name) <= LONGEST_ID]


HANDLERS: dict[str, Note] = {
    "unsubscribe": _left,
    "subscribe_msg_popup_event": _allowed,
    "subscribe_msg_change_event": _forbidden,
    "subscribe_msg_sent_event": _delivered,
    "templatesendjobfinish": _job_finished,
}
