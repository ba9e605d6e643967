"""The database servers that the tests start for themselves, and the proof that they are theirs.

A test run creates, drops and flushes without asking. So it only ever talks to servers that it
started, in a folder of its own, and before the first such command it asks the server where its
data lies and whether this run's marker is there. A server found running is never used.
"""

import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.processes import NotOurs, start_postgres, start_valkey, stop, valkey_client

MARKER = "nuanfeng:test-run"
MARKER_DATABASE = 15
# PostgreSQL 18 lets the kernel copy a template's files, which takes less than half the time
CLONING = ("file_copy_method=clone",) if sys.platform in ("linux", "darwin") else ()
# a test may lose its data with the machine; tests that pull the plug ask for a careful server
CARELESS = (
    *("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off"),
    *CLONING,
)


@dataclass(frozen=True)
class Servers:
    """What a worker needs to find, and to recognise, the servers of this run."""

    run: str
    folder: str
    valkey: str
    postgres: str = ""

    def as_input(self) -> dict[str, str]:
        """Return plain words that may travel to another process."""
        return asdict(self)

    def postgres_url(self, database: str = "postgres") -> str:
        """Return the address of one database, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://nuanfeng@/{database}?host={self.postgres}"

    def admin(self, database: str = "postgres", schema: str = "") -> psycopg.Connection[Any]:
        """Open a connection that may create, drop and empty, once the server is proved ours.

        The marker stands in that schema of that database, else where a name is looked for first.
        """
        connection = self.connect(database, schema)
        try:
            prove_postgres(connection, Path(self.folder), self.run)
        except NotOurs:
            connection.close()
            raise
        return connection

    def connect(self, database: str, schema: str = "") -> psycopg.Connection[Any]:
        """Open a connection to a database of a server that was proved ours, or is about to be."""
        return _connect(self.postgres, database, schema)

    def empty_valkey(self, number: int) -> str:
        """Empty one of the databases 0 to 14 of the server proved ours; return its address."""
        with Valkey(self, number) as database:
            return database.emptied()


class Valkey:
    """One of the databases 0 to 14, and a connection that asks for the marker each time."""

    def __init__(self, servers: Servers, number: int) -> None:
        self.servers = servers
        self.url = f"{servers.valkey}/{number}"
        self.marker = valkey_client(f"{servers.valkey}/{MARKER_DATABASE}")
        self.client = valkey_client(self.url)

    def __enter__(self) -> "Valkey":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.marker.close()

    def emptied(self) -> str:
        """Empty it, once the server is proved ours, and return its address."""
        prove_valkey(self.marker, Path(self.servers.folder), self.servers.run)
        self.client.flushdb()
        return self.url


def prove_postgres(connection: psycopg.Connection[Any], folder: Path, run: str) -> None:
    """Ask the one identity query; raise `NotOurs` unless the answers are this run's."""
    try:
        found = connection.execute(
            "SELECT current_setting('data_directory'), (SELECT max(id) FROM test_run)"
        ).fetchone()
    except psycopg.Error as error:
        raise NotOurs("this PostgreSQL bears no marker of a test run; left untouched") from error
    if found is None or not Path(found[0]).is_relative_to(folder) or found[1] != run:
        raise NotOurs("this PostgreSQL belongs to somebody else; left untouched")


def prove_valkey(client: Any, folder: Path, run: str) -> None:
    """Ask where the data lies and for the marker; raise `NotOurs` unless both are this run's."""
    if not Path(client.config_get("dir")["dir"]).is_relative_to(folder):
        raise NotOurs("this Valkey keeps its data elsewhere; left untouched")
    if client.get(MARKER) != run:
        raise NotOurs("this Valkey bears no marker of this run; left untouched")


@contextmanager
def started(*, postgres: bool, options: tuple[str, ...] = CARELESS) -> Iterator[Servers]:
    """Start the servers of one test run and stop them when the block ends."""
    run = secrets.token_hex(8)
    # a short path: that of a socket has room for about a hundred characters
    folder = Path(tempfile.mkdtemp(prefix="nuanfeng-")).resolve()
    owned: list[subprocess.Popen[bytes]] = []
    try:
        server, valkey = start_valkey(folder / "valkey")
        owned.append(server)
        _mark_valkey(valkey, folder, run)
        if postgres:
            owned.append(start_postgres(folder / "postgres", options))
            _mark_postgres(folder / "postgres", run)
        yield Servers(run, str(folder), valkey, str(folder / "postgres") if postgres else "")
    finally:
        for server in owned:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _mark_valkey(url: str, folder: Path, run: str) -> None:
    with closing(valkey_client(f"{url}/{MARKER_DATABASE}")) as client:
        if not Path(client.config_get("dir")["dir"]).is_relative_to(folder):
            raise NotOurs("another Valkey answers on our port; left untouched")
        client.set(MARKER, run)


def _mark_postgres(folder: Path, run: str) -> None:
    with closing(_connect(str(folder))) as connection:
        found = connection.execute("SELECT current_setting('data_directory')").fetchone()
        if found is None or not Path(found[0]).is_relative_to(folder):
            raise NotOurs("another PostgreSQL answers on our socket; left untouched")
        connection.execute("CREATE TABLE test_run (id text PRIMARY KEY)")
        connection.execute("INSERT INTO test_run VALUES (%s)", (run,))


def _connect(folder: str, database: str = "postgres", schema: str = "") -> psycopg.Connection[Any]:
    options = f"-c search_path={schema}" if schema else ""
    return psycopg.connect(
        host=folder, user="nuanfeng", dbname=database, options=options, autocommit=True
    )
