"""How the questions of a quarterly report are asked, of members and of whoever writes for them."""

from bot.chat import Reply
from config.wording import say
from server.party.reports.answers import LABELS, QUESTIONS, Answers

OURS = "party_report"
"""How the commands of a member's own report begin."""
SHOWN = 60
"""So much of an answer is shown again; the whole stands in the report."""

ECHO = 5
"""Words of so many characters told once more are no answer to the next question as well."""


def question(number: int, step: int, known: str) -> str:
    """Ask a member one question, with what they told last time."""
    facts = _facts(number, step, known)
    return say("party.report_ask", question=say(f"party.report_ask_{QUESTIONS[step]}"), **facts)


def about(name: str, number: int, step: int, known: str) -> str:
    """Ask a contact what a member says to one question."""
    facts = _facts(number, step, known)
    return say("party.told_ask", name=name, label=LABELS[QUESTIONS[step]], **facts)


def lines(said: Answers) -> str:
    """List the answers, each by its label and cut short: numbers are for what one may reply."""
    return "\n".join(f"{LABELS[one]}：{_short(said.get(one, ''))}" for one in QUESTIONS)


def stopped() -> Reply:
    """Say that nothing new is written down, before somebody writes it in vain."""
    return Reply(say("party.consent_withdrawn"), private=True)


def is_echo(fresh: Answers, said: Answers, step: int) -> bool:
    """Tell whether an answer is the one to the question before, told once more by mistake."""
    words = fresh.get(QUESTIONS[step], "")
    return step > 0 and len(words) >= ECHO and words == said.get(QUESTIONS[step - 1])


def _facts(number: int, step: int, known: str) -> dict[str, object]:
    return {
        "number": number,
        "step": step + 1,
        "of": len(QUESTIONS),
        "known": say("party.report_known", words=_short(known)) if known else "",
    }


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"
