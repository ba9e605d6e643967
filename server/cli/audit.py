"""`flask audit`: prove that the trail of what staff did is whole."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from server.audit import reading, trail
from server.cli.arguments import copy_of, show
from server.web import runtime

audit = AppGroup("audit", help="Prove that the audit trail is whole.")


@audit.command("verify")
@click.option("--copy", default=None, help="LENGTH:HASH that `flask audit head` told earlier.")
@with_appcontext
def verify(copy: str | None) -> None:
    """Read the whole trail; end with status 1 and its first flaw if it has one."""
    with runtime().db.reading() as session:
        proof = trail.verify(session, copy_of(copy))
    if proof.flaw is None:
        show({"length": proof.length, "hash": proof.hash, "whole": True})
        return
    show({"whole": False, "number": proof.flaw.number, "flaw": proof.flaw.what})
    sys.exit(1)


@audit.command("head")
@with_appcontext
def head() -> None:
    """Print where the trail ends, to be kept on another machine each day."""
    with runtime().db.reading() as session:
        end = reading.end(session)
    show({"length": end.length, "hash": end.hash})
