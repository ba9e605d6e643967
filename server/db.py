"""The database: one engine, its transactions, and the base of all tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.orm import Session as Session

from server.busy import Busy as Busy
from server.busy import Crossed as Crossed
from server.busy import busy_if_passing

WAIT_MS = 5_000


def values(kinds: type[StrEnum]) -> list[str]:
    """Return what an enum is stored as."""
    return [kind.value for kind in kinds]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment that leaves and enters Python as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of every table."""

    if TYPE_CHECKING:
        # what the declarative base promises is less than what it makes
        __table__: ClassVar[Table]

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigId,
        str: String(200),
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        StrEnum: Enum(
            StrEnum, native_enum=False, create_constraint=False, length=40, values_callable=values
        ),
    }


class Database:
    """One engine and its transactions; nothing else knows which database runs below."""

    def __init__(self, url: str, **carried: object) -> None:
        """`carried` is what every session of it has in `session.info`."""
        self.url = url
        self.engine, self.reader = _open_pair(url)
        self._writer = Lock()
        self._writing = sessionmaker(self.engine, expire_on_commit=False, info=carried)
        self._reading = sessionmaker(self.reader, expire_on_commit=False, info=carried)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the embedded database runs below."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session that may write; commit when the block ends, roll back when it raises.

        On SQLite the write lock is taken at once, so that nothing fails halfway; the threads of
        a process line up for it, since SQLite itself lets whoever asks at the right moment go
        first, and a few would wait for ever.
        """
        with self._turn(), busy_if_passing(), self._writing.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that sees one snapshot, writes nothing and never waits for a writer."""
        with busy_if_passing(), self._reading() as session:
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=WAIT_MS / 1000):
            raise Busy("other writers took too long")
        try:
            yield
        finally:
            self._writer.release()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self.reader.dispose()


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Start an INSERT that may say ON CONFLICT, in the words of the session's database."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def _open_pair(url: str) -> tuple[Engine, Engine]:
    """Return the engine that writes and the one that only reads."""
    if url.startswith("sqlite"):
        return _open_sqlite(url, "BEGIN IMMEDIATE"), _open_sqlite(url, "BEGIN")
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=20,
        max_overflow=20,
        pool_timeout=4,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 3,
            "options": f"-c lock_timeout={WAIT_MS} -c statement_timeout=15000 -c timezone=UTC",
        },
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine, reader


def _open_sqlite(url: str, begin: str) -> Engine:
    """Open SQLite in WAL mode: readers see a snapshot, writers wait their turn, commits are synced.

    The driver must not open transactions of its own accord, hence `isolation_level = None`.
    """
    engine = create_engine(url, pool_size=20, max_overflow=20, pool_timeout=4, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {WAIT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            f"query_only = {'OFF' if begin.endswith('IMMEDIATE') else 'ON'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        # past SQLAlchemy's own bookkeeping, which would cost as much as a statement
        connection.connection.dbapi_connection.execute(begin)

    return engine
