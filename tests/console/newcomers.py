"""Staff with a browser of their own, from the invitation on; nothing is signed in for them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.areas import tree
from server.people import identities, posts, profile
from server.people.models import Role
from server.runtime import Runtime
from server.staff import accounts, second_factor

PASSWORD = "teapot-kayak-river-88"
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


def token_of(client: FlaskClient, page: str = "/console/sign-in") -> str:
    """Return the token that the forms of this browser carry."""
    shown = client.get(page, base_url=_base(client)).get_data(as_text=True)
    found = TOKEN.search(shown)
    assert found, shown
    return found[1]


def _base(client: FlaskClient) -> str:
    url = client.application.extensions["runtime"].settings.public_url
    return "https://localhost" if url.startswith("https") else "http://localhost"


@dataclass
class Newcomer:
    """Somebody invited, with the secret that their phone has taken from the invitation."""

    client: FlaskClient
    runtime: Runtime
    login: str
    person_id: int
    path: str
    secret: str

    @classmethod
    def invited(cls, app: Flask, runtime: Runtime, login: str, role: Role, area: str) -> "Newcomer":
        now, vault = runtime.now(), runtime.vault
        with runtime.db.transaction() as session:
            person_id = identities.put_down(session, now)
            profile.rename(session, person_id, "示例·王红", vault=vault)
            posts.appoint(session, person_id, role, tree.by_code(session, area), now, until=None)
            invited = accounts.invite(session, person_id, login, now, vault=vault)
        secret = second_factor.drawn_from(invited.token, vault=vault)
        path = f"/console/invitation/{invited.token}"
        return cls(app.test_client(), runtime, login, person_id, path, secret)

    def elsewhere(self) -> "Newcomer":
        """Return the same person at another browser."""
        client = self.client.application.test_client()
        return Newcomer(client, self.runtime, self.login, self.person_id, self.path, self.secret)

    def code(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or self.runtime.now())

    def posts(self, path: str, headers: Any = None, **fields: Any) -> TestResponse:
        fields = {"csrf_token": token_of(self.client), **fields}
        base = _base(self.client)
        if base.startswith("https"):
            headers = {"Referer": f"{base}/console/", **(headers or {})}
        return self.client.post(
            path if path.startswith("/console") else f"/console{path}",
            data=fields,
            headers=headers,
            base_url=base,
        )

    def accepts(self, **keyed: str) -> TestResponse:
        given = {"password": PASSWORD, "repeated": PASSWORD, "code": self.code()}
        return self.posts(self.path, **(given | keyed))

    def shows_password(self, **keyed: str) -> TestResponse:
        return self.posts("/sign-in", **({"login": self.login, "password": PASSWORD} | keyed))

    def shows_code(self, **keyed: str) -> TestResponse:
        return self.posts("/sign-in/code", **({"code": self.code()} | keyed))
