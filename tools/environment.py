"""The settings that `make run` puts into force, and the file that tells them to other programs."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

PREFIX = "NUANFENG_"


class CannotRun(Exception):  # noqa: N818  the sentence is the point, not the class
    """Nothing was started; the text says what to do."""


def port_of(environ: Mapping[str, str], name: str, default: int) -> int:
    """Read a port number from the environment."""
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):
        raise CannotRun(f"{name}={text} is no port number: give one from 1 to 65535.")
    return int(text)


def in_force(
    environ: Mapping[str, str], port: int, emulator_port: int, kept: Path
) -> dict[str, str]:
    """Return every setting of a development start; what the environment says wins.

    Secrets are invented once for each clone and kept in the file `kept`, so that what was
    encrypted yesterday can be read today.
    """
    if environ.get(f"{PREFIX}ENVIRONMENT", "development") != "development":
        raise CannotRun(
            f"`make run` is for development: unset {PREFIX}ENVIRONMENT, or `make serve`."
        )
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return {
        f"{PREFIX}ENVIRONMENT": "development",
        f"{PREFIX}DATABASE_URL": "sqlite:///var/nuanfeng.db",
        f"{PREFIX}PUBLIC_URL": f"http://127.0.0.1:{port}",
        f"{PREFIX}WECHAT_API_URL": f"http://127.0.0.1:{emulator_port}",
        **_secrets(kept),
        **given,
        "PORT": str(port),
        "EMULATOR_PORT": str(emulator_port),
    }


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write `KEY=value` lines into a file that only its owner may read."""
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def read(path: Path) -> dict[str, str]:
    """Read what `write` wrote; nothing when the file is not there."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name: value for name, _, value in pairs}


def _secrets(kept: Path) -> dict[str, str]:
    known = read(kept)
    found = {name: known.get(name) or value for name, value in _invented().items()}
    if found != known:
        write(kept, found)
    return found


def _invented() -> dict[str, str]:
    invented = {
        f"{PREFIX}SECRET_KEY": secrets.token_urlsafe(48),
        f"{PREFIX}DATA_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        f"{PREFIX}PARTY_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    for app in ("OFFICIAL", "MINIPROGRAM"):
        invented |= {
            f"{PREFIX}{app}__APP_ID": f"wx{secrets.token_hex(8)}",
            f"{PREFIX}{app}__SECRET": secrets.token_hex(16),
            f"{PREFIX}{app}__TOKEN": secrets.token_hex(16),
            f"{PREFIX}{app}__AES_KEY": _aes_key(),
            f"{PREFIX}{app}__ORIGINAL_ID": f"gh_{secrets.token_hex(6)}",
        }
    return invented


def _aes_key() -> str:
    """Return 43 letters and digits that are base64 of 32 bytes, also to a strict decoder."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        if key.isalnum():
            return key
