import base64

import pytest

from config.settings import PREFIX, BadSettings, known_names, load_settings

KEY = base64.b64encode(bytes(range(32))).decode()
KEYS = {"SECRET_KEY": "abcdefghijklmnopqrstuvwxyz012345", "DATA_KEY": KEY}
APP = {
    "APP_ID": "wx1234567890abcdef",
    "SECRET": "f" * 32,
    "TOKEN": "t" * 24,
    "AES_KEY": "A" * 43,
    "ORIGINAL_ID": "gh_123456789abc",
}
PRODUCTION = (
    KEYS
    | {f"OFFICIAL__{name}": value for name, value in APP.items()}
    | {f"MINIPROGRAM__{name}": value for name, value in APP.items()}
    | {
        "ENVIRONMENT": "production",
        "PUBLIC_URL": "https://nuanfeng.example.cn",
        "DATABASE_URL": "postgresql://nuanfeng@db/nuanfeng",
        "REDIS_URL": "redis://cache:6379/0",
        "PROCESSES": "4",
    }
)


@pytest.fixture
def load(monkeypatch):
    """Load the settings from names without their prefix."""

    def with_names(**names: str):
        environ = {f"{PREFIX}{name}": value for name, value in names.items()}
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return load_settings(environ)

    return with_names


def test_development_needs_only_its_two_keys(load):
    settings = load(**KEYS)

    assert settings.environment == "development"
    assert settings.is_sqlite
    assert settings.wechat_api_url == "https://api.weixin.qq.com"


def test_a_whole_production_is_accepted(load):
    assert load(**PRODUCTION).processes == 4


def test_settings_never_change_afterwards(load):
    with pytest.raises(Exception, match="frozen"):
        load(**KEYS).environment = "production"


def test_a_misspelt_name_stops_the_start(load):
    with pytest.raises(BadSettings, match="NUANFENG_DATABASE_ULR"):
        load(**KEYS, DATABASE_ULR="sqlite:///x.db")


def test_a_misspelt_nested_name_stops_the_start(load):
    with pytest.raises(BadSettings, match="NUANFENG_OFFICIAL__APPID"):
        load(**KEYS, OFFICIAL__APPID="wx")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"DATA_KEY": base64.b64encode(b"short").decode()}, "DATA_KEY must be 32 bytes"),
        ({"DATA_KEY": "not base64 at all!"}, "DATA_KEY must be 32 bytes"),
        ({"PARTY_KEY": "AAAA"}, "PARTY_KEY must be 32 bytes"),
        ({"PARTY_KEY": KEY}, "PARTY_KEY must differ"),
        ({"SECRET_KEY": ""}, "set NUANFENG_SECRET_KEY"),
        ({"OFFICIAL__AES_KEY": "too short"}, "AES_KEY must be the 43"),
        ({"PROCESSES": "2"}, "more than one process needs PostgreSQL and Redis"),
        ({"ENVIRONMENT": "staging"}, "NUANFENG_ENVIRONMENT"),
        ({"PROCESSES": "2", "DATABASE_URL": "postgresql://d/n", "REDIS_URL": ""}, "needs Postgre"),
        ({"REDIS_URL": "foo://x"}, "REDIS_URL must begin"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL must begin"),
        ({"LIMIT_PERSON": "lots"}, "NUANFENG_LIMIT_PERSON: must be a rate"),
        ({"OFFER_MINUTES": "-5"}, "NUANFENG_OFFER_MINUTES"),
        ({"REPLY_BUDGET_SECONDS": "nan"}, "NUANFENG_REPLY_BUDGET_SECONDS"),
        ({"REPLY_BUDGET_SECONDS": "9"}, "NUANFENG_REPLY_BUDGET_SECONDS"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(load, change, told):
    with pytest.raises(BadSettings, match=told):
        load(**(KEYS | change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"OFFICIAL__SECRET": ""}, "OFFICIAL__SECRET is empty"),
        ({"MINIPROGRAM__TOKEN": "short"}, "MINIPROGRAM__TOKEN is shorter"),
        ({"OFFICIAL__CALLBACK_MODE": "plain"}, "CALLBACK_MODE must be secure"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"DATA_KEY": base64.b64encode(bytes(32)).decode()}, "DATA_KEY is all zeroes"),
        ({"SECRET_KEY": "a" * 38}, "SECRET_KEY repeats"),
        ({"PARTY_KEY": base64.b64encode(bytes(32)).decode()}, "PARTY_KEY is all zeroes"),
        ({"WECHAT_API_URL": "http://wechat.example.cn"}, "WECHAT_API_URL must be https"),
        ({"WECHAT_API_URL": "https://127.0.0.1:8001"}, "WECHAT_API_URL is the emulator's"),
        ({"PUBLIC_URL": "http://nuanfeng.example.cn"}, "PUBLIC_URL must be https"),
        ({"EMBEDDED_WORKERS": "true"}, "EMBEDDED_WORKERS is for"),
        ({"DATABASE_URL": "sqlite:///x.db"}, "more than one process"),
    ],
)
def test_production_refuses_what_is_only_for_development(load, change, told):
    with pytest.raises(BadSettings, match=told):
        load(**(PRODUCTION | change))


def test_a_refusal_shows_no_secret(load):
    with pytest.raises(BadSettings) as refused:
        load(**(PRODUCTION | {"OFFICIAL__TOKEN": "canary-4711", "PUBLIC_URL": "x"}))

    assert "canary-4711" not in str(refused.value)


def test_settings_shown_show_no_secret(load):
    assert "canary-4711" not in repr(load(**(KEYS | {"OFFICIAL__TOKEN": "canary-4711"})))


def test_every_setting_has_one_name():
    assert "NUANFENG_OFFICIAL__APP_ID" in known_names()
    assert "NUANFENG_DATABASE_URL" in known_names()


@pytest.mark.parametrize(
    "words", ["春节", "2027-02-30 春节", "2027-02-06", "2027-02-06 " + "长" * 21]
)
def test_a_list_of_greetings_is_readable_or_said_to_be_none(load, words: str) -> None:
    with pytest.raises(BadSettings, match="2027-02-06 春节"):
        load(**KEYS, GREETINGS=words)

    assert load(**KEYS, GREETINGS="2027-02-06 春节, 2027-07-01 建党节").greetings
