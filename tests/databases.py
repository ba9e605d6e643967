"""A migrated database for each test, by copying one that was migrated once a worker."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from psycopg import sql

from server.db import Database
from server.migrations import commands
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
    """Hands out migrated databases of one kind."""

    @abstractmethod
    def fresh(self, name: str) -> str:
        """Make a migrated, empty database and return its address."""

    @abstractmethod
    def bare(self, name: str) -> str:
        """Make a database without any table and return its address."""

    @abstractmethod
    def gone(self, name: str) -> None:
        """Throw the database away; nobody is connected to it any more."""


class SqliteFiles(Databases):
    """Files in a folder of the test run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        migrate(self._url("template"))

    def fresh(self, name: str) -> str:
        shutil.copyfile(self.template, self.folder / f"{name}.db")
        return self._url(name)

    def bare(self, name: str) -> str:
        return self._url(name)

    def gone(self, name: str) -> None:
        for file in self.folder.glob(f"{name}.db*"):
            file.unlink()

    def _url(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"


class PostgresDatabases(Databases):
    """Databases of the server that this run started."""

    def __init__(self, servers: Servers, worker: str) -> None:
        self.servers = servers
        self.template = f"template_{worker}"
        migrate(self.bare(self.template))

    def fresh(self, name: str) -> str:
        return self._create(name, self.template)

    def bare(self, name: str) -> str:
        return self._create(name, "template0")

    def gone(self, name: str) -> None:
        with self.servers.admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def _create(self, name: str, template: str) -> str:
        # copying files is several times faster than writing them through the log
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.servers.admin() as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.servers.postgres_url(name)
