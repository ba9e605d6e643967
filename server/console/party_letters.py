"""The letters of a year at the desk: written, looked at as they will go, sent, and answered."""

from typing import Any
from urllib.parse import quote

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party import DOORS
from server.console.visit import Visit
from server.office import letter_papers
from server.party import branches
from server.party.letters import answering, desk, layout, reading, sending, writing, years
from server.party.letters.answering import THANKS, Answer
from server.party.letters.desk import State
from server.party.letters.words import LONGEST, LONGEST_ANSWER, LONGEST_RESULT, Words
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_letters", __name__)

ALL = "all"
KINDS = {
    State.UNWRITTEN: "wait",
    State.WRITTEN: "info",
    State.SENT: "plain",
    State.READ: "plain",
    State.ANSWERED: "ok",
}


@pages.get("/party/letters", Right.SEE_PARTY, logged=True)
def list_letters(visit: Visit) -> Response:
    """List the members of a branch, and how far each one's letter of a year has come."""
    open_years = years.written(visit.now)
    asked = fields.asked_number("year")
    year = asked if asked in open_years else open_years[0]
    led = branches.of(visit.session, visit.reach, visit.now)
    wanted = fields.asked_number("branch")
    branch = wanted if wanted in {each.id for each in led} else led[0].id if led else 0
    if fields.asked("branch") == ALL:
        branch = 0
    after = fields.asked_number("after")
    who = visit.session, visit.reach, branch, year, visit.now
    page = desk.listed(*who, after=after, vault=visit.runtime.party)
    return visit.show(
        "party/letters.html",
        page=page,
        year=year,
        years=[(each, f"{each}年") for each in open_years],
        branch=branch,
        branches=[*((each.id, each.name) for each in led), (ALL, "全部")] if led else [],
        all=ALL,
        paged=bool(after),
        state=_state,
        kind=KINDS.get,
    )


@pages.post("/party/letters/send", Right.SEE_PARTY, again=list_letters)
def send_all(visit: Visit) -> Response:
    """Send what is written for a branch's members and not sent."""
    branch, year = fields.number("branch"), fields.number("year")
    who = visit.session, visit.reach, branch, year, visit.now
    count = sending.send_all(*who, **_keys(visit))
    said = f"已发出{count}封，本人、联系人和两地书记会收到提醒。" if count else "没有等着发的。"
    return visit.go("party_letters.list_letters", said, branch=branch, year=year)


@pages.get("/party/files/<file_id>/letters/<year>", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int, year: int) -> Response:
    """Show a member's letter as it was sent, or as it would be."""
    who = visit.session, visit.reach, file_id, year, visit.now
    sheet = desk.show(*who, **_keys(visit))
    letter = sheet.letter
    return visit.show(
        "party/letter.html",
        file_id=file_id,
        sheet=sheet,
        letter=letter,
        laid=layout.laid(letter),
        stands=_state(sheet.state),
        kind=KINDS.get(sheet.state),
        channel=say(f"copies.channel_{letter.channel}") if letter.channel else "",
        doors=DOORS,
        thanks=THANKS,
        most=(LONGEST, LONGEST_RESULT, LONGEST_ANSWER),
    )


@pages.post("/party/files/<file_id>/letters/<year>", Right.SEE_PARTY, again=show)
def write(visit: Visit, file_id: int, year: int) -> Response:
    """Keep the branch's words."""
    said = Words(keyed("said"), keyed("result"))
    who = visit.session, visit.reach, file_id, year, said, fields.number("revision"), visit.now
    writing.write(*who, vault=visit.runtime.party)
    return _back("已保存。请看一看下面，没问题就发出。", visit, file_id, year)


@pages.post("/party/files/<file_id>/letters/<year>/send", Right.SEE_PARTY, again=show)
def send(visit: Visit, file_id: int, year: int) -> Response:
    """Send the letter that was looked at."""
    who = visit.session, visit.reach, file_id, year, keyed("seen"), visit.now
    sending.send(*who, **_keys(visit))
    return _back("已发出，本人、联系人和两地书记会收到提醒。", visit, file_id, year)


@pages.post("/party/files/<file_id>/letters/<year>/answer", Right.SEE_PARTY, again=show)
def put_down(visit: Visit, file_id: int, year: int) -> Response:
    """Write down what the member answers."""
    channel = fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)
    said = Answer(keyed("answer"), channel, bool(keyed("asks")))
    who = visit.session, visit.reach, file_id, year, said, fields.number("revision"), visit.now
    answering.put_down(*who, vault=visit.runtime.party)
    return _back("已记下本人的回复。", visit, file_id, year)


@pages.get("/party/files/<file_id>/letters/<year>/paper", Right.SEE_PARTY, logged=True)
def paper(visit: Visit, file_id: int, year: int) -> Response:
    """Give a letter that was sent as a PDF."""
    who = visit.session, visit.reach, file_id, year, visit.now
    letter = reading.sent(*who, vault=visit.runtime.party)
    answer = Response(letter_papers.draw(letter), mimetype="application/pdf")
    named = quote(f"{layout.laid(letter).title}.pdf")
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{named}"
    return answer


def _back(said: str, visit: Visit, file_id: int, year: int) -> Response:
    return visit.go("party_letters.show", said, file_id=file_id, year=year)


def _state(state: State) -> str:
    return say(f"party.letter_state_{state}")


def _keys(visit: Visit) -> dict[str, Any]:
    return {"rules": visit.runtime.settings.reports, "vault": visit.runtime.party}
