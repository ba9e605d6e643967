"""Settings for tests, with secrets that are plainly invented."""

import base64
from functools import cache
from typing import Any

from pydantic import SecretStr

from config.settings import Settings, WechatApp


def make_settings(database_url: str, redis_url: str | None = None, **knobs: Any) -> Settings:
    """Return settings for development; a knob given by name is turned."""
    given = {
        "environment": "development",
        "database_url": database_url,
        "redis_url": redis_url,
        "secret_key": SecretStr("invented-for-the-tests-" + "s" * 32),
        "data_key": SecretStr(base64.b64encode(b"d" * 32).decode()),
        "party_key": SecretStr(base64.b64encode(b"p" * 32).decode()),
        "official": make_app("official"),
        "miniprogram": make_app("miniprogram"),
        # nobody listens there; a test that reaches WeChat asks for `emulator`
        "wechat_api_url": "http://127.0.0.1:9",
    }
    return Settings(**(given | knobs))


@cache
def usual_settings() -> Settings:
    """Return settings for development; a copy with addresses that are known good takes no time."""
    return make_settings("sqlite://")


def make_app(name: str, **knobs: Any) -> WechatApp:
    """Return an invented WeChat application."""
    given = {
        "app_id": f"wx{name:0<16}",
        "secret": SecretStr(f"{name}-secret".ljust(32, "0")),
        "token": SecretStr(f"{name}Token".ljust(24, "0")),
        "aes_key": SecretStr((name * 6)[:42] + "A"),
        "original_id": f"gh_{name:0<12}",
    }
    return WechatApp(**(given | knobs))


def as_environment(settings: Settings) -> dict[str, str]:
    """Return both applications as the environment would tell them to another program."""
    return {
        f"NUANFENG_{name.upper()}__{part}": value
        for name, app in (("official", settings.official), ("miniprogram", settings.miniprogram))
        for part, value in (
            ("APP_ID", app.app_id),
            ("SECRET", app.secret.get_secret_value()),
            ("TOKEN", app.token.get_secret_value()),
            ("AES_KEY", app.aes_key.get_secret_value()),
            ("ORIGINAL_ID", app.original_id),
            ("CALLBACK_MODE", app.callback_mode),
        )
    }
