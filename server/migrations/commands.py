"""Bringing a database to a revision, and telling at which it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import Database


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables up to a revision."""
    command.upgrade(_config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Bring the tables back to a revision."""
    command.downgrade(_config(database), revision)


def revise(database: Database, number: str, message: str) -> None:
    """Write the migration that the models now need."""
    command.revision(_config(database), message, autogenerate=True, rev_id=number)


def at_head(database: Database) -> bool:
    """Tell whether the database stands at the newest revision."""
    with database.reading() as session:
        seen = MigrationContext.configure(session.connection()).get_current_revision()
    return seen == ScriptDirectory.from_config(_config(database)).get_current_head()


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database"] = database
    return config
