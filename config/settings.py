"""Settings, read once at start from the environment and never changed afterwards."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "NUANFENG_"
WECHAT_API = "https://api.weixin.qq.com"
LOOPBACK = re.compile(r"^https?://(127\.|localhost|\[::1\])")


class BadSettings(Exception):  # noqa: N818  the sentence is the point, not the class
    """The service cannot start with these settings; the text says what to do."""


class WechatApp(BaseModel, frozen=True):
    """One WeChat application: the official account or the mini-program.

    `original_id` is the `gh_…` name that stands in `ToUserName`; `aes_key` has 43 characters.
    """

    app_id: str = ""
    secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    aes_key: SecretStr = SecretStr("")
    previous_aes_key: SecretStr = SecretStr("")
    original_id: str = ""
    callback_mode: Literal["secure", "compatible", "plain"] = "secure"

    @model_validator(mode="after")
    def _keys_have_their_shape(self) -> Self:
        for key in (self.aes_key, self.previous_aes_key):
            text = key.get_secret_value()
            if text and not re.fullmatch(r"[A-Za-z0-9]{43}", text):
                raise ValueError("AES_KEY must be the 43 letters and digits that WeChat shows")
        return self

    def missing(self) -> list[str]:
        """Return the names of what is still empty."""
        wanted = {
            "APP_ID": self.app_id,
            "SECRET": self.secret.get_secret_value(),
            "TOKEN": self.token.get_secret_value(),
            "AES_KEY": self.aes_key.get_secret_value(),
            "ORIGINAL_ID": self.original_id,
        }
        return [name for name, value in wanted.items() if not value]


class Templates(BaseModel, frozen=True):
    """Template ids of the pushes, as the WeChat console shows them; empty means none."""

    signup: str = "tpl-signup-result"
    offer: str = "tpl-offer"
    cancelled: str = "tpl-cancelled"
    reminder: str = "tpl-reminder"


class Settings(BaseSettings):
    """Every knob of the service; `NUANFENG_OFFICIAL__APP_ID` sets `official.app_id`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    environment: Literal["development", "production"] = "development"
    database_url: str = "sqlite:///var/nuanfeng.db"
    redis_url: SecretStr | None = None
    secret_key: SecretStr = SecretStr("")
    data_key: SecretStr = SecretStr("")
    party_key: SecretStr | None = None
    public_url: str = "http://127.0.0.1:8000"
    wechat_api_url: str = WECHAT_API
    official: WechatApp = WechatApp()
    miniprogram: WechatApp = WechatApp()
    templates: Templates = Templates()

    processes: int = 1
    embedded_workers: bool = False
    metrics_token: SecretStr | None = None
    trusted_proxies: int = 0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    offer_minutes: int = 120
    late_cancel_hours: int = 24
    reminder_hours_before: int = 24
    reply_budget_seconds: float = 4.0
    session_idle_days: int = 14
    session_absolute_days: int = 90
    limit_person: str = "600/minute"
    limit_device: str = "600/minute"
    # one address may be a carrier's gateway with thousands of phones behind it
    limit_address: str = "60000/minute"
    limit_login: str = "30000/minute"
    limit_sensitive: str = "10/minute"
    limit_guess: str = "5/10 minutes"
    limit_guess_all: str = "300/10 minutes"

    @model_validator(mode="after")
    def _keys_are_whole(self) -> Self:
        for name, key in (("DATA_KEY", self.data_key), ("PARTY_KEY", self.party_key)):
            if key and key.get_secret_value() and len(_decoded(key.get_secret_value())) != 32:
                raise ValueError(f"{PREFIX}{name} must be 32 bytes in base64")
        if not self.data_key.get_secret_value() or not self.secret_key.get_secret_value():
            raise ValueError(
                f"set {PREFIX}SECRET_KEY and {PREFIX}DATA_KEY (32 random bytes in base64); "
                "`make run` makes both for development"
            )
        return self

    @model_validator(mode="after")
    def _processes_share_what_they_must(self) -> Self:
        if self.processes > 1 and (self.is_sqlite or self.redis_url is None):
            raise ValueError(
                "more than one process needs PostgreSQL and Redis: set "
                f"{PREFIX}DATABASE_URL and {PREFIX}REDIS_URL, or run one process"
            )
        return self

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        if self.environment == "production":
            wrong = list(_unsafe(self))
            if wrong:
                raise ValueError("not safe for production: " + "; ".join(wrong))
        return self

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, or raise `BadSettings` with one sentence that says what to do."""
    unknown = sorted(_unknown(environ))
    if unknown:
        raise BadSettings(f"unknown setting {', '.join(unknown)}: see docs/operations.md")
    try:
        return Settings()
    except ValidationError as error:
        flaws = [
            ".".join(str(part) for part in flaw["loc"]) + " " + flaw["msg"]
            for flaw in error.errors(include_input=False, include_url=False)
        ]
        raise BadSettings("bad settings: " + "; ".join(flaw.strip() for flaw in flaws)) from None


def known_names() -> set[str]:
    """Return every environment name that means something."""
    names = set()
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= {f"{PREFIX}{name}__{part}".upper() for part in kind.model_fields}
        else:
            names.add(f"{PREFIX}{name}".upper())
    return names


def _unknown(environ: Mapping[str, str]) -> set[str]:
    # the test commands of the project keep their own names under NUANFENG_TEST_
    given = {name for name in environ if name.upper().startswith(PREFIX)}
    known = known_names()
    return {
        name
        for name in given
        if name.upper() not in known and not name.upper().startswith(f"{PREFIX}TEST_")
    }


def _unsafe(settings: Settings) -> list[str]:
    wrong = []
    for name in ("official", "miniprogram"):
        app: WechatApp = getattr(settings, name)
        wrong += [f"{PREFIX}{name.upper()}__{field} is empty" for field in app.missing()]
        if app.callback_mode != "secure":
            wrong.append(f"{PREFIX}{name.upper()}__CALLBACK_MODE must be secure")
        if 0 < len(app.token.get_secret_value()) < 16:
            wrong.append(f"{PREFIX}{name.upper()}__TOKEN is shorter than 16 characters")
    if len(settings.secret_key.get_secret_value()) < 32:
        wrong.append(f"{PREFIX}SECRET_KEY is shorter than 32 characters")
    if not any(_decoded(settings.data_key.get_secret_value())):
        wrong.append(f"{PREFIX}DATA_KEY is all zeroes")
    if settings.embedded_workers:
        wrong.append(f"{PREFIX}EMBEDDED_WORKERS is for `make run` only")
    return wrong + _unsafe_addresses(settings)


def _unsafe_addresses(settings: Settings) -> list[str]:
    wrong = []
    if settings.wechat_api_url != WECHAT_API and not settings.wechat_api_url.startswith("https://"):
        wrong.append(f"{PREFIX}WECHAT_API_URL must be https (is it the emulator's?)")
    elif LOOPBACK.match(settings.wechat_api_url):
        wrong.append(f"{PREFIX}WECHAT_API_URL is the emulator's")
    if not settings.public_url.startswith("https://"):
        wrong.append(f"{PREFIX}PUBLIC_URL must be https")
    return wrong


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
