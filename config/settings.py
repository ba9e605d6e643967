"""Settings, read once at start from the environment and never changed afterwards."""

import os
import re
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.attendance import Attendance as Attendance
from config.greetings import Greetings as Greetings
from config.issuer import Issuer as Issuer
from config.keys import decoded
from config.notices import Notices as Notices
from config.rates import Rate as Rate
from config.reports import Reports as Reports
from config.reviews import Reviews as Reviews
from config.rewards import Rewards as Rewards
from config.wechat import Templates as Templates
from config.wechat import WechatApp as WechatApp

PREFIX = "NUANFENG_"
WECHAT_API = "https://api.weixin.qq.com"
LOOPBACK = re.compile(r"^https?://(127\.|localhost|\[::1\])")


class BadSettings(Exception):  # noqa: N818  the sentence is the point, not the class
    """The service cannot start with these settings; the text says what to do."""


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
    issuer: Issuer = Issuer()
    attendance: Attendance = Attendance()
    notices: Notices = Notices()
    rewards: Rewards = Rewards()
    reports: Reports = Reports()
    reviews: Reviews = Reviews()
    greetings: Greetings = ""

    exports_dir: str = "var/exports"
    photos_dir: str = "var/photos"
    photos_check: bool = False
    processes: int = Field(default=1, ge=1, le=256)
    embedded_workers: bool = False
    metrics_token: SecretStr | None = None
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    offer_minutes: int = Field(default=120, ge=1, le=7 * 24 * 60)
    late_cancel_hours: int = Field(default=24, ge=0, le=30 * 24)
    no_show_limit: int = Field(default=3, ge=0, le=100)
    no_show_days: int = Field(default=180, ge=1, le=3650)
    waitlist_only_days: int = Field(default=30, ge=1, le=365)
    reminder_hours_before: int = Field(default=24, ge=1, le=7 * 24)
    # WeChat hangs up after 5 s, and keeping a message takes a moment too
    reply_budget_seconds: float = Field(default=4.0, gt=0, le=4.3, allow_inf_nan=False)
    erasure_cooling_days: int = Field(default=7, ge=0, le=15)
    unfollowed_days: int = Field(default=30, ge=1, le=365)
    session_idle_days: int = Field(default=14, ge=1, le=365)
    session_absolute_days: int = Field(default=90, ge=1, le=365)
    limit_person: Rate = "600/minute"
    limit_device: Rate = "600/minute"
    # one address may be a carrier's gateway with thousands of phones behind it
    limit_address: Rate = "60000/minute"
    limit_login: Rate = "30000/minute"
    limit_sensitive: Rate = "10/minute"
    # ten photos of one hazard at once, and each takes a reader of its own
    limit_photo: Rate = "30/minute"
    limit_verify: Rate = "300/minute"
    # a community's office may sit behind one address, and each sign-in is two tries
    limit_sign_in: Rate = "200/10 minutes"
    limit_sign_in_device: Rate = "20/10 minutes"
    limit_guess: Rate = "5/10 minutes"
    limit_guess_all: Rate = "300/10 minutes"
    # a day's work of a busy desk fits in; a register copied by hand does not
    limit_unmask: Rate = "60/hour"

    @field_validator("redis_url", "party_key", "metrics_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _addresses_are_ours(self) -> Self:
        if not re.match(r"(sqlite://|postgresql(\+psycopg)?://)", self.database_url):
            raise ValueError(f"{PREFIX}DATABASE_URL must begin with sqlite:// or postgresql://")
        redis = self.redis_url.get_secret_value() if self.redis_url else "redis://"
        if not re.match(r"(redis|rediss|unix)://", redis):
            raise ValueError(f"{PREFIX}REDIS_URL must begin with redis://, rediss:// or unix://")
        return self

    @model_validator(mode="after")
    def _keys_are_whole(self) -> Self:
        for name, key in (("DATA_KEY", self.data_key), ("PARTY_KEY", self.party_key)):
            if key and key.get_secret_value() and len(decoded(key.get_secret_value())) != 32:
                raise ValueError(f"{PREFIX}{name} must be 32 bytes in base64")
        if self.party_key and self.party_key == self.data_key:
            raise ValueError(f"{PREFIX}PARTY_KEY must differ from {PREFIX}DATA_KEY")
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
        wrong = _unsafe(self) if self.environment == "production" else []
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
        raise BadSettings(
            f"unknown setting {', '.join(unknown)}: correct or unset it (docs/operations.md)"
        )
    try:
        return Settings()
    except ValidationError as error:
        flaws = [
            _named(flaw["loc"]) + flaw["msg"].removeprefix("Value error, ")
            for flaw in error.errors(include_input=False, include_url=False)
        ]
        raise BadSettings("bad settings: " + "; ".join(flaw.strip() for flaw in flaws)) from None


def _named(place: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{'__'.join(map(str, place))}".upper() + ": " if place else ""


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
    meant, known = re.compile(f"{PREFIX}(?!TEST_)", re.IGNORECASE), known_names()
    return {name for name in environ if meant.match(name) and name.upper() not in known}


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
    if len(set(settings.secret_key.get_secret_value())) < 8:
        wrong.append(f"{PREFIX}SECRET_KEY repeats a few characters: make it random")
    for name, key in (("DATA_KEY", settings.data_key), ("PARTY_KEY", settings.party_key)):
        if key and not any(decoded(key.get_secret_value())):
            wrong.append(f"{PREFIX}{name} is all zeroes")
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
