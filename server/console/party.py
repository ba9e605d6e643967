"""The desk of a branch: its members by what is due, and one member's file. Each look is noted."""

from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.party import branches, checklist, desk, dues, files, greetings, keeping
from server.party.contents import LONGEST, Facts
from server.party.dues import Due
from server.party.models import FileState, Way
from server.party.own import Own
from server.party.reports import windows
from server.party.reports.windows import Standing
from server.people import profile
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party", __name__)

WAYS = tuple((one.value, say(f"copies.way_{one}")) for one in Way)
ENDS = tuple((one.value, say(f"copies.filestate_{one}")) for one in files.ENDS)
DOORS = (
    (Channel.PHONE.value, "电话"),
    (Channel.PAPER.value, "当面或纸上"),
)
"""How a member told what is put down for them."""
OF_REPORTS = (Due.REPORT, Due.RETURNED, Due.ACCEPT)
"""Lists that lead to the report, since it is what one looks for in them."""
KINDS = {
    FileState.REPORTED: "wait",
    FileState.ACTIVE: "ok",
    FileState.CONTACT_BROKEN: "warn",
}

REPORTS = {
    Standing.NOT_OPEN: "plain",
    Standing.EXEMPT: "plain",
    Standing.RETURNED: "warn",
    Standing.ACCEPTED: "ok",
    Standing.SUBMITTED: "info",
    Standing.SUBMITTED_LATE: "info",
}


@pages.get("/party", Right.SEE_PARTY, logged=True)
def list_members(visit: Visit) -> Response:
    """List the members whom this person may see, by what is due this quarter."""
    due = next((one for one in Due if one == fields.asked("due")), Due.ALL)
    after, rules = fields.asked_number("after"), visit.runtime.settings.reports
    who = visit.session, visit.reach
    page = desk.members(*who, due, visit.now, after=after, rules=rules, **_keys(visit))
    counts = dues.counts(*who, visit.now, rules)
    kept = branches.of(visit.session, visit.reach, visit.now)
    return visit.show(
        "party/list.html",
        page=page,
        due=due,
        dues=[(one.value, say(f"party.due_{one}")) for one in Due],
        counted=[(one.value, _counted(one, count)) for one, count in counts.items() if count],
        reports=OF_REPORTS,
        quarter=windows.current(visit.now, rules).quarter,
        paged=bool(after),
        keeps_some=bool(kept),
        greeting=greetings.line(visit.now, visit.runtime.settings.greetings),
        old=keeping.due(visit.session, visit.reach, visit.now),
        **_words(),
    )


@pages.get("/party/files/new", Right.SEE_PARTY)
def new(visit: Visit) -> Response:
    """Offer the form that begins a file."""
    kept = branches.of(visit.session, visit.reach, visit.now)
    homes = [(branch.id, branch.name) for branch in kept]
    return visit.show("party/form.html", homes=homes, file=None, facts=None)


@pages.post("/party/files", Right.SEE_PARTY, again=new)
def create(visit: Visit) -> Response:
    """Begin a file."""
    home = fields.number("home")
    how: dict[str, Any] = {"channel": Channel.CONSOLE, "vault": visit.runtime.party}
    file = files.report(visit.session, visit.reach, home, _facts(), visit.now, **how)
    return visit.go("party.show", "已登记。", file_id=file.id)


@pages.get("/party/files/<file_id>", Right.SEE_PARTY, logged=True)
def show(visit: Visit, file_id: int) -> Response:
    """Show a member's file."""
    sheet = desk.member(visit.session, visit.reach, file_id, visit.now, **_keys(visit))
    able = branches.candidates(visit.session, visit.now)
    names = profile.names_of(visit.session, able, vault=visit.runtime.vault)
    hosts, home = branches.hosts(visit.session, visit.reach), sheet.own.file.home_id
    return visit.show(
        "party/show.html",
        sheet=sheet,
        own=sheet.own,
        shown=_shown(sheet.own),
        people=[(each, names.get(each, "未留姓名")) for each in able],
        hosts=[("", "没有"), *((each.id, each.name) for each in hosts if each.id != home)],
        ways=WAYS,
        ends=ENDS,
        doors=DOORS,
        needed=files.ATTEMPTS,
        **_words(),
    )


@pages.get("/party/files/<file_id>/edit", Right.SEE_PARTY, logged=True)
def edit(visit: Visit, file_id: int) -> Response:
    """Offer the form that writes the file anew."""
    sheet = desk.member(visit.session, visit.reach, file_id, visit.now, **_keys(visit))
    return visit.show("party/form.html", homes=(), file=sheet.own.file, facts=sheet.own.facts)


@pages.post("/party/files/<file_id>/edit", Right.SEE_PARTY, again=edit)
def save(visit: Visit, file_id: int) -> Response:
    """Write the file anew."""
    revision, vault = fields.number("revision"), visit.runtime.party
    who = visit.session, visit.reach, file_id
    files.correct(*who, _facts(), revision, visit.now, vault=vault)
    return visit.go("party.show", "已保存。", file_id=file_id)


@pages.get("/party/files/<file_id>/checklist", Right.SEE_PARTY, logged=True)
def show_checklist(visit: Visit, file_id: int) -> Response:
    """Show what a person enters in the national system."""
    who = visit.session, visit.reach, file_id
    items = checklist.of(*who, visit.now, vault=visit.runtime.party)
    told = [(say(f"party.item_{item.label}"), item.words) for item in items]
    return visit.show("party/checklist.html", items=told, file_id=file_id)


@pages.get("/party/files/<file_id>/reads", Right.SEE_PARTY, logged=True)
def show_reads(visit: Visit, file_id: int) -> Response:
    """Show who has looked at the file, as the member sees it."""
    who = visit.session, visit.reach, file_id
    seen = desk.reads(*who, visit.now, names=visit.runtime.vault)
    look = {one: say(f"copies.look_{one.part}") for one in seen}
    return visit.show("party/reads.html", seen=seen, look=look, file_id=file_id)


def _counted(due: Due, count: int) -> str:
    """Return what a list is called, with how many stand in it."""
    more = "以上" if count == dues.MOST else ""
    return f"{say(f'party.due_{due}')}（{count}人{more}）"


def _keys(visit: Visit) -> dict[str, Any]:
    return {"vault": visit.runtime.party, "names": visit.runtime.vault}


def _facts() -> Facts:
    said = {field: keyed(field) for field in LONGEST}
    return Facts(**said, left_on=fields.day("left_on"), arrived_on=fields.day("arrived_on"))


def _shown(own: Own) -> list[tuple[str, str]]:
    facts = own.facts
    said = (
        ("电话", facts.phone.removeprefix("+86")),
        ("现居地", facts.place),
        ("工作单位", facts.employer),
        ("外出原因", facts.reason),
        ("流出日期", facts.left_on.isoformat() if facts.left_on else ""),
        ("流入日期", facts.arrived_on.isoformat() if facts.arrived_on else ""),
        ("活动证号", facts.card_no),
        ("所在支部", own.home),
        ("流入地支部", own.host or ""),
        ("备注", facts.note),
    )
    return [(label, words or "—") for label, words in said]


def _words() -> dict[str, Any]:
    return {
        "state": lambda file_state: say(f"copies.filestate_{file_state}"),
        "kind": lambda file_state: KINDS.get(file_state, "plain"),
        "way": lambda way: say(f"copies.way_{way}"),
        "report": lambda standing: say(f"party.turn_{standing}"),
        "report_kind": lambda standing: REPORTS.get(standing, "wait"),
    }
