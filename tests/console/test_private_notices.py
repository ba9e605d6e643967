"""That somebody was told of what is theirs alone shows on no page, whoever looks."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.console.face import APART, PAGES
from server.notices import due, figures
from server.notices.kinds import KINDS, PRIVATE
from server.notices.models import Notice, NoticeHour, NoticeState
from server.party import telling
from server.people import copies
from server.people.models import Person, Role
from server.runtime import Runtime
from tests.console.desk import a_resident
from tests.server.party.acts import GENERAL

TOKEN = re.compile(r'(name="csrf[-_]token" (?:content|value)=")[^"]+|[0-9a-f]{12,}|[0-9a-f-]{36}')
GUESSED = 999999
ROLES = (
    *(Role.DISTRICT_OPERATOR, Role.SYSTEM_ADMIN, Role.STREET_OPERATOR, Role.COMMUNITY_WORKER),
    *(Role.AUDITOR, Role.BRANCH_SECRETARY),
)
ENDS = (
    (NoticeState.QUEUED, None, None),
    (NoticeState.SENT, "service", "sent"),
    (NoticeState.UNREACHABLE, None, "service: window closed"),
    (NoticeState.DEAD, "template", "refused: 40037"),
    (NoticeState.DROPPED, None, "not wanted any more"),
)


@pytest.fixture
def member(runtime: Runtime, district) -> int:
    """Somebody who lives in A1."""
    return a_resident(runtime)


def lay(runtime: Runtime, person: int, kind: str) -> list[int]:
    """Let notices of a kind to somebody stand in every state; return their ids."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        for number, (state, channel, outcome) in enumerate(ENDS):
            at = now - timedelta(minutes=number + 1)
            session.add(
                Notice(
                    key=f"{kind}:{number}",
                    person_id=person,
                    kind=kind,
                    facts={"at": "3月9日（周一）09:00", "at.time": "2026年03月09日 09:00"},
                    state=state,
                    queued_at=at,
                    due_at=at,
                    not_after=now + timedelta(days=3),
                    channel=channel,
                    outcome=outcome,
                    settled_at=None if state is NoticeState.QUEUED else at,
                    version=0,
                )
            )
        session.flush()
        return list(session.scalars(select(Notice.id).where(Notice.kind == kind)))


def bare(answer: Any) -> tuple[int, str]:
    """Return an answer but for what differs from one to the next, and for the number asked for."""
    text = TOKEN.sub("", answer.get_data(as_text=True))
    return answer.status_code, re.sub(r"/outbox/[0-9]+", "/outbox/N", text)


def walk(client: Any, paths: list[str]) -> dict[str, tuple[int, str]]:
    return {path: bare(client.get(path)) for path in paths}


def paths_of(person: int) -> list[str]:
    """Return every page that takes no id, and those that show this person."""
    apart = {page.rule for noun in APART for page in noun.pages.all}
    rules = {page.rule for _endpoint, page in PAGES if page.method == "GET"} - apart
    plain = {rule for rule in rules if "<" not in rule}
    theirs = {rule.replace("<person_id>", str(person)) for rule in rules if "<person_id>" in rule}
    groups = {f"/outbox?group={one}" for one in ("open", "unreachable", "dead", "sent", "dropped")}
    more = {*groups, "/notice-figures?span=week", "/outbox?kind=office.note"}
    return sorted(f"/console{rule}" for rule in {*plain, *theirs, *more} if "<" not in rule)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_any_role_tells_a_member_from_anybody_else(
    runtime: Runtime, clerk, member: int, role: Role
) -> None:
    where = "D" if role in (Role.DISTRICT_OPERATOR, Role.SYSTEM_ADMIN, Role.AUDITOR) else "A1"
    sits, paths = clerk(role, where), paths_of(member)
    walk(sits.client, paths)
    before = walk(sits.client, paths)
    ids = {one for kind in PRIVATE for one in lay(runtime, member, kind)}

    after = walk(sits.client, paths)

    assert [path for path in paths if after[path] != before[path]] == []
    for method, path in (("get", ""), ("post", "/retry"), ("post", "/stop")):
        asked = getattr(sits, method)
        nowhere = bare(asked(f"/outbox/{GUESSED}{path}"))
        assert {bare(asked(f"/outbox/{one}{path}")) for one in ids} == {nowhere}


def test_control_another_kind_is_seen(runtime: Runtime, clerk, member: int) -> None:
    sits, paths = clerk(Role.DISTRICT_OPERATOR, "D"), paths_of(member)
    before = walk(sits.client, paths)
    lay(runtime, member, "volunteers.certificate")

    after = walk(sits.client, paths)

    changed = {path for path in paths if after[path] != before[path]}
    assert {"/console/outbox", "/console/outbox?group=sent", "/console/notice-figures"} <= changed


def test_no_figure_counts_it(runtime: Runtime, app: Flask, member: int) -> None:
    now = runtime.now()
    for kind in PRIVATE:
        lay(runtime, member, kind)

    with runtime.db.transaction() as session:
        session.add(NoticeHour(hour=now, kind=PRIVATE[0], way="", state="sent", number=3))
        assert due.backlog(session, now).open == 0
        assert figures.settled(session, now - timedelta(hours=1), now) == []
        assert figures.lag(session, now - timedelta(hours=1), now) == timedelta()
        assert figures.count(session, now + timedelta(hours=2)) == 0
        assert figures.by_hour(session, now - timedelta(hours=3), now + timedelta(hours=2)) == []
    measured = app.test_client().get("/metrics").text
    assert "nuanfeng_notices_open 0.0" in measured
    assert "nuanfeng_notices_settled{" not in measured


def test_a_copy_that_others_take_along_says_nothing_of_it(runtime: Runtime, member: int) -> None:
    def made(*, own: bool) -> str:
        with runtime.db.transaction() as session:
            return str(copies.make(session, member, runtime.now(), vault=GENERAL, own=own))

    before = made(own=False)
    for kind in PRIVATE:
        lay(runtime, member, kind)

    assert made(own=False) == before
    assert "组织消息" in made(own=True)


def test_templates_are_offered_with_the_key_alone(runtime: Runtime, clerk) -> None:
    sits = clerk(Role.DISTRICT_OPERATOR, "D")

    for kind in PRIVATE:
        assert f"notice-templates/{kind}" in sits.get("/notice-templates").text
        assert sits.get(f"/notice-templates/{kind}").status_code == 200


def test_what_is_private_is_what_gives_somebody_away() -> None:
    assert PRIVATE == (telling.STAFF, telling.MEMBER)
    assert all(not KINDS[kind].opens.page for kind in PRIVATE)
    assert Person.__table__.c.remind_once.server_default is not None
