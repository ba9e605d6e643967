"""The review desk of a branch: its members' quarter, objections first, and one member's review."""

from typing import Any

from flask import Response, request

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party import DOORS
from server.console.visit import Visit
from server.party.models import ReviewState
from server.party.reviews import deciding, desk, sheets, showing, steps, terms
from server.party.reviews.desk import Stage
from server.party.reviews.grades import Fact, Grade
from server.party.reviews.terms import Rules
from server.staff.rights import Right

pages = Pages("party_reviews", __name__)

STAGES = tuple((one.value, say(f"party.stage_{one}")) for one in Stage)
GRADES = tuple((one.value, say(f"party.grade_{one}")) for one in Grade)
FACTS = tuple((one.value, say(f"party.fact_{one}_name")) for one in Fact)
KINDS = {
    None: "wait",
    ReviewState.BRANCH_DECIDED: "wait",
    ReviewState.SHOWN: "info",
    ReviewState.OBJECTED: "warn",
    ReviewState.FINAL: "ok",
}
QUARTERS = 6
MOST = 200


@pages.get("/party/reviews", Right.SEE_PARTY, logged=True)
def list_members(visit: Visit) -> Response:
    """List the members of a quarter: those who object in front."""
    rules, after = rules_of(visit), fields.asked_number("after")
    quarter = _quarter(visit)
    stage = next((one for one in Stage if one == fields.asked("stage")), Stage.ALL)
    who = visit.session, visit.reach, quarter, stage, visit.now
    page = desk.members(*who, after=after, **keys_of(visit))
    return visit.show(
        "party/reviews.html",
        page=page,
        quarter=terms.named(quarter),
        quarters=_choices(visit, rules),
        stage=stage,
        stages=STAGES,
        paged=bool(after),
        to_show=[line.file_id for line in page.lines if line.decides and _is_decided(line.state)],
        **words(),
    )


@pages.post("/party/reviews/accept", Right.SEE_PARTY, again=list_members)
def accept(visit: Visit) -> Response:
    """Decide as proposed about all that are ticked."""
    quarter, seen = keyed("quarter"), {}
    for ticked in request.form.getlist("seen")[:MOST]:
        number, _colon, grade = ticked.partition(":")
        if number.isascii() and number.isdigit() and len(number) <= 18 and grade in tuple(Grade):
            seen[int(number)] = Grade(grade)
    who = visit.session, visit.reach, quarter, seen, visit.now
    count = deciding.accept(*who, **keys_of(visit))
    return visit.go(
        "party_reviews.list_members",
        f"按系统建议定了{count}人。看一看，再给本人看。",
        quarter=quarter,
    )


@pages.post("/party/reviews/show", Right.SEE_PARTY, again=list_members)
def show_many(visit: Visit) -> Response:
    """Show members what was decided about them."""
    quarter = keyed("quarter")
    ids = [one for one in request.form.getlist("file")[:MOST] if one.isascii() and one.isdigit()]
    files = [int(one) for one in ids if len(one) <= 18]
    keys = keys_of(visit)
    who = visit.session, visit.reach, quarter, files, visit.now
    count = showing.show(*who, vault=keys["vault"], names=keys["names"])
    return visit.go("party_reviews.list_members", f"已给{count}人看。", quarter=quarter)


@pages.get("/party/files/<file_id>/review", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int) -> Response:
    """Show one member's review, and what may be done about it."""
    quarter, rules = _quarter(visit), rules_of(visit)
    who = visit.session, visit.reach, file_id, quarter, visit.now
    sheet = sheets.show(*who, **keys_of(visit))
    review = sheet.review
    state = review.state if review else None
    over = sheet.deadline is not None and sheet.deadline <= visit.now
    return visit.show(
        "party/review.html",
        sheet=sheet,
        quarters=_choices(visit, rules),
        state=state,
        undecided=state in (None, ReviewState.BRANCH_DECIDED),
        ends=state in steps.ANSWERED or (state is ReviewState.SHOWN and over),
        facts=FACTS,
        grades=GRADES,
        doors=DOORS,
        longest=deciding.LONGEST,
        **words(),
    )


def rules_of(visit: Visit) -> Rules:
    """Return the settings by which reviews go."""
    settings = visit.runtime.settings
    return Rules(settings.reports, settings.reviews)


def keys_of(visit: Visit) -> dict[str, Any]:
    """Return the settings and both keys, as the verbs of reviews take them."""
    vaults = {"vault": visit.runtime.party, "names": visit.runtime.vault}
    return {"rules": rules_of(visit), **vaults}


def words() -> dict[str, Any]:
    """Return how a page names states, grades and facts."""
    return {
        "named": lambda state: say(
            f"copies.reviewstate_{state}" if state else "party.stage_drafted"
        ),
        "kind": lambda state: KINDS.get(state, "plain"),
        "grade": lambda grade: say(f"party.grade_{grade}"),
        "signs": {fact: say(f"party.fact_{fact}_sign") for fact in Fact},
    }


def _is_decided(state: ReviewState | None) -> bool:
    return state is ReviewState.BRANCH_DECIDED


def _quarter(visit: Visit) -> str:
    """Return the quarter that is asked for, or was keyed, else the latest that is due."""
    return (
        keyed("quarter") or fields.asked("quarter") or str(terms.latest(visit.now, rules_of(visit)))
    )


def _choices(visit: Visit, rules: Rules) -> list[tuple[str, str]]:
    return [
        (str(one), f"{one.year}年第{one.number}季度")
        for one in terms.recent(visit.now, rules, QUARTERS)
    ]
