"""`flask db`: bring the tables up to date."""

import click
from flask.cli import AppGroup, with_appcontext

from server.migrations import commands
from server.web import runtime

db = AppGroup("db", help="Look after the database.")


@db.command("upgrade")
@click.argument("revision", default="head")
@with_appcontext
def upgrade(revision: str) -> None:
    """Bring the tables up to a revision."""
    commands.upgrade(runtime().db, revision)


@db.command("downgrade")
@click.argument("revision")
@with_appcontext
def downgrade(revision: str) -> None:
    """Bring the tables back to a revision."""
    commands.downgrade(runtime().db, revision)


@db.command("revise")
@click.argument("number")
@click.argument("message")
@with_appcontext
def revise(number: str, message: str) -> None:
    """Write the migration that the models now need."""
    commands.revise(runtime().db, number, message)
