"""Where a run keeps its databases: a folder and servers of its own, gone when it ends."""

import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import FrameType

from psycopg import sql

from bench.machine import OTHER_CORES, pinned
from tests.servers import Servers, started

BACKENDS = ("sqlite", "postgres")


@dataclass
class Place:
    """A folder for files and logs, and PostgreSQL and Valkey servers when they were asked for.

    PostgreSQL syncs every commit to the disk, and so does SQLite.
    """

    folder: Path
    servers: Servers | None
    _names: Iterator[int]

    def empty_database(self, backend: str) -> str:
        """Make a database without tables and return its address."""
        name = f"bench_{next(self._names)}"
        if backend == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        if self.servers is None:
            raise ValueError("this run was started without PostgreSQL")
        with self.servers.admin() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.servers.postgres_url(name)

    def store(self) -> str:
        """Return the address of a Valkey database that all processes of this run may share."""
        if self.servers is None:
            raise ValueError("this run was started without Valkey")
        return f"{self.servers.valkey}/0"

    def empty_store(self, number: int = 1) -> str:
        """Empty another database of our Valkey and return its address."""
        if self.servers is None:
            raise ValueError("this run was started without Valkey")
        return self.servers.empty_valkey(number)


@contextmanager
def place(*, servers: bool, cores: set[int] = OTHER_CORES) -> Iterator[Place]:
    """Open a place of one's own while the block runs; SIGTERM ends the block in good order.

    The servers keep to these cores; an empty set leaves them all.
    """
    signal.signal(signal.SIGTERM, _leave)
    folder = Path(tempfile.mkdtemp(prefix="nuanfeng-bench-")).resolve()
    try:
        if not servers:
            yield Place(folder, None, count())
            return
        with pinned(cores):
            context = started(postgres=True, options=())
            found = context.__enter__()
        try:
            yield Place(folder, found, count())
        finally:
            context.__exit__(None, None, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit("stopped")
