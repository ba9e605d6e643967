"""One person at both doors: the chat, and the mini-program."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from config.settings import Settings
from miniprogram_api.door import lives
from server.people import identities, sessions
from server.people.models import App
from server.runtime import Runtime
from tests.bot.driver import Phone, line_of
from tests.miniprogram_api.conftest import Device


@dataclass
class Both:
    """Somebody who uses the chat and the mini-program as it suits them."""

    phone: Phone
    device: Device

    @property
    def person_id(self) -> int:
        return self.device.person_id

    def says(self, words: str) -> str:
        """Send a text in the chat and return the reply."""
        return self.phone.says(words)

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Let the mini-program ask, and return (status, what came back)."""
        answer = self.device.ask(method, path, body)
        return answer.status_code, answer.get_json(silent=True)

    def refused(self, method: str, path: str, body: object = None) -> str:
        """Let the mini-program ask for what cannot be had, and return the sentence."""
        status, answer = self.ask(method, path, body)
        assert 400 <= status < 500, (status, answer)
        return str(answer["message"])


def arrive(app: Flask, settings: Settings, runtime: Runtime) -> Both:
    """Let somebody follow the account and log in."""
    phone = Phone(line_of(app, settings, runtime.clock))  # type: ignore[arg-type]
    phone.follows()
    with runtime.db.transaction() as session:
        known = identities.welcome(session, App.OFFICIAL, phone.openid, runtime.now())
        opened = sessions.start(
            session,
            known,
            "session-key",
            runtime.now(),
            vault=runtime.vault,
            lives=lives(runtime.settings),
        )
    return Both(phone, Device(app.test_client(), opened.token, known.person_id))
