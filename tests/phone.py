"""Somebody's phone in the emulator: what they do, and what they see."""

from typing import Any

from flask import Flask

from emulator.clock import Clock as EmulatorClock
from emulator.settings import load_settings
from tests.apps import EMULATORS
from tests.clock import Clock

Json = dict[str, Any]


class Emulator:
    """The stand-in for WeChat, whose time is the test's."""

    def __init__(self, environ: dict[str, str], service_url: str, clock: Clock) -> None:
        given = {**environ, "EMULATOR_SERVICE_URL": service_url, "EMULATOR_PEOPLE": ","}
        self.app: Flask = EMULATORS.over(load_settings(given), EmulatorClock(clock))
        self.http = self.app.test_client()

    def close(self) -> None:
        """End its threads."""
        EMULATORS.close(self.app)

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Call a control endpoint, such as `/_/faults`; fail on anything but success."""
        answer = self.http.open(path, method=method, json=body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json or {})

    def person(self, name: str, **facts: Any) -> "Phone":
        """Let somebody appear who does not follow the account yet."""
        return Phone(self, self.ask("POST", "/_/people", {"name": name, **facts}))

    def follower(self, name: str, **facts: Any) -> "Phone":
        """Let somebody appear who follows the account."""
        phone = self.person(name, **facts)
        phone.follow()
        return phone


class Phone:
    """One person's chat with the official account, and their mini-program."""

    def __init__(self, emulator: Emulator, person: Json) -> None:
        self.emulator = emulator
        self.id: str = person["id"]
        self.openid: str = person["official_openid"]
        self.person = person

    def do(self, deed: str, copies: int = 1, **facts: Any) -> Json:
        """Do something in the chat (`follow`, `text`, `voice`, `scan`, …); return the step."""
        query = f"?copies={copies}" if copies > 1 else ""
        return self.emulator.ask("POST", f"/_/people/{self.id}/{deed}{query}", facts)

    def follow(self, scene: str = "") -> str:
        """Follow the account and return its greeting."""
        return spoken(self.do("follow", scene=scene))

    def say(self, words: str) -> str:
        """Send a text and return what the account replies at once, or nothing."""
        return spoken(self.do("text", content=words))

    def chat(self) -> list[Json]:
        """Return everything in the chat window, oldest first."""
        return list(self.emulator.ask("GET", f"/_/people/{self.id}/chat")["items"])

    def pushed(self) -> list[str]:
        """Return the texts that were pushed to this person rather than replied."""
        kinds = ("notice", "template", "subscription")
        return [item["text"] for item in self.chat() if item["kind"] in kinds]

    def call(self, method: str, path: str, body: Json | None = None, **headers: str) -> Json:
        """Let the mini-program call the REST API: `{"status", "body", "exchange"}`."""
        wish = {"method": method, "path": path, "body": body, "headers": headers}
        return self.emulator.ask("POST", f"/_/people/{self.id}/call", wish)


def spoken(step: Json) -> str:
    """Return the text of a reply; fail when the service did not answer as it must."""
    assert step["outcome"] in ("reply", "silent"), step
    return str(step["reply"]["content"]) if step["reply"] else ""
