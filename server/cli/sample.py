"""`flask sample`: the invented district."""

from flask.cli import AppGroup, with_appcontext

from server import sample as district
from server.cli.arguments import show
from server.web import runtime

sample = AppGroup("sample", help="The invented district.")


@sample.command("load")
@with_appcontext
def load() -> None:
    """Plant the sample district, with activities over the next weeks; safe to repeat."""
    with runtime().db.transaction() as session:
        show(district.load(session, runtime().now(), runtime().policy))
