"""How Alembic reaches our database and our models."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum, Integer

from server.db import BigId, Database, UtcDateTime
from server.models import Base


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types in SQLAlchemy's words, so that old migrations outlive them."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    if kind == "type" and item is BigId:
        return 'sa.BigInteger().with_variant(sa.Integer(), "sqlite")'
    return False


def compare_type(_context: Any, _column: Any, _seen: Any, seen_type: Any, our_type: Any) -> Any:
    """Tell a changed type; the names under which two databases keep one type are no change."""
    if isinstance(our_type, UtcDateTime | Enum) or isinstance(seen_type, Integer):
        return False
    return None


@contextmanager
def _references_at_rest(database: Database, connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to; afterwards every reference must hold."""
    if not database.is_sqlite:
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    yield
    driver.execute("PRAGMA foreign_keys = ON")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration has left a reference to nothing")


def run() -> None:
    """Migrate the database that the caller opened, or that the settings name."""
    database: Database = context.config.attributes["database"]
    with database.engine.connect() as connection, _references_at_rest(database, connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=compare_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
