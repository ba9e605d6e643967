"""`flask ledger`: prove that the ledger of points is whole."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from server.cli.arguments import copy_of, show
from server.riders.budget import flows
from server.riders.points import proof
from server.web import runtime

ledger = AppGroup("ledger", help="Prove that the ledger of points is whole.")


@ledger.command("verify")
@click.option("--copy", default=None, help="LENGTH:HASH that `flask ledger head` told earlier.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def verify(copy: str | None, as_json: bool) -> None:
    """Read the whole ledger; end with status 1 and its first flaw if it has one."""
    with runtime().db.reading() as session:
        found = proof.verify(session, copy_of(copy))
        if found.flaw is None:
            found = found._replace(flaw=flows.verify(session))
    told: dict[str, object] = {"whole": found.flaw is None, "length": found.length}
    told |= {"hash": found.hash}
    if found.flaw is not None:
        told |= {"number": found.flaw.number, "flaw": found.flaw.what}
    if as_json:
        show(told)
    else:
        click.echo(", ".join(f"{name}: {fact}" for name, fact in told.items()))
    if found.flaw is not None:
        sys.exit(1)


@ledger.command("head")
@with_appcontext
def head() -> None:
    """Print where the ledger ends, to be kept on another machine each day."""
    with runtime().db.reading() as session:
        end = proof.end(session)
    show({"length": end.length, "hash": end.hash})
