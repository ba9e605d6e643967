"""A member's quarterly reports at the desk: read, put down as told, accepted, asked, excused."""

from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party import DOORS
from server.console.visit import Visit
from server.party.needs import words as need_words
from server.party.reports import decisions, due, excuses, histories, proxies
from server.party.reports.answers import ANSWER, LABELS, LONGEST, QUESTIONS
from server.party.reports.histories import History
from server.party.reports.windows import Standing
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_reports", __name__)

KINDS = {
    Standing.OPEN: "wait",
    Standing.LATE_OPEN: "wait",
    Standing.SUBMITTED: "info",
    Standing.SUBMITTED_LATE: "info",
    Standing.RETURNED: "warn",
    Standing.ACCEPTED: "ok",
    Standing.MISSED: "bad",
}


@pages.get("/party/files/<file_id>/report", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int) -> Response:
    """Show a quarter with every revision, the list of all quarters, and what may be done."""
    quarter = fields.asked("quarter") or keyed("quarter")
    who, names = (visit.session, visit.reach, file_id, quarter), visit.runtime.vault
    history = histories.of(*who, visit.now, **_keys(visit), names=names)
    told = history.versions[0].said if history.versions else {}
    return visit.show(
        "party/report.html",
        file_id=file_id,
        history=history,
        quarter=history.window.quarter,
        standing=lambda one: say(f"party.standing_{one}"),
        kind=lambda one: KINDS.get(one, "plain"),
        channel=lambda one: say(f"copies.channel_{one}"),
        labels=LABELS,
        questions=[(one, LABELS[one], say(f"party.report_ask_{one}")) for one in QUESTIONS],
        doors=DOORS,
        needs=need_words.tells(told.get("needs", "")),
        longest=LONGEST,
        following=_following(visit, file_id, history),
        is_asked=history.standing is Standing.RETURNED,
        is_on=history.window.opens <= visit.now < history.window.grace,
    )


@pages.post("/party/files/<file_id>/report", Right.SEE_PARTY, again=show)
def put_down(visit: Visit, file_id: int) -> Response:
    """Hand in what the member has told."""
    who = visit.session, visit.reach, file_id, keyed("quarter"), _said(), visit.now
    proxies.submit(*who, channel=_channel(), **_keys(visit))
    return _back(visit, file_id, "已记下汇报，和本人自己交的一样算。")


@pages.post("/party/files/<file_id>/report/answer", Right.SEE_PARTY, again=show)
def answer(visit: Visit, file_id: int) -> Response:
    """Put down what the member answers to the branch's question."""
    who = visit.session, visit.reach, file_id, keyed("quarter"), keyed(ANSWER), visit.now
    proxies.answer(*who, channel=_channel(), **_keys(visit))
    return _back(visit, file_id, "已记下本人的回答。")


@pages.post("/party/files/<file_id>/report/accept", Right.SEE_PARTY, again=show)
def accept(visit: Visit, file_id: int) -> Response:
    """Accept the report as it was read."""
    read = keyed("quarter"), fields.number("number")
    decisions.accept(visit.session, visit.reach, file_id, *read, visit.now)
    return _back(visit, file_id, "已收下。")


@pages.post("/party/files/<file_id>/report/return", Right.SEE_PARTY, again=show)
def ask(visit: Visit, file_id: int) -> Response:
    """Return the report with one question."""
    read = keyed("quarter"), fields.number("number"), keyed("question")
    who, vault = (visit.session, visit.reach, file_id), visit.runtime.party
    decisions.ask(*who, *read, visit.now, vault=vault)
    return _back(visit, file_id, "已退回，会提醒本人有事要看；提醒里不写是什么事。")


@pages.post("/party/files/<file_id>/report/excuse", Right.SEE_PARTY, again=show)
def excuse(visit: Visit, file_id: int) -> Response:
    """Put down why the report was missed, and what was told if anything was."""
    who = visit.session, visit.reach, file_id, keyed("quarter"), keyed("reason"), visit.now
    excuses.excuse(*who, said=_said(), channel=_channel(), **_keys(visit))
    return _back(visit, file_id, "已记下原因。")


def _following(visit: Visit, file_id: int, history: History) -> int | None:
    """Return whose report comes next, once this one is accepted."""
    if history.standing is not Standing.ACCEPTED:
        return None
    rules = visit.runtime.settings.reports
    return due.following(visit.session, visit.reach, file_id, visit.now, rules)


def _back(visit: Visit, file_id: int, words: str) -> Response:
    quarter = keyed("quarter")
    return visit.go("party_reports.show", words, file_id=file_id, quarter=quarter)


def _said() -> dict[str, str]:
    return {one: keyed(one) for one in QUESTIONS}


def _channel() -> Channel:
    return fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)


def _keys(visit: Visit) -> dict[str, Any]:
    return {"rules": visit.runtime.settings.reports, "vault": visit.runtime.party}
