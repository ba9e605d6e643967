"""Disputes of hours: what waits for an answer, and answering it."""

from flask import Response

from server.console import start
from server.console.pages import Pages, keyed
from server.console.records import DISPUTES, WORDS, minutes
from server.console.visit import Visit
from server.staff.rights import Right
from server.volunteers.hours import answering, histories, rosters, tasks
from server.volunteers.hours.answering import Answer

pages = Pages("disputes", __name__)

start.HREFS["dispute"] = "disputes.dispute"


@pages.get("/disputes", Right.CONFIRM_RECORDS)
def show(visit: Visit) -> Response:
    """List the disputes that wait for an answer, those due first in front."""
    found = tasks.disputes_waiting(visit.session, visit.reach)
    return visit.show(
        "disputes/list.html", waiting=found, most=rosters.MOST, closing=rosters.closing
    )


@pages.get("/disputes/<dispute_id>", Right.CONFIRM_RECORDS)
def dispute(visit: Visit, dispute_id: int) -> Response:
    """Show a dispute with the record it is about; its words are another step."""
    return _shown(visit, dispute_id, None)


@pages.post("/disputes/<dispute_id>/words", Right.CONFIRM_RECORDS, again=dispute)
def read(visit: Visit, dispute_id: int) -> Response:
    """Show what the volunteer wrote; that it was read is noted."""
    vault = visit.runtime.vault
    words = answering.read(visit.session, visit.reach, dispute_id, visit.now, vault=vault)
    return _shown(visit, dispute_id, words)


@pages.post("/disputes/<dispute_id>/answer", Right.CONFIRM_RECORDS, again=dispute)
def answer(visit: Visit, dispute_id: int) -> Response:
    """Answer a dispute: the record is amended, or stays and the reason is told."""
    amended = minutes(keyed("minutes")) if keyed("becomes") == "amended" else None
    said = Answer(keyed("answer"), amended)
    answering.answer(visit.session, visit.reach, dispute_id, said, visit.now)
    return visit.go("disputes.show", "已答复，本人会收到通知。")


def _shown(visit: Visit, dispute_id: int, words: str | None) -> Response:
    session, vault = visit.session, visit.runtime.vault
    raised, _seen, path = answering.locate(session, visit.reach, dispute_id)
    record = histories.own(session, raised.person_id, raised.record_id)
    return visit.show(
        "disputes/dispute.html",
        dispute=raised,
        words=words,
        record=record,
        versions=histories.versions(session, record, vault=vault),
        may_answer=answering.may_answer(session, visit.reach, raised, path, visit.now),
        dispute_states=DISPUTES,
        closing=rosters.closing,
        **WORDS,
    )
