"""The settings of `make run`: invented once, overruled by the environment, told in one file."""

import base64
import re
from pathlib import Path

import pytest

from config.settings import known_names
from tools import environment
from tools.environment import CannotRun

pytestmark = pytest.mark.once


def in_force(folder: Path, **environ: str) -> dict[str, str]:
    return environment.in_force(environ, 8000, 8001, folder / "secrets.env")


def test_everything_that_another_program_needs_is_told(tmp_path: Path) -> None:
    values = in_force(tmp_path)

    for app in ("OFFICIAL", "MINIPROGRAM"):
        for part in ("APP_ID", "SECRET", "TOKEN", "AES_KEY", "ORIGINAL_ID"):
            assert values[f"NUANFENG_{app}__{part}"]
    assert values["NUANFENG_PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert values["NUANFENG_WECHAT_API_URL"] == "http://127.0.0.1:8001"
    assert (values["PORT"], values["EMULATOR_PORT"]) == ("8000", "8001")
    assert {name for name in values if name.startswith("NUANFENG_")} <= known_names()


def test_secrets_are_invented_once_for_a_clone(tmp_path: Path) -> None:
    first = in_force(tmp_path / "one")

    assert in_force(tmp_path / "one") == first
    assert in_force(tmp_path / "two")["NUANFENG_DATA_KEY"] != first["NUANFENG_DATA_KEY"]


def test_what_the_environment_says_wins_and_is_not_kept(tmp_path: Path) -> None:
    own = in_force(tmp_path)["NUANFENG_OFFICIAL__TOKEN"]

    given = in_force(tmp_path, NUANFENG_OFFICIAL__TOKEN="theirs", NUANFENG_LOG_LEVEL="DEBUG")

    assert given["NUANFENG_OFFICIAL__TOKEN"] == "theirs"
    assert given["NUANFENG_LOG_LEVEL"] == "DEBUG"
    assert in_force(tmp_path)["NUANFENG_OFFICIAL__TOKEN"] == own


def test_another_stand_in_is_respected(tmp_path: Path) -> None:
    values = in_force(tmp_path, NUANFENG_WECHAT_API_URL="http://127.0.0.1:9999")

    assert values["NUANFENG_WECHAT_API_URL"] == "http://127.0.0.1:9999"


def test_the_aes_key_is_base64_to_the_strictest_decoder(tmp_path: Path) -> None:
    key = in_force(tmp_path)["NUANFENG_OFFICIAL__AES_KEY"]

    raw = base64.b64decode(f"{key}=", validate=True)

    assert re.fullmatch("[A-Za-z0-9]{43}", key)
    assert len(raw) == 32
    assert base64.b64encode(raw).decode() == f"{key}="


def test_a_written_file_is_read_back_and_is_nobody_elses_business(tmp_path: Path) -> None:
    file = tmp_path / "var" / "development.env"
    values = in_force(tmp_path)

    environment.write(file, {"OLD": "1"})
    environment.write(file, values)

    assert environment.read(file) == values
    assert file.stat().st_mode & 0o777 == 0o600


def test_production_is_not_started_with_invented_secrets(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="make serve"):
        in_force(tmp_path, NUANFENG_ENVIRONMENT="production")


@pytest.mark.parametrize("text", ["0", "65536", "-1", "８０００", "8000x", "9" * 40])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotRun, match="no port number"):
        environment.port_of({"PORT": text}, "PORT", 8000)
