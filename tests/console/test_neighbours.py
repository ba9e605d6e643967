"""What lies in one community is as if it did not exist for staff of another: every address,
every form, with ids and codes that were guessed right."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server.console.face import PAGES
from server.people.models import Role
from server.staff.rights import RIGHTS, Right
from tests.console.conftest import TOKEN, Clerk
from tests.console.neighbours import CODE, NUMBER, PHONE, WORD, Ids, World, planted
from tests.console.reach import stored

DOORS = {"sign_out", "show_again"}
"""They end the walk, or count a wrong code."""
ECHOED = re.compile(r'value="[^"]*"|<textarea[^>]*>[^<]*')
ACTIVITIES = ("activity_id", "draft_id", "review_id")
NEIGHBOURS = (
    (Role.COMMUNITY_WORKER, "B1"),
    (Role.STREET_OPERATOR, "B"),
    (Role.GRID_WORKER, "B1"),
    (Role.TEAM_LEADER, "B1"),
    (Role.VERIFIER, "B"),
    (Role.COMMUNITY_WORKER, "A2"),
    (Role.AUDITOR, "B"),
    (Role.SYSTEM_ADMIN, "B"),
    (Role.BRANCH_SECRETARY, "A1"),
    (Role.CONTACT_PERSON, "A1"),
    (Role.PARTY_DATA_OFFICER, "B"),
)
OWN = {"link_code"}
"""A code for joining one's own accounts is nobody else's."""
HOUSE = re.compile(r"\((0|-1|-2), ")
"""The accounts of the house, to which everybody posts."""
Rows = dict[str, list[Any]]


@pytest.fixture
def world(runtime, district):
    return planted(runtime)


def keyed(world: World) -> dict[str, Any]:
    """Return what a form could hold, in every field that any page reads, all of it of A1."""
    ids = world.ids
    day, later = "2026-03-12", "2026-03-20"
    return {
        **{name: str(number) for name, number in ids.items()},
        "about": "说明", "address": "示例路1号", "agreed": "1", "answer": "allow", "area": CODE,
        "becomes": "upheld", "begins": "09:00", "birth_year": "1990", "capacity": "5",
        "channel": "paper", "closing_note": "办好了", "code": "123456", "day": day, "did": "whole",
        "direction": "in", "ends": "11:00", "ends_at": "2026-03-09T11:00", "every": "never",
        "evidence": "签到表", "field": "convenience", "first_day": day, "form": "csv",
        "granted_on": "2026-03-01", "hours": "100,300", "in_at": "09:00", "kind": "service",
        "leader_name": "示例", "minutes": "60", "name": "示例", "name_now": "示例",
        "new_code": "A19", "note": "说明", "number": "71", "out_at": "11:00", "override": "理由",
        "people": "1", "phone": PHONE, "place": "示例室", "places": "5", "post": "1",
        "purpose": "示例", "rating": "5", "reason": "理由", "risk": "normal", "risk_note": "小心",
        "role": "community_assistant", "said": "满意", "signup": str(ids["signup_id"]),
        "since": "2026-03-01", "starts_at": "2026-03-09T10:00", "state": "cleared",
        "team": str(ids["team_id"]), "ticks": "搬重物", "title": "示例",
        "to": str(ids["worker_id"]),
        "until": later, "valid_until": later, "version": "1", "void_reason": "理由",
        "volunteer_no": NUMBER, "who": PHONE, "whole": "yes", "word": PHONE, "words": PHONE,
        "seen": f"{ids['record_id']}:1:120", "copy": str(ids["activity_id"]),
        "template": str(ids["template_id"]), "need": str(ids["need_id"]), "q": WORD,
        "sector": "food", "platform": "示例",
        "unit": CODE, "look": "理由", "question": "在哪一边", "proof": "理由", "why": "slight",
        "answer_reason": "理由", "photo_reason": "理由", "progress": "说明", "spot": "示例路",
        "station": "7", "pieces": "1", "reward": "1", "key": "guessed", "points": "5",
        "first": str(ids["hazard_id"]), "major": "yes", "wish": "add", "told": "说明", "stars": "5",
        "text": "内容", "whom": "everybody", "like": str(ids["broadcast_id"]),
        "home": str(ids["branch_id"]), "employer": "示例", "way": "phone", "revision": "1",
        "login": "canary.a1", "subject": "person", "cursor": "1", "after": "0", "before": "999",
    }  # fmt: skip


def addresses(ids: Ids, rights: frozenset[Right]) -> Iterator[tuple[str, str, bool]]:
    """Yield (method, path, names something of A1) for every page that these rights open at all.

    That the others are shut is seen by `test_matrix`.
    """
    for _endpoint, page in PAGES:
        shut = page.rights and not set(page.rights) & rights
        if shut or page.opened or page.view.__name__ in DOORS:
            continue
        names = set(re.findall(r"<(\w+)>", page.rule))
        for activity in ACTIVITIES if "activity_id" in names else ("activity_id",):
            given = {
                **ids,
                "activity_id": ids[activity],
                "session_id": 0,
                "code": CODE,
                "reward_id": 1,
            }
            path = page.rule.replace("<name>", "people")
            for name in names & set(given):
                path = path.replace(f"<{name}>", str(given[name]))
            yield page.method, path, bool(names & (set(ids) | {"code"}))


def walked(clerk: Clerk, role: Role, ids: Ids, fields: dict[str, Any]) -> list[str]:
    """Open every address and submit every form; return what went wrong."""
    shown = clerk.client.get("/console/sign-in").get_data(as_text=True)
    token = TOKEN.search(shown)
    assert token
    wrong = []
    for method, path, names_theirs in addresses(ids, RIGHTS[role]):
        if method == "GET":
            answer = clerk.get(path, query_string=fields)
        else:
            data = {**fields, "csrf_token": token[1]}
            answer = clerk.client.post(f"/console{path}", data=data)
        wrong += flaws(f"{method} {path}", answer, names_theirs)
    return wrong


def flaws(what: str, answer: TestResponse, names_theirs: bool) -> list[str]:
    """Return what is wrong with an answer to somebody who may see nothing of it."""
    # what was keyed may stand in its field again, and nowhere else
    shown = ECHOED.sub("", answer.get_data().decode(errors="replace"))
    found = [f"{what}: shows {word}" for word in (WORD, PHONE) if word in shown]
    if answer.status_code >= 500 or (names_theirs and answer.status_code not in (403, 404)):
        found.append(f"{what}: {answer.status_code}")
    return found


def changed(before: Rows, after: Rows) -> dict[str, list[Any]]:
    """Return, of each table, the rows that are gone or new; what is one's own does not count."""
    found = {name: sorted(set(before[name]) ^ set(after[name])) for name in before}
    return {name: rows for name, rows in found.items() if rows and name not in OWN}


