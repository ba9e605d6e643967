import pytest

from config.settings import Settings
from miniprogram_api.face import OPENED
from miniprogram_api.refusals import PREFIX
from tests.knobs import make_settings

pytestmark = pytest.mark.once

OPEN_ADDRESSES = {"/api/v1/login", "/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs.css"}


def doors(app) -> list[tuple[str, str]]:
    """Return every method and address below ours, with an id where one is wanted."""
    return [
        (method, rule.rule.replace("<activity_id>", "1").replace("<shift_id>", "1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in sorted(rule.methods or ())
    ]


def unlocked(app, headers: dict[str, str]) -> set[str]:
    client = app.test_client()
    return {
        path
        for method, path in doors(app)
        if client.open(path, method=method, headers=headers).status_code != 401
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic " + "x" * 43},
        {"Authorization": "Bearer " + "x" * 43},
        {"Authorization": "Bearer " + "é" * 43},
        {"Authorization": "Bearer " + "x" * 10_000},
    ],
)
def test_every_door_asks_for_a_token(app, headers) -> None:
    assert unlocked(app, headers) == OPEN_ADDRESSES


def test_a_door_left_open_is_seen(app, monkeypatch) -> None:
    monkeypatch.setitem(app.before_request_funcs, "miniprogram_api", [])

    assert unlocked(app, {}) > OPEN_ADDRESSES


def test_the_open_endpoints_exist(app) -> None:
    assert set(app.view_functions) >= OPENED


def test_who_is_refused_at_the_door_is_told_how_to_enter(client) -> None:
    answer = client.get("/api/v1/me")

    assert answer.get_json()["code"] == "people.not_logged_in"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


class TestLimits:
    """A person, a device, an address and a route each have a limit."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(
            update={
                "limit_person": "6/day",
                "limit_device": "4/day",
                "limit_address": "12/day",
                "limit_sensitive": "2/day",
                "limit_login": "3/day",
            }
        )

    def test_a_device_that_asks_too_often_waits(self, device) -> None:
        somebody = device()

        answers = [somebody.ask("GET", "/me").status_code for _ in range(5)]

        assert answers == [200] * 4 + [429]

    def test_a_second_device_does_not_double_what_a_person_may(self, device) -> None:
        one, other = device("oOne"), device("oOne")

        answers = [each.ask("GET", "/me").status_code for _ in range(4) for each in (one, other)]

        assert answers == [200] * 6 + [429] * 2

    def test_an_address_has_a_limit_with_or_without_a_token(self, client) -> None:
        answers = [client.get("/api/v1/me").status_code for _ in range(13)]

        assert answers == [401] * 12 + [429]

    def test_sensitive_routes_have_a_tighter_limit(self, device) -> None:
        somebody = device()

        answers = [somebody.ask("POST", "/me/link-code") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 86_401
        assert answers[-1].get_json()["code"] == "request.too_often"

    def test_logins_of_an_address_have_a_tighter_limit(self, client) -> None:
        answers = [client.post("/api/v1/login", json={"code": "x"}) for _ in range(4)]

        assert [answer.status_code for answer in answers] == [503] * 3 + [429]

    def test_an_address_that_a_client_invents_is_not_believed(self, client) -> None:
        answers = [
            client.get("/api/v1/me", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
            for number in range(13)
        ]

        assert answers[-1] == 429


class TestBehindProxies:
    """Only as many proxies are believed as the settings name."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"limit_address": "1/day", "trusted_proxies": 1})

    @staticmethod
    def ask(client, told: str, peer: str = "127.0.0.1") -> int:
        headers = {"X-Forwarded-For": told} if told else {}
        overrides = {"REMOTE_ADDR": peer}
        return client.get("/api/v1/me", headers=headers, environ_overrides=overrides).status_code

    def test_the_proxy_tells_the_clients_apart(self, client) -> None:
        assert [self.ask(client, told) for told in ("10.0.0.1", "10.0.0.2")] == [401, 401]

    def test_what_the_client_said_before_is_not_believed(self, client) -> None:
        told = ["1.1.1.1, 10.0.0.1", "2.2.2.2, 10.0.0.1"]

        assert [self.ask(client, each) for each in told] == [401, 429]

    def test_nonsense_counts_as_the_peer(self, client) -> None:
        assert [self.ask(client, each) for each in ("nonsense", "")] == [401, 429]

    def test_a_network_of_ipv6_is_one_place(self, client) -> None:
        told = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"]

        assert [self.ask(client, each) for each in told] == [401, 429, 401]

    def test_ipv4_in_the_dress_of_ipv6_is_its_own_place(self, client) -> None:
        told = ["::ffff:10.0.0.1", "::ffff:10.0.0.2"]

        assert [self.ask(client, each) for each in told] == [401, 401]


class TestRedisAway:
    """Redis is away: ordinary limits let everybody through, guesses are refused."""

    @pytest.fixture
    def settings(self, database_url: str) -> Settings:
        # nobody listens there
        return make_settings(database_url, "redis://127.0.0.1:9/0", limit_person="1/day")

    def test_everybody_is_let_through(self, device) -> None:
        somebody = device()

        assert [somebody.ask("GET", "/me").status_code for _ in range(3)] == [200] * 3

    def test_nobody_may_guess(self, device) -> None:
        answer = device().ask("POST", "/me/link", {"code": "000000"})

        assert answer.status_code == 503
        assert answer.get_json()["code"] == "people.cannot_count"
        assert int(answer.headers["Retry-After"]) > 0
