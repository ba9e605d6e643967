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


@sample.command("staff")
@with_appcontext
def invite_staff() -> None:
    """Print fresh links for the invented staff who have not chosen a password yet."""
    with runtime().db.transaction() as session:
        invited = district.invite_staff(session, runtime().now(), vault=runtime().vault)
    for one in invited:
        show({"login": one.login, "link": one.link(runtime().settings.public_url)})
