"""Why a notice could not go, as staff read it."""

import re

from config.wording import say, sentences
from server.audit.actions import words_of
from server.notices import causes
from server.notices.causes import Cause
from server.notices.circuits import WAITS, Closure
from server.notices.claims import UNKNOWN
from server.notices.kinds import Way
from server.notices.lately import DIGEST
from server.notices.models import NoticeState
from server.people.models import App
from server.wechat.errors import Misconfigured

CODE = re.compile(r"-?\d{1,6}")
ANSWERED = re.compile(r"(?:refused: )?(-?\d{1,6}): ")
"""How an answer of WeChat's stands with its words behind, which may repeat what was sent."""
CLOSED = re.compile(r"closed \((-?\d{1,6}|None)\)")
WAYS = frozenset(Way)
APPS = frozenset(App)


def in_words(outcome: str | None) -> str:
    """Say an outcome in words: `service: window closed; template: 43004`; "" for none.

    What we have no words for is shown as it was written down, since WeChat's own texts help too.
    """
    if not outcome:
        return ""
    if answered := ANSWERED.match(outcome):
        return _why(answered[1])
    parts = [part.strip() for part in outcome.split(";")]
    if outcome.startswith(WAITS):
        # that the way waited for is closed goes without saying
        parts = [part for part in parts if not CLOSED.search(part)]
    return "；".join(_part(part) for part in parts if part)


def name_of(way: str | None) -> str:
    """Return what staff call a way; a way that is no longer known is shown as it was written."""
    if way == DIGEST:
        return say("notices.way_digest")
    return say(f"notices.way_{way}") if way in WAYS else way or ""


def of_tries(way: str | None, count: int) -> str:
    """Say by which way a notice went or is to go, and how often that was tried."""
    if way:
        return say("notices.tried", way=name_of(way), count=count)
    return say("notices.tried_none", count=count) if count else say("notices.untried")


def of_cause(cause: Cause) -> str:
    """Return what staff call a class of reasons."""
    return say(f"notices.cause_{cause}")


def advice(state: NoticeState, outcome: str | None) -> str:
    """Say what staff can do about a notice, if anything."""
    return say(f"notices.advice_{causes.of(state, outcome) or state}")


def of_step(what: str) -> str:
    """Say what happened to a notice; what staff did is told in the words of the audit."""
    key = f"notices.step_{what}"
    return say(key) if key in sentences() else words_of(what)


def name_of_circuit(circuit: str) -> str:
    """Return what staff call a way that WeChat has closed: an app, a way of it, or one template."""
    app, _, rest = circuit.partition(":")
    way, _, template = rest.partition(":")
    if app not in APPS:
        return circuit
    if not way:
        return say(f"notices.circuit_{app}")
    return (
        say("notices.circuit_template", way=name_of(way), id=template) if template else name_of(way)
    )


def of_closure(closure: Closure) -> str:
    """Say why WeChat has closed a way, and who can see to it."""
    if closure.reason == Misconfigured.__name__:
        return say("notices.misconfigured", code=closure.code)
    return _why(str(closure.code))


def _part(part: str) -> str:
    if part.startswith(WAITS):
        names = part.removeprefix(WAITS).split(", ")
        return say("notices.waits_for", ways="、".join(name_of_circuit(name) for name in names))
    if part == UNKNOWN:
        return say("notices.why_unknown")
    way, _, why = part.partition(": ")
    if way not in WAYS or not why:
        return _why(part)
    return say("notices.closed", way=name_of(way), why=_why(why))


def _why(why: str) -> str:
    key = f"notices.why_{why.replace(' ', '_').replace('-', 'minus_').replace(':', '')}"
    if key in sentences():
        return say(key)
    if CODE.fullmatch(why):
        return say("notices.not_taken", code=why)
    if closed := CLOSED.fullmatch(why):
        return say("notices.shut", code=closed[1])
    return why
