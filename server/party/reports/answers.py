"""The questions of a quarterly report, and their answers: checked, and sealed as one text."""

from collections.abc import Mapping

from server.party import lines
from server.party.keys import PartyVault
from server.party.models import PartyReport, ReportRevision
from server.party.refusals import Unanswered
from server.party.texts import as_written

LABELS = {
    "work": "工作和生活",
    "thought": "思想情况",
    "life": "组织生活和义务",
    "needs": "困难和请求",
    "answer": "支部问的，本人答",
}
"""The questions, each with the label under which its answer is sealed: never to be changed."""
ANSWER = "answer"
"""What is answered to the one question that a branch may ask about a report."""
QUESTIONS = tuple(one for one in LABELS if one != ANSWER)
LONGEST = 2_000

Answers = dict[str, str]
"""What was answered to which question; what is not there was not answered yet."""


def kept(said: Mapping[str, str]) -> Answers:
    """Return the answers as they are kept, without those that say nothing."""
    words = {one: as_written(said.get(one, ""), LONGEST) for one in LABELS}
    return {one: text for one, text in words.items() if text}


def require_all(answers: Answers) -> None:
    """Refuse where a question is not answered yet, and say which."""
    for number, one in enumerate(QUESTIONS, 1):
        if one not in answers:
            raise Unanswered(number=number)


def is_whole(answers: Answers) -> bool:
    """Tell whether every question is answered."""
    return all(one in answers for one in QUESTIONS)


def draft_of(report: PartyReport, vault: PartyVault) -> Answers | None:
    """Return what is being written, None while nothing is."""
    return _opened(report.draft, f"party_report:{report.id}:draft", vault)


def put_draft(report: PartyReport, answers: Answers, vault: PartyVault) -> None:
    """Seal what is being written."""
    report.draft = vault.seal(lines.written(answers, LABELS), f"party_report:{report.id}:draft")


def of(revision: ReportRevision, vault: PartyVault) -> Answers:
    """Return what was handed in with a revision."""
    place = place_of(revision.report_id, revision.number)
    return _opened(revision.answers, place, vault) or {}


def sealed(answers: Answers, report_id: int, number: int, vault: PartyVault) -> bytes:
    """Return the answers of a revision as they are kept."""
    return vault.seal(lines.written(answers, LABELS), place_of(report_id, number))


def place_of(report_id: int | str, number: int | str) -> str:
    """Return where the answers of a revision are sealed."""
    return f"party_report:{report_id}:{number}"


def _opened(text: bytes | None, place: str, vault: PartyVault) -> Answers | None:
    return None if text is None else lines.read(vault.open(text, place), LABELS)
