"""A member's quarterly report at the desk: read, or written down as told on the phone."""

from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.party.needs import words as need_words
from server.party.reports import proxies
from server.party.reports.answers import LABELS, LONGEST, QUESTIONS
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_reports", __name__)

DOORS = ((Channel.PHONE.value, "电话"), (Channel.PAPER.value, "当面或纸上"))


@pages.get("/party/files/<file_id>/report", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int) -> Response:
    """Show the report whose turn it is, and the form for what is told."""
    who = visit.session, visit.reach, file_id
    name, sheet = proxies.show(*who, visit.now, **_keys(visit))
    window = sheet.window
    return visit.show(
        "party/report.html",
        file_id=file_id,
        name=name,
        sheet=sheet,
        quarter=window.quarter,
        standing=say(f"party.standing_{sheet.standing}"),
        channel=say(f"copies.channel_{sheet.channel}") if sheet.channel else "",
        is_open=window.opens <= visit.now,
        questions=[(one, LABELS[one], say(f"party.report_ask_{one}")) for one in QUESTIONS],
        doors=DOORS,
        needs=need_words.tells((sheet.handed_in or {}).get("needs", "")),
        longest=LONGEST,
    )


@pages.post("/party/files/<file_id>/report", Right.SEE_PARTY, again=show)
def put_down(visit: Visit, file_id: int) -> Response:
    """Hand in what the member has told."""
    said = {one: keyed(one) for one in QUESTIONS}
    channel = fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)
    who = visit.session, visit.reach, file_id, keyed("quarter"), said, visit.now
    proxies.submit(*who, channel=channel, **_keys(visit))
    return visit.go("party_reports.show", "已记下汇报，和本人自己交的一样算。", file_id=file_id)


def _keys(visit: Visit) -> dict[str, Any]:
    return {"rules": visit.runtime.settings.reports, "vault": visit.runtime.party}
