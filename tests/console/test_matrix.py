"""Who may open what: every address of the console, by every role, with ids that are guessed."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from server.console.face import PAGES
from server.people.models import Post, Role
from server.staff import sessions
from server.staff.rights import RIGHTS
from tests.rules.tree import ROOT

# which role may open what follows from its rights alone, the same on either database
pytestmark = pytest.mark.once

TABLE = Path(__file__).with_name("matrix.toml")
GUESSED = "999999"
ANYBODY, STAFF = "opened", "signed in"
TURNED_AWAY = {403, 404}
ROLE_ROW = re.compile(r"^\| `(\w+)` [^|]+\| ([^|]+) \|$", re.MULTILINE)

Needs = Mapping[str, frozenset[str]]


def listed() -> Needs:
    """Return what each address needs, as the table says; one of the rights is enough."""
    found: dict[str, frozenset[str]] = {}
    for lines in tomllib.loads(TABLE.read_text(encoding="utf-8")).values():
        for address, needed in lines.items():
            assert address not in found, f"{address} is listed twice"
            found[address] = frozenset([needed] if isinstance(needed, str) else needed)
    return found


def existing(app: Flask) -> set[str]:
    """Return every address below /console that the service answers at."""
    return {
        f"{method} {rule.rule.removeprefix('/console')}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def declared() -> Needs:
    """Return what each page says of itself."""
    return {
        f"{page.method} {page.rule}": frozenset(
            [ANYBODY] if page.opened else page.rights or [STAFF]
        )
        for _endpoint, page in PAGES
    }


def flaws(app: Flask, table: Needs) -> set[str]:
    """Return what is in the service and not in the table, or the other way round."""
    return existing(app) ^ set(table)


def may(role: Role | None, needed: frozenset[str]) -> bool:
    if ANYBODY in needed:
        return True
    return role is not None and (STAFF in needed or bool(needed & RIGHTS[role]))


def addresses() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield (method, path with guessed ids, what it needs); signing out would end the walk."""
    for address, needed in listed().items():
        method, path = address.split()
        if "<path:" not in path and path != "/sign-out":
            yield method, re.sub(r"<[^>]+>", GUESSED, path), needed


def test_every_address_is_in_the_table_and_every_line_has_its_address(app) -> None:
    assert flaws(app, listed()) == set()


def test_an_address_that_is_not_listed_is_seen(app) -> None:
    table = dict(listed())
    del table["GET /audit"]

    assert flaws(app, table) == {"GET /audit"}
    assert flaws(app, {**listed(), "GET /gone": frozenset()}) == {"GET /gone"}


def test_every_page_needs_what_the_table_says() -> None:
    table = {name: needed for name, needed in listed().items() if "<path:" not in name}

    assert {name: set(needed) for name, needed in declared().items()} == table


def test_strangers_get_no_further_than_the_door(client, district) -> None:
    for method, path, needed in addresses():
        token = _token(client)
        answer = client.open(f"/console{path}", method=method, data={"csrf_token": token})

        if may(None, needed):
            assert answer.status_code < 500, path
        else:
            assert answer.status_code == 303, path
            assert answer.headers["Location"].startswith("/console/sign-in"), path


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_what_its_rights_say_and_nothing_else(role, clerk) -> None:
    anna = clerk(role, "A1")
    token = _token(anna.client)

    wrong = []
    for method, path, needed in addresses():
        answer = anna.client.open(f"/console{path}", method=method, data={"csrf_token": token})
        if not _fits(answer, role, needed):
            wrong.append((method, path, answer.status_code))

    assert wrong == []


def test_whoever_holds_no_post_opens_nothing_but_their_own(clerk) -> None:
    anna = clerk(None)
    token = _token(anna.client)

    for method, path, needed in addresses():
        answer = anna.client.open(f"/console{path}", method=method, data={"csrf_token": token})
        assert _fits(answer, None, needed), path


def test_a_role_too_many_is_seen(clerk) -> None:
    answer = clerk(Role.AUDITOR, "D").get("/audit")

    assert not _fits(answer, Role.COMMUNITY_WORKER, frozenset({"see_audit"}))


def test_a_right_is_gone_with_the_post(clerk, runtime) -> None:
    anna = clerk(Role.AUDITOR, "D")
    assert anna.get("/audit").status_code == 200

    with runtime.db.transaction() as session:
        sessions_before = sessions.opened(session, anna.staff_id, runtime.now())
        _end_posts(session, runtime.now())

    assert len(sessions_before) == 1
    assert anna.get("/audit").status_code == 403


def test_the_roles_are_what_the_handbook_says() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    written = {role: set(re.findall(r"[a-z_]+", rights)) for role, rights in ROLE_ROW.findall(text)}

    assert written == {role.value: {right.value for right in RIGHTS[role]} for role in Role}


def _fits(answer: TestResponse, role: Role | None, needed: frozenset[str]) -> bool:
    """Tell whether an answer is what somebody signed in should get; None holds no post."""
    to_the_door = answer.headers.get("Location", "").startswith("/console/sign-in")
    if ANYBODY in needed:
        return answer.status_code < 500
    if STAFF in needed or may(role, needed):
        return answer.status_code < 500 and answer.status_code != 403 and not to_the_door
    return answer.status_code in TURNED_AWAY or to_the_door


def _token(client) -> str:
    shown = client.get("/console/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', shown)
    assert found
    return found[1]


def _end_posts(session, now) -> None:
    session.execute(update(Post).values(until=now))
