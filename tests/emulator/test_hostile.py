import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.api.gate import CALLS
from emulator.app import LARGEST_BODY
from tests.emulator.conftest import Desk

BODIES = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b"\xff\xfe\x00",
    b'{"a": NaN}',
    b'{"a": 1e400}',
    b'{"content": "\\ud800"}',
    b'{"name": "\\u0000"}',
    b'{"name": ' + b"9" * 5000 + b"}",
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b"[" * 100_000,
    b"x" * 1_000_000,
    '{"name": "a"}'.encode("utf-16"),
    b'{"path": "*", "kind": "delay", "value": -1e308}',
    b'{"touser": {"a": [1]}, "template_id": [], "data": 7, "msgtype": {}, "button": {"a": 1}}',
    b'{"appid": {}, "secret": [], "grant_type": 1, "force_refresh": {}}',
]
DEEDS = ("follow", "unfollow", "scan", "text", "voice", "image", "location", "menu")
DEEDS += ("enter_session", "subscription", "call", "login_code", "phone_code", "logout")
LEVERS = ("clock", "faults", "settings", "push", "held", "url_check", "tokens/revoke", "people")
CONTROL = [f"/_/people/p1/{deed}" for deed in DEEDS] + [f"/_/{lever}" for lever in LEVERS]


@pytest.mark.parametrize("path", CONTROL)
def test_no_body_breaks_the_control_plane(desk: Desk, path: str) -> None:
    desk.person()

    for body in BODIES:
        status = desk.http.post(path, data=body).status_code
        assert status < 500 or (path.endswith("call") and status == 502), body[:40]


@pytest.mark.parametrize("path", CALLS)
def test_no_body_breaks_the_api(desk: Desk, path: str) -> None:
    desk.follower()
    tokens = [desk.token(app)["access_token"] for app in ("official", "miniprogram")]

    for body in BODIES:
        for token in tokens:
            answer = desk.http.post(f"{path}?access_token={token}", data=body)
            assert answer.status_code == 200, body[:40]
            assert isinstance(json.loads(answer.text), dict)


EXAMPLES = int(os.environ.get("INVENTIONS", "60"))
NAMES = """
touser template_id data msgtype text news msgmenu list button action_name action_info scene code
appid secret thing1 value content sub_button type name key app answers answer fields
"""


def _json() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    names = st.sampled_from(NAMES.split())
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner),
        max_leaves=12,
    )


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.dictionaries(st.text(max_size=12), _json()) | _json())
def test_no_json_breaks_anything(desk: Desk, body: Any) -> None:
    if not desk.ask("GET", "/_/people")["items"]:
        desk.follower()
        desk.world.knobs = desk.world.knobs.model_copy(update={"attempts": 1})
    token = desk.token()["access_token"]
    raw = json.dumps(body).encode()

    for path in CALLS:
        assert desk.http.post(f"{path}?access_token={token}", data=raw).status_code == 200
    for path in ("/_/people", "/_/push", "/_/settings", "/_/people/p1/subscription"):
        assert desk.http.post(path, data=raw).status_code < 500


def test_a_body_that_is_too_large_is_not_read(desk: Desk) -> None:
    assert desk.http.post("/_/people", data=b" " * (LARGEST_BODY + 1)).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_/people/p9/chat", 404),
        ("POST", "/_/people/p9/follow", 404),
        ("GET", "/_/people/%00/chat", 404),
        ("GET", "/_/nothing", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/_/clock", 405),
        ("POST", "/_/people/p9/text", 400),
        ("GET", "/page/../app.py", 404),
        ("GET", "/page/%2e%2e/app.py", 404),
    ],
)
def test_what_is_not_there_is_told_in_json(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.http.open(path, method=method)

    assert answer.status_code == status
    assert answer.json["message"]


@pytest.mark.parametrize("query", ["copies=0", "copies=x", "mode=open", "colour=red", "copies=51"])
def test_an_option_must_be_one(desk: Desk, query: str) -> None:
    person = desk.follower()

    desk.ask("POST", f"/_/people/{person['id']}/text?{query}", {"content": "a"}, status=400)


@pytest.mark.parametrize(
    "place", [{"lat": 91, "lng": 0}, {"lat": 0, "lng": 181}, {"lat": "37", "lng": 112}, {"lat": 1}]
)
def test_a_place_must_be_one(desk: Desk, place: dict[str, Any]) -> None:
    desk.do(desk.follower(), "location", place, status=400)


def test_the_page_is_served_from_its_folder_alone(desk: Desk) -> None:
    with desk.http.get("/") as page, desk.http.get("/page/js/main.js") as script:
        assert (page.mimetype, script.mimetype) == ("text/html", "text/javascript")
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_name_that_only_points_here_is_refused(desk: Desk) -> None:
    answer = desk.http.get("/_/people", headers={"Host": "evil.example:8001"})

    assert answer.status_code == 400


def test_control_without_the_list_of_hosts_it_is_let_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(desk.app.config, "TRUSTED_HOSTS", None)

    answer = desk.http.get("/_/people", headers={"Host": "evil.example:8001"})

    assert answer.status_code == 200


def test_a_page_of_another_site_is_refused(desk: Desk) -> None:
    there = {"Sec-Fetch-Site": "cross-site"}

    assert desk.http.post("/_/reset", headers=there).status_code == 403
    with desk.http.get("/", headers=there) as page:
        assert page.status_code == 200