@pytest.mark.once  # who sees what follows from rights and areas, the same on either database
@pytest.mark.parametrize(("role", "area"), NEIGHBOURS)
def test_a_neighbour_sees_and_changes_nothing(role, area, world, clerk, runtime) -> None:
    bert = clerk(role, area)
    before = stored(runtime)

    wrong = walked(bert, role, world.ids, keyed(world))

    assert wrong == []
    assert changed(before, stored(runtime)) == {}


def test_own_pages_take_nothing_of_a_neighbour(world, clerk, runtime) -> None:
    theirs = stored(runtime)
    own = planted(runtime, World("B1", "画眉", "13812345679", 8))
    bert = clerk(Role.STREET_OPERATOR, "B")

    wrong = walked(bert, Role.STREET_OPERATOR, own.ids, keyed(world) | {"area": "B1"})

    after = stored(runtime)
    gone = {name: sorted(set(theirs[name]) - set(after[name])) for name in theirs}
    gone["points_account"] = [row for row in gone["points_account"] if not HOUSE.match(row)]
    assert {name for name, rows in gone.items() if rows} == {"audit_head", "points_head"}
    assert [each for each in wrong if "shows" in each or ": 5" in each] == []
    assert len(after["audit_entry"]) > len(theirs["audit_entry"]) + 20


def test_who_works_there_sees_and_changes_it(world, clerk, runtime) -> None:
    anna = clerk(Role.COMMUNITY_WORKER, "A1")
    before = stored(runtime)

    wrong = walked(anna, Role.COMMUNITY_WORKER, world.ids, keyed(world))

    seen = {each for each in wrong if f"shows {WORD}" in each}
    assert len(seen) > 40
    assert [each for each in wrong if ": 5" in each] == []
    assert len(changed(before, stored(runtime))) > 10
