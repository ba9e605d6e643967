"""What the emulator is told at start: the two WeChat applications and where the service is."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from emulator.templates import Template, default_templates, read_templates

AppName = Literal["official", "miniprogram"]
Mode = Literal["secure", "compatible", "plain"]
SAMPLE_PEOPLE = ("林小满", "周建国", "何秀英")
TEMPLATE_NAMES = ("SIGNUP", "OFFER", "CANCELLED", "REMINDER", "PROGRESS")

WAYS = {"SUBSCRIPTION": "miniprogram", "NOTIFICATION": "official", "TEMPLATE": "official"}


class BadSettings(Exception):  # noqa: N818  the sentence is the point, not the class
    """The emulator cannot start like this; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """One WeChat application whose secrets the emulator and the service share."""

    name: AppName
    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    original_id: str
    mode: Mode = "secure"

    @property
    def callback_path(self) -> str:
        """Return where the service takes this application's pushes."""
        return f"/wechat/{self.name}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is fixed while the emulator runs."""

    official: Account
    miniprogram: Account
    service_url: str = "http://127.0.0.1:8000"
    port: int = 8001
    seed: str = "nuanfeng"
    templates: tuple[Template, ...] = ()
    people: tuple[str, ...] = ()

    def account(self, name: AppName) -> Account:
        """Return the application of that name."""
        return self.official if name == "official" else self.miniprogram


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, or raise `BadSettings` with one sentence that says what to do."""
    if environ.get("NUANFENG_ENVIRONMENT") == "production":
        raise BadSettings("the emulator never runs beside production: unset NUANFENG_ENVIRONMENT")
    return Settings(
        official=_account(environ, "official"),
        miniprogram=_account(environ, "miniprogram"),
        service_url=_service_url(environ.get("EMULATOR_SERVICE_URL", "http://127.0.0.1:8000")),
        port=_port(environ.get("EMULATOR_PORT", "8001")),
        seed=environ.get("EMULATOR_SEED", "nuanfeng"),
        templates=_templates(environ),
        people=_people(environ),
    )


def _account(environ: Mapping[str, str], name: AppName) -> Account:
    def wanted(part: str) -> str:
        variable = f"NUANFENG_{name.upper()}__{part}"
        value = environ.get(variable, "")
        if not value:
            raise BadSettings(f"{variable} is not set: start with `make run`, which sets it")
        return value

    aes_key = wanted("AES_KEY")
    if len(aes_key) != 43 or not (aes_key.isascii() and aes_key.isalnum()):
        raise BadSettings(f"NUANFENG_{name.upper()}__AES_KEY must be 43 letters and digits")
    return Account(
        name=name,
        app_id=wanted("APP_ID"),
        secret=wanted("SECRET"),
        token=wanted("TOKEN"),
        aes_key=aes_key,
        original_id=wanted("ORIGINAL_ID"),
        mode=_mode(environ.get(f"NUANFENG_{name.upper()}__CALLBACK_MODE", "secure")),
    )


def _mode(text: str) -> Mode:
    for mode in ("secure", "compatible", "plain"):
        if text == mode:
            return mode
    raise BadSettings("CALLBACK_MODE must be secure, compatible or plain")


def _service_url(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise BadSettings("EMULATOR_SERVICE_URL must begin with http:// or https://")
    return text.rstrip("/")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) < 65536):
        raise BadSettings("EMULATOR_PORT must be a port number")
    return int(text)


def _people(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = environ.get("EMULATOR_PEOPLE", ",".join(SAMPLE_PEOPLE)).split(",")
    return tuple(name.strip() for name in names if name.strip())


def _templates(environ: Mapping[str, str]) -> tuple[Template, ...]:
    given = environ.get("EMULATOR_TEMPLATES", "")
    if given:
        try:
            return read_templates(json.loads(given))
        except ValueError as error:
            raise BadSettings(f"EMULATOR_TEMPLATES is not a list of templates: {error}") from None
    ids = [environ.get(f"NUANFENG_TEMPLATES__{name}") for name in TEMPLATE_NAMES]
    ours = default_templates(ids, environ.get("NUANFENG_TEMPLATES__PROGRESS_EMPLOYEE"))
    return (*ours, *_of_one_way(environ, ours))


def _of_one_way(environ: Mapping[str, str], ours: tuple[Template, ...]) -> list[Template]:
    """Return the templates that the service has for one way alone."""
    found = []
    for name, template in zip(TEMPLATE_NAMES, ours, strict=False):
        for way, app in WAYS.items():
            own = environ.get(f"NUANFENG_TEMPLATES__{name}_{way}")
            if own:
                found.append(template.model_copy(update={"id": own, "apps": [app]}))
    return found
