"""`flask sample`: the invented district."""

from flask.cli import AppGroup, with_appcontext

from server import sample as district
from server import sample_needs, sample_party, sample_rewards, sample_stations
from server.cli.arguments import show
from server.web import runtime

sample = AppGroup("sample", help="The invented district.")


@sample.command("load")
@with_appcontext
def load() -> None:
    """Plant the sample: activities of the next weeks, stations, rewards; safe to repeat."""
    now = runtime().now()
    with runtime().db.transaction() as session:
        planted = district.load(session, now, runtime().policy)
        planted |= sample_stations.load(session, now)
        show(planted | sample_rewards.load(session, now))


@sample.command("staff")
@with_appcontext
def invite_staff() -> None:
    """Print fresh links for the invented staff who have not chosen a password yet."""
    with runtime().db.transaction() as session:
        invited = district.invite_staff(session, runtime().now(), vault=runtime().vault)
    for one in invited:
        show({"login": one.login, "link": one.link(runtime().settings.public_url)})


@sample.command("needs")
@with_appcontext
def load_needs() -> None:
    """Found the sample's teams and raise its needs, once its staff are there; safe to repeat."""
    with runtime().db.transaction() as session:
        show(sample_needs.load(session, runtime().now(), vault=runtime().vault))


@sample.command("party")
@with_appcontext
def load_party() -> None:
    """Plant an invented branch where Party files have a key, and print links for who leads it."""
    if not runtime().has_party:
        return
    here, now = runtime(), runtime().now()
    with here.db.transaction() as session:
        keys = sample_party.Keys(here.settings.reports, here.party, here.vault)
        invited = sample_party.load(session, now, keys)
    for one in invited:
        show({"login": one.login, "link": one.link(runtime().settings.public_url)})
