"""Staff at a console, signed in without a browser."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server.areas import tree
from server.people import posts, profile
from server.people.models import Role
from server.runtime import Runtime
from server.staff import sessions
from server.staff.models import StaffAccount, StaffState
from tests.factories import a_person

TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_numbers = count(1)


class Clerk:
    """Somebody with the console open; `person_id` is who they are."""

    def __init__(self, client: FlaskClient, person_id: int, staff_id: int) -> None:
        self.client = client
        self.person_id = person_id
        self.staff_id = staff_id

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page below /console."""
        return self.client.get(f"/console{path}", **more)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Submit a form, with the token that the pages carry."""
        shown = self.client.get("/console/sign-in").get_data(as_text=True)
        token = TOKEN.search(shown)
        assert token, shown
        return self.client.post(f"/console{path}", data={"csrf_token": token[1], **fields})

    def signs_in_again(self) -> None:
        """Get a new session, as in another tab."""
        runtime = self.client.application.extensions["runtime"]
        with runtime.db.transaction() as session:
            token = sessions.start(session, self.staff_id, "test", runtime.now())
        self.client.set_cookie("console", token)


def a_clerk(
    session: Session, runtime: Runtime, role: Role | None, area: str
) -> tuple[int, int, str]:
    """Return (person, staff account, token) of staff with a post in the area of this code."""
    now = runtime.now()
    person_id = a_person(session, now)
    number = next(_numbers)
    profile.rename(session, person_id, f"示例·职员{number}", vault=runtime.vault)
    account = StaffAccount(
        person_id=person_id,
        login=f"clerk{number}",
        state=StaffState.ACTIVE,
        created_at=now,
        changed_at=now,
    )
    session.add(account)
    session.flush()
    if role is not None:
        posts.appoint(session, person_id, role, tree.by_code(session, area), now, until=None)
    return person_id, account.id, sessions.start(session, account.id, "test", now)


@pytest.fixture
def clerk(app: Flask, runtime: Runtime, district: dict[str, str]) -> Callable[..., Clerk]:
    """Let staff sign in: `clerk(Role.COMMUNITY_WORKER, "A1")`."""

    def sign_in(role: Role | None = Role.COMMUNITY_WORKER, area: str = "A1") -> Clerk:
        with runtime.db.transaction() as session:
            person_id, staff_id, token = a_clerk(session, runtime, role, area)
        client = app.test_client()
        client.set_cookie("console", token)
        return Clerk(client, person_id, staff_id)

    return sign_in


@pytest.fixture
def district(runtime: Runtime) -> dict[str, str]:
    """A small district D with the streets A and B, and two communities in each: A1, A2, B1, B2."""
    with runtime.db.transaction() as session:
        return plant_district(session)


def plant_district(session: Session) -> dict[str, str]:
    """Plant it and return the path of each area by its code."""
    kinds = tree.AreaKind
    root = tree.plant(session, "D", "示例区", kinds.DISTRICT, None)
    paths = {"D": root.path}
    for street in "AB":
        above = tree.plant(session, street, f"示例{street}街道", kinds.STREET, root)
        paths[street] = above.path
        for number in "12":
            code = f"{street}{number}"
            below = tree.plant(session, code, f"示例{code}社区", kinds.COMMUNITY, above)
            paths[code] = below.path
    return paths
