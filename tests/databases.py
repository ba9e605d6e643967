"""A migrated, empty database for each test, without migrating one each time."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from server.db import Database
from server.migrations import commands
from tests import emptying
from tests.servers import Servers


def migrate(url: str) -> str:
    """Bring the database at this address to the newest revision and return the address."""
    database = Database(url)
    try:
        commands.upgrade(database)
    finally:
        database.dispose()
    return url


class Databases(ABC):
    """Hands out databases of one kind, each for as long as a block runs."""

    @abstractmethod
    def fresh(self) -> AbstractContextManager[str]:
        """Yield the address of a migrated, empty database."""

    @abstractmethod
    def bare(self) -> AbstractContextManager[str]:
        """Yield the address of a database without any table."""

    @abstractmethod
    def close(self) -> None:
        """Leave nothing behind that the tests do not need."""


class SqliteFiles(Databases):
    """Files in a folder of the test run; each fresh one is a copy of the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = (f"test_{number}" for number in count())
        self.template = folder / "template.db"
        migrate(f"sqlite:///{self.template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        with self.bare() as url:
            shutil.copyfile(self.template, url.removeprefix("sqlite:///"))
            yield url

    @contextmanager
    def bare(self) -> Iterator[str]:
        name = next(self.names)
        yield f"sqlite:///{self.folder / name}.db"
        for file in self.folder.glob(f"{name}.db*"):
            file.unlink()

    def close(self) -> None:
        self.template.unlink()


class PostgresDatabases(Databases):
    """Databases of the server that this run started.

    To create and drop one takes the server longer than most tests take; to empty one takes a
    hundredth of that. So a test gets one that was emptied, and a new one is made only for the
    first test and after one that changed the tables themselves.
    """

    def __init__(self, servers: Servers, worker: int) -> None:
        self.servers = servers
        self.names = (f"test_{worker}_{number}" for number in count())
        self.template = f"template_{worker}"
        self.emptied: list[str] = []
        self.open: dict[str, psycopg.Connection[Any]] = {}
        migrate(self._create(self.template, "template0"))
        with servers.connect(self.template) as connection:
            emptying.prepare(connection, servers.run)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        if not self.emptied:
            self.emptied.append(next(self.names))
            self._create(self.emptied[-1], self.template)
        name = self.emptied.pop()
        yield self.servers.postgres_url(name)
        if self._empty(name):
            self.emptied.append(name)
        else:
            self._drop(name)

    @contextmanager
    def bare(self) -> Iterator[str]:
        name = next(self.names)
        yield self._create(name, "template0")
        self._drop(name)

    def close(self) -> None:
        for connection in self.open.values():
            connection.close()

    def _create(self, name: str, template: str) -> str:
        # copying files is several times faster than writing them through the log
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.servers.admin() as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.servers.postgres_url(name)

    def _empty(self, name: str) -> bool:
        if name not in self.open:
            self.open[name] = self.servers.admin(name, emptying.SCHEMA)
        return emptying.empty(self.open[name])

    def _drop(self, name: str) -> None:
        if name in self.open:
            self.open.pop(name).close()
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        with self.servers.admin() as connection:
            connection.execute(drop)
