"""What every test may ask for: a clock, settings, a migrated database, and what stands on them.

`--backend sqlite` (the default) keeps everything in files and process memory; `--backend postgres`
runs the same tests on PostgreSQL and Valkey servers started for this run alone.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

import server.db
from bot.face import JOBS, bot
from config.settings import Settings
from miniprogram_api.face import miniprogram_api
from server.atlas.face import atlas
from server.console.face import console
from server.db import Database
from server.runtime import Runtime
from server.staff import passwords
from server.store import Store
from server.verify.face import verify
from server.wechat import curl
from server.wechat.client import Wechat
from server.wechat.http import READ_SECONDS
from tests.apps import Apps
from tests.clock import Clock
from tests.databases import Databases, PostgresDatabases, SqliteFiles
from tests.engines import create_alike
from tests.knobs import as_environment, usual_settings
from tests.passes import (
    SERVERS,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_configure_node,
    pytest_unconfigure,
)
from tests.phone import Emulator
from tests.servers import Servers, Valkey
from tests.serving import Place, served
from tests.statements import Collect, asked_of

__all__ = (
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_unconfigure",
)


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


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[None]:
    """Let every engine of this worker use the statements that an earlier one compiled."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server.db, "create_engine", create_alike)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Let it cost nothing to keep and compare passwords; what it must cost has its own test."""
    with pytest.MonkeyPatch.context() as patched:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patched.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="session", autouse=True)
def patient_lines() -> Iterator[None]:
    """Let a push wait longer for its line: a busy machine may hold up a worker for a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(curl, "CONNECT_SECONDS", READ_SECONDS)
        yield


@pytest.fixture(scope="session")
def databases(
    servers: Servers,
    engines: None,
    worker: int,
    is_postgres: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Databases]:
    """Where migrated databases come from."""
    if is_postgres:
        found: Databases = PostgresDatabases(servers, worker)
    else:
        found = SqliteFiles(tmp_path_factory.mktemp("databases"))
    yield found
    found.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of a migrated, empty database."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def bare_database_url(databases: Databases) -> Iterator[str]:
    """The address of a database without any table."""
    with databases.bare() as url:
        yield url


@pytest.fixture(scope="session")
def valkey(servers: Servers, worker: int) -> Iterator[Valkey]:
    """This worker's database of the run's Valkey."""
    with Valkey(servers, worker % 15) as found:
        yield found


@pytest.fixture
def valkey_url(valkey: Valkey) -> str:
    """The address of an empty Valkey database, in both passes."""
    return valkey.emptied()


@pytest.fixture
def redis_url(request: pytest.FixtureRequest, is_postgres: bool) -> str | None:
    """What the settings of this pass say: Valkey beside PostgreSQL, nothing beside SQLite."""
    return request.getfixturevalue("valkey_url") if is_postgres else None


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at nine on a Monday morning in spring, until the test moves it."""
    return Clock()


@pytest.fixture
def service_place() -> Iterator[Place]:
    """Where `service` answers, once a test asks for it."""
    place = Place()
    yield place
    place.close()


@pytest.fixture
def emulator_place() -> Iterator[Place]:
    """Where `emulator` answers, once a test asks for it."""
    place = Place()
    yield place
    place.close()


@pytest.fixture
def settings(
    database_url: str,
    redis_url: str | None,
    service_place: Place,
    emulator_place: Place,
    tmp_path: Path,
) -> Settings:
    """Settings for development; a test that wants others defines a fixture of this name."""
    addresses = {
        "database_url": database_url,
        "redis_url": SecretStr(redis_url) if redis_url else None,
        "public_url": service_place.url,
        "wechat_api_url": emulator_place.url,
        "exports_dir": str(tmp_path / "exports"),
        "photos_dir": str(tmp_path / "photos"),
    }
    return usual_settings().model_copy(update=addresses)


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


@pytest.fixture
def runtime(settings: Settings, clock: Clock) -> Iterator[Runtime]:
    """What the service opened, with the test's clock."""
    runtime = Runtime.open(settings, clock)
    yield runtime
    runtime.close()


@pytest.fixture
def statements(runtime: Runtime) -> Collect:
    """Collects what the service's database is asked while a block runs."""
    return asked_of(runtime.db)


@pytest.fixture
def store(runtime: Runtime) -> Store:
    """Process memory beside SQLite, Valkey beside PostgreSQL."""
    return runtime.store


@pytest.fixture
def emulator(
    settings: Settings, service_place: Place, emulator_place: Place, clock: Clock
) -> Iterator[Emulator]:
    """The stand-in for WeChat, answering where the settings say that WeChat is."""
    emulator = Emulator(as_environment(settings), service_place.url, clock)
    with served(emulator.app, emulator_place):
        yield emulator
    emulator.close()


@pytest.fixture
def wechat(runtime: Runtime, emulator: Emulator) -> Wechat:
    """Our clients of WeChat's API, with the emulator at the other end."""
    return runtime.wechat


@pytest.fixture(scope="session")
def apps() -> Apps:
    """What this worker has put together so far."""
    return Apps()


@pytest.fixture
def app(apps: Apps, runtime: Runtime) -> Flask:
    """The service with all its faces."""
    return apps.over(runtime, [bot, miniprogram_api, console, verify, atlas], JOBS)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that calls the service without HTTP."""
    return app.test_client()


@pytest.fixture
def service(app: Flask, service_place: Place) -> Iterator[str]:
    """The service over HTTP, where phones in the emulator reach it; its address."""
    with served(app, service_place) as url:
        yield url
