"""`flask people`: who was forgotten, so that a restored backup forgets them once more."""

import json
from collections.abc import Iterable
from typing import IO, Any

import click
from flask.cli import AppGroup, with_appcontext

from server.cli.arguments import show
from server.people import minors, tombstones
from server.web import runtime

people = AppGroup("people", help="Forget people again after a backup is restored.")


@people.command("erasures")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each.")
@with_appcontext
def erasures(as_json: bool) -> None:
    """List who was forgotten or asked for it; keep the list apart from the backups."""
    with runtime().db.reading() as session:
        for number, row in enumerate(tombstones.listed(session, runtime().vault), 1):
            if as_json:
                show(row)
            else:
                click.echo(f"{number}. {row['state']} {row['at']}")


@people.command("erase-again")
@click.option("--from", "source", type=click.File(encoding="utf-8"), required=True)
@with_appcontext
def erase_again(source: IO[str]) -> None:
    """Apply a list after a backup was restored, before the service starts; repeat it freely."""
    try:
        stones = tombstones.read(_rows(source))
    except (ValueError, KeyError, TypeError) as flaw:
        raise click.ClickException(f"this is no list of erasures: {flaw}") from None
    show(tombstones.apply(runtime(), stones))


@people.command("minors-review")
@click.option("--json", "as_json", is_flag=True, help="As one line of JSON.")
@with_appcontext
def minors_review(as_json: bool) -> None:
    """Count, for the yearly review, minors and the looks that staff took at their pages."""
    with runtime().db.reading() as session:
        counted = minors.review(session, runtime().now())
    if as_json:
        show(counted._asdict())
    else:
        for name, number in counted._asdict().items():
            click.echo(f"{name}: {number}")


def _rows(source: Iterable[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in source if line.strip()]
