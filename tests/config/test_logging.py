import json
import logging

import pytest

from config.logging import JsonFormatter, configure, scrub

CANARY = "canary4711CANARY4711canary"
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /cgi-bin/token?appid=wx1&secret={CANARY}&x=1",
        f"GET /sns/jscode2session?js_code={CANARY}",
        f"POST /x?access_token={CANARY}",
        f'{{"access_token":"{CANARY}","expires_in":7200}}',
        f"{{'session_key': '{CANARY}'}}",
        f"Authorization: Bearer {CANARY}",
        f"token={CANARY}",
        f"<FromUserName><![CDATA[{CANARY}]]></FromUserName>",
        f'"openid": "{CANARY}"',
        f"touser={CANARY}",
        f"NUANFENG_OFFICIAL__SECRET={CANARY}",
    ],
)
def test_no_secret_reaches_the_log(text):
    assert CANARY not in scrub(text)


def test_no_openid_and_no_phone_reaches_the_log():
    told = scrub(f"person {OPENID} calls from 13812345678, +86 139-1234-5678 or 86 13712345678")

    assert OPENID not in told
    assert "1234" not in told


def test_control_what_is_no_secret_stays():
    assert scrub("notice 13 sent in 138 ms to 3 people") == "notice 13 sent in 138 ms to 3 people"


def test_a_line_is_one_json_object_whatever_is_said():
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "a\r\nb %s", "args": ("c",), "request_id": "7\n"}
    )

    line = JsonFormatter().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "a\\r\\nb c"
    assert json.loads(line)["request_id"] == "7\\n"


def test_a_trace_is_scrubbed_too():
    try:
        raise ValueError(f"secret={CANARY}")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.makeLogRecord({"msg": "failed", "exc_info": info})

    line = JsonFormatter().format(record)

    assert CANARY not in line
    assert "ValueError" in json.loads(line)["trace"]


def test_configuring_writes_json_to_standard_error(capsys):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure("INFO")
        logging.getLogger("somewhere").info("password=%s", CANARY)
    finally:
        root.handlers[:], root.level = before
    said = capsys.readouterr().err
    assert json.loads(said)["logger"] == "somewhere"
    assert CANARY not in said
