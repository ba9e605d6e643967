import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3

from emulator.__main__ import main
from emulator.app import create_app
from emulator.server import listen
from emulator.settings import BadSettings, load_settings
from tests.emulator.conftest import Desk, until
from tests.knobs import as_environment, make_settings
from tests.processes import free_port

ENVIRON = as_environment(make_settings("sqlite://"))
ROOT = Path(__file__).parents[2]


def test_the_settings_have_defaults_for_all_but_the_accounts() -> None:
    settings = load_settings(ENVIRON)

    assert settings.service_url == "http://127.0.0.1:8000"
    assert settings.port == 8001
    assert settings.people == ("林小满", "周建国", "何秀英")
    ids = [template.id for template in settings.templates]
    assert ids == [
        "tpl-signup-result",
        "tpl-offer",
        "tpl-cancelled",
        "tpl-reminder",
        "tpl-progress",
        "tpl-staff-progress",
    ]
    assert settings.account("miniprogram").callback_path == "/wechat/miniprogram"


def test_the_services_own_template_ids_are_taken() -> None:
    settings = load_settings({**ENVIRON, "NUANFENG_TEMPLATES__OFFER": "Xy7-offer"})

    assert [template.id for template in settings.templates][1] == "Xy7-offer"


def test_a_template_of_one_way_alone_is_owned_too() -> None:
    settings = load_settings({**ENVIRON, "NUANFENG_TEMPLATES__OFFER_TEMPLATE": "Xy7-message"})

    [own] = [template for template in settings.templates if template.id == "Xy7-message"]
    assert own.apps == ["official"]
    assert own.title == "候补名额通知"


def test_templates_may_be_given() -> None:
    given = [{"id": "a", "title": "甲", "keywords": [{"key": "enum1", "words": ["是", "否"]}]}]

    settings = load_settings({**ENVIRON, "EMULATOR_TEMPLATES": json.dumps(given)})

    assert settings.templates[0].title == "甲"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"NUANFENG_ENVIRONMENT": "production"}, "never runs beside production"),
        ({"NUANFENG_OFFICIAL__APP_ID": ""}, "NUANFENG_OFFICIAL__APP_ID is not set"),
        ({"NUANFENG_MINIPROGRAM__AES_KEY": "short"}, "43 letters and digits"),
        ({"NUANFENG_OFFICIAL__CALLBACK_MODE": "open"}, "secure, compatible or plain"),
        ({"EMULATOR_SERVICE_URL": "ftp://x"}, "must begin with http"),
        ({"EMULATOR_PORT": "eighty"}, "must be a port number"),
        ({"EMULATOR_PORT": "65536"}, "must be a port number"),
        ({"EMULATOR_PORT": "800000000"}, "must be a port number"),
        ({"EMULATOR_TEMPLATES": "{"}, "not a list of templates"),
        ({"EMULATOR_TEMPLATES": '[{"id": 1}]'}, "not a list of templates"),
    ],
)
def test_bad_settings_stop_the_start_with_a_sentence(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        load_settings({**ENVIRON, **wrong})


def test_the_sample_people_are_there_at_once() -> None:
    app = create_app(load_settings(ENVIRON))

    names = [person["name"] for person in app.test_client().get("/_/people").json["items"]]

    assert names == ["林小满", "周建国", "何秀英"]
    app.extensions["emulator"].close()


def test_bad_settings_end_the_program_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NUANFENG_ENVIRONMENT", "production")

    assert main() == 2

    assert "never runs beside production" in capsys.readouterr().err


def test_the_server_listens_on_loopback_alone(desk: Desk) -> None:
    server = listen(desk.app, 0)

    assert server.server_address[0] == "127.0.0.1"
    server.server_close()


def _start(**environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "emulator"],
        env={**os.environ, **ENVIRON, **environ},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_program_serves_until_it_is_told_to_stop(wire: urllib3.PoolManager) -> None:
    port = free_port()
    program = _start(EMULATOR_PORT=str(port), EMULATOR_PEOPLE="林小满")

    def people() -> list[dict[str, str]]:
        try:
            answer = wire.request("GET", f"http://127.0.0.1:{port}/_/people")
        except urllib3.exceptions.HTTPError:
            return []
        return list(answer.json()["items"])

    assert [person["name"] for person in until(people)] == ["林小满"]
    program.send_signal(signal.SIGTERM)
    said, _ = program.communicate(timeout=10)
    assert program.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
