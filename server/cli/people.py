"""`flask posts`: who holds which role in which area, until the console can."""

import click
from flask.cli import AppGroup, with_appcontext

from server.areas import tree
from server.cli.arguments import refusals_told, show
from server.people import posts as verbs
from server.people.models import Role
from server.web import runtime

posts = AppGroup("posts", help="Say who may do what where.")


@posts.command("add")
@click.option("--person", required=True, type=int)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--area", required=True, help="Code of the area.")
@with_appcontext
def add(person: int, role: str, area: str) -> None:
    """Give a person a role in an area and all that lies inside it."""
    with refusals_told(), runtime().db.transaction() as session:
        place = tree.by_code(session, area)
        post = verbs.appoint(session, person, Role(role), place, runtime().now(), until=None)
    show({"post": str(post.id)})


@posts.command("end")
@click.argument("post", type=int)
@with_appcontext
def end(post: int) -> None:
    """End a post; its reach is gone at once."""
    with runtime().db.transaction() as session:
        verbs.resign(session, post, runtime().now())
