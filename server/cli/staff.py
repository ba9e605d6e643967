"""`flask staff`: accounts of the console. Everybody begins with a link of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from server.areas import tree
from server.cli.arguments import refusals_told, show
from server.people import identities, posts, profile
from server.people.models import Person, Role
from server.staff import accounts, roster
from server.staff.accounts import Invited
from server.web import runtime

staff = AppGroup("staff", help="Accounts of the staff console: by invitation only.")


@staff.command("invite")
@click.option("--login", required=True, help="3 to 40 small letters, digits, dots, dashes.")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--area", required=True, help="Code of the area.")
@click.option("--phone", default=None)
@click.option("--person", type=int, default=None, help="Who it is, if we know them already.")
@with_appcontext
def invite(login: str, role: str, area: str, person: int | None, **said: str | None) -> None:
    """Make a person with a post and an account; print the link that they open, once."""
    now, vault = runtime().now(), runtime().vault
    with _writing() as session:
        place = tree.by_code(session, area)
        if person and session.get(Person, person) is None:
            raise click.ClickException(f"there is no person {person}")
        person_id = person or identities.put_down(session, now)
        profile.rename(session, person_id, str(said["name"]), vault=vault)
        if said["phone"]:
            profile.set_phone(session, person_id, said["phone"], vault=vault)
        posts.appoint(session, person_id, Role(role), place, now, until=None)
        invited = accounts.invite(session, person_id, login, now, vault=vault)
    _tell(invited)


@staff.command("list")
@with_appcontext
def show_list() -> None:
    """List the accounts with their roles, one JSON object a line."""
    with runtime().db.reading() as session:
        lines = roster.browse(session, None, runtime().now(), limit=10_000)
    for line in lines:
        roles = [f"{role} {area}" for role, area in line.roles]
        show({"login": line.login, "state": line.state, "roles": roles})


@staff.command("reset-second-factor")
@click.argument("login")
@with_appcontext
def reset(login: str) -> None:
    """For a lost phone or a forgotten password: take both away and print a fresh link."""
    with _writing() as session:
        account = roster.called(session, login)
        vault = runtime().vault
        invited = accounts.invite_again(session, account.id, runtime().now(), vault=vault)
    _tell(invited)


@staff.command("disable")
@click.argument("login")
@with_appcontext
def disable(login: str) -> None:
    """Close an account at once; its sign-ins end."""
    with _writing() as session:
        accounts.disable(session, roster.called(session, login).id, runtime().now())
    show({"login": login, "state": "disabled"})


@staff.command("enable")
@click.argument("login")
@with_appcontext
def enable(login: str) -> None:
    """Open a closed account again."""
    with _writing() as session:
        account = roster.called(session, login)
        accounts.enable(session, account.id, runtime().now())
    show({"login": login, "state": account.state})


@staff.command("sessions-revoke")
@click.argument("login")
@with_appcontext
def revoke_sessions(login: str) -> None:
    """End every sign-in of an account."""
    with _writing() as session:
        accounts.end_sessions(session, roster.called(session, login).id, runtime().now())
    show({"login": login, "sessions": "ended"})


@contextmanager
def _writing() -> Iterator[Session]:
    with refusals_told(), runtime().db.transaction() as session:
        yield session


def _tell(invited: Invited) -> None:
    link = invited.link(runtime().settings.public_url)
    show({"login": invited.login, "link": link, "until": invited.expires_at.isoformat()})
