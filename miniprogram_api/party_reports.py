"""A floating member's quarterly report: one screen, kept for later or handed in.

Handing in the same twice is once by itself, and reads no Idempotency-Key: no answer of it is kept
in a table of everybody.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import Strict, exampled
from miniprogram_api.shapes import Moment, Out
from miniprogram_api.texts import NO_NUL
from server.party.refusals import (
    ConsentWithdrawn,
    LooksLikeId,
    NothingThere,
    OtherQuarter,
    ReportNotOpen,
    TooLong,
    Unanswered,
)
from server.party.reports import reports
from server.party.reports.answers import ANSWER, Answers
from server.party.reports.refusals import (
    QuarterOver,
    ReportAccepted,
)
from server.party.reports.sheets import Sheet
from server.party.reports.windows import Standing
from server.people.models import Channel

api = Api("party_reports", __name__)

Told = Annotated[str, Field(max_length=20_000, pattern=NO_NUL)]
Named = Annotated[str, Field(pattern="^20[0-9]{2}Q[1-4]$")]
SAID = {"work": "还在示例物流公司", "thought": "都好", "life": "参加了线上学习", "needs": "没有"}


class QuarterAnswersOut(Out):
    """Work and where one lives, what one thinks, organisational life and duties, what one needs."""

    work: str | None
    thought: str | None
    life: str | None
    needs: str | None


class QuarterReportOut(Out):
    """The report of a quarter. `said` is being written, or filled in from last time.

    `handed_in` is in force; `due_at` is the first moment that is late, `grace_at` too late. A
    branch asks one `question` about a report at most: while `state` is `returned` it waits for the
    `answer`, however long, and that quarter's turn comes before the one that is open.
    """

    model_config = exampled(
        {
            "quarter": "2026Q1",
            "state": "open",
            "opens_at": "2026-03-12T00:00:00+08:00",
            "due_at": "2026-04-11T00:00:00+08:00",
            "grace_at": "2026-04-21T00:00:00+08:00",
            "said": SAID,
            "is_draft": False,
            "handed_in": None,
            "handed_in_at": None,
            "late": False,
            "question": None,
            "answer": None,
        }
    )

    quarter: str
    state: Standing
    opens_at: Moment
    due_at: Moment
    grace_at: Moment
    said: QuarterAnswersOut
    is_draft: bool
    handed_in: QuarterAnswersOut | None
    handed_in_at: Moment | None
    late: bool
    question: str | None
    answer: str | None


class ReportQuery(Strict):
    """Which quarter's report; left out, the one whose turn it is."""

    quarter: Named | None = None


class QuarterDraftIn(Strict):
    """Some answers; what is left out stays as it was kept.

    Without a `quarter` they are of the one whose turn it is.
    """

    model_config = exampled({"quarter": "2026Q1", "work": "还在示例物流公司"})

    quarter: Named | None = None
    work: Told = ""
    thought: Told = ""
    life: Told = ""
    needs: Told = ""
    answer: Told = ""


class QuarterReportIn(Strict):
    """The answers, and the answer to what the branch has asked; what was kept completes them.

    With none at all, or without a body, what was kept is handed in. Without a `quarter` it is the
    one whose turn it is.
    """

    model_config = exampled({"quarter": "2026Q1"} | SAID)
    optional: ClassVar[bool] = True

    quarter: Named | None = None
    work: Told = ""
    thought: Told = ""
    life: Told = ""
    needs: Told = ""
    answer: Told = ""


WRITING = (
    *(NothingThere, ConsentWithdrawn, ReportNotOpen, OtherQuarter, QuarterOver, ReportAccepted),
    *(LooksLikeId, TooLong),
)


@api.get("/party/report", refuses=(NothingThere,), logged=True)
def report(call: Call, query: ReportQuery) -> QuarterReportOut:
    """Show the report whose turn it is or a quarter's, filled in with last time's answers."""
    who, named = (call.session, call.person_id, call.now), query.quarter or ""
    return _shown(reports.show(*who, quarter=named, **_keys(call)))


@api.put("/party/report", refuses=WRITING)
def keep_draft(call: Call, body: QuarterDraftIn) -> QuarterReportOut:
    """Keep some answers for later; chat goes on from there."""
    said = body.model_dump(exclude={"quarter"})
    who = call.session, call.person_id, body.quarter or _turn(call)
    return _shown(reports.draft(*who, said, call.now, **_keys(call)))


@api.post("/party/report/submit", keyless=True, refuses=(*WRITING, Unanswered))
def hand_in_report(call: Call, body: QuarterReportIn) -> QuarterReportOut:
    """Hand in the report; other answers than before are a new revision, the old one stays.

    So is the answer to what the branch has asked; left out, the one that was given stays. What was
    kept as a draft is handed in where no answer is given, and completes those that are.
    """
    said, quarter = body.model_dump(exclude={"quarter"}), body.quarter or _turn(call)
    given, channel = said if any(said.values()) else None, Channel.MINIPROGRAM
    who = call.session, call.person_id, quarter, call.now
    return _shown(reports.submit(*who, said=given, channel=channel, **_keys(call)))


def _turn(call: Call) -> str:
    """Return the quarter whose turn it is."""
    rules = call.runtime.settings.reports
    return str(reports.turn(call.session, call.person_id, call.now, rules=rules))


def _keys(call: Call) -> dict[str, Any]:
    return {"rules": call.runtime.settings.reports, "vault": call.runtime.party}


def _shown(sheet: Sheet) -> QuarterReportOut:
    window = sheet.window
    return QuarterReportOut(
        quarter=str(window.quarter),
        state=sheet.standing,
        opens_at=window.opens,
        due_at=window.due,
        grace_at=window.grace,
        said=_told(sheet.said),
        is_draft=sheet.drafted,
        handed_in=None if sheet.handed_in is None else _told(sheet.handed_in),
        handed_in_at=sheet.at,
        late=sheet.late,
        question=sheet.question,
        answer=(sheet.handed_in or {}).get(ANSWER),
    )


def _told(said: Answers) -> QuarterAnswersOut:
    return QuarterAnswersOut(**{one: said.get(one) for one in QuarterAnswersOut.model_fields})
