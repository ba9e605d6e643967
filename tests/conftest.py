"""What every test may ask for: a clock, settings, a migrated database, and what stands on them.

`--backend sqlite` (the default) keeps everything in files and process memory; `--backend postgres`
runs the same tests on PostgreSQL and Valkey servers started for this run alone.
"""

import base64
import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from config.settings import PREFIX, Settings, WechatApp
from server.db import Database
from tests.clock import Clock
from tests.databases import Databases, PostgresDatabases, SqliteFiles
from tests.servers import Servers, started

SERVERS = pytest.StashKey[Servers]()
OPEN = pytest.StashKey[ExitStack]()
# these need no second database: they run in the SQLite pass only
ONCE = ("tests/emulator", "tests/server/wechat", "tests/config", "tests/rules")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--backend", choices=("sqlite", "postgres"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that controls the run."""
    config.addinivalue_line("markers", "once: does not touch a database; the SQLite pass is enough")
    config.addinivalue_line(
        "markers", "both: runs on both databases, although its folder runs once"
    )
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    given = getattr(config, "workerinput", None)
    config.stash[OPEN] = ExitStack()
    if given is not None:
        config.stash[SERVERS] = Servers(**given["servers"])
    elif not config.option.collectonly:
        postgres = config.getoption("backend") == "postgres"
        config.stash[SERVERS] = config.stash[OPEN].enter_context(started(postgres=postgres))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers that this process started."""
    config.stash[OPEN].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the servers are."""
    node.workerinput["servers"] = node.config.stash[SERVERS].as_input()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, in the second pass, what the first has settled."""
    if config.getoption("backend") == "sqlite":
        return
    settled = [item for item in items if _is_settled(item, config.rootpath)]
    config.hook.pytest_deselected(items=settled)
    items[:] = [item for item in items if item not in set(settled)]


def _is_settled(item: pytest.Item, root: Path) -> bool:
    folder = item.path.relative_to(root).as_posix()
    by_folder = folder.startswith(ONCE) and item.get_closest_marker("both") is None
    return by_folder or item.get_closest_marker("once") is not None


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Servers:
    """The servers of this run: Valkey always, PostgreSQL with `--backend postgres`."""
    return request.config.stash[SERVERS]


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> int:
    """The number of this worker, 0 when there is only one process."""
    name = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def is_postgres(request: pytest.FixtureRequest) -> bool:
    """Whether this pass runs on PostgreSQL and Valkey."""
    return bool(request.config.getoption("backend") == "postgres")


@pytest.fixture(scope="session")
def databases(
    servers: Servers, worker: int, is_postgres: bool, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    """Where migrated databases come from."""
    if is_postgres:
        return PostgresDatabases(servers, f"w{worker}")
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def names(worker: int) -> Iterator[str]:
    """Names of databases, none given twice."""
    return (f"test_{worker}_{number}" for number in count())


@pytest.fixture
def database_url(databases: Databases, names: Iterator[str]) -> Iterator[str]:
    """The address of a migrated, empty database."""
    name = next(names)
    yield databases.fresh(name)
    databases.gone(name)


@pytest.fixture
def bare_database_url(databases: Databases, names: Iterator[str]) -> Iterator[str]:
    """The address of a database without any table."""
    name = next(names)
    yield databases.bare(name)
    databases.gone(name)


@pytest.fixture
def valkey_url(servers: Servers, worker: int) -> str:
    """The address of an empty Valkey database, in both passes."""
    return servers.empty_valkey(worker % 15)


@pytest.fixture
def redis_url(request: pytest.FixtureRequest, is_postgres: bool) -> str | None:
    """What the settings of this pass say: Valkey beside PostgreSQL, nothing beside SQLite."""
    return request.getfixturevalue("valkey_url") if is_postgres else None


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at nine on a Monday morning in spring, until the test moves it."""
    return Clock()


@pytest.fixture
def settings(database_url: str, redis_url: str | None) -> Settings:
    """Settings for development; `settings.model_copy(update={…})` turns a knob."""
    return make_settings(database_url, redis_url)


def make_settings(database_url: str, redis_url: str | None = None, **knobs: Any) -> Settings:
    """Return settings for development with invented secrets."""
    return Settings(
        **{
            "environment": "development",
            "database_url": database_url,
            "redis_url": redis_url,
            "secret_key": SecretStr("invented-for-the-tests-" + "s" * 32),
            "data_key": SecretStr(base64.b64encode(b"d" * 32).decode()),
            "official": _app("official"),
            "miniprogram": _app("miniprogram"),
            # nobody listens there: a test that reaches WeChat asks for `emulator`
            "wechat_api_url": "http://127.0.0.1:9",
            **knobs,
        }
    )


def _app(name: str) -> WechatApp:
    return WechatApp(
        app_id=f"wx{name:0<16}",
        secret=SecretStr(f"{name}-secret".ljust(32, "0")),
        token=SecretStr(f"{name}Token".ljust(24, "0")),
        aes_key=SecretStr((name * 6)[:42] + "A"),
        original_id=f"gh_{name:0<12}",
    )


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """The migrated database of this test."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """A write transaction that is committed when the test ends."""
    with db.transaction() as session:
        yield session
