"""The link by which new staff choose their password and set up their second factor."""

from flask import Response, request

from server.console.door import browser, count_try, let_in
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.console.ways import HOME
from server.staff import accounts, entering, passwords, second_factor

pages = Pages("invitation", __name__)


@pages.get("/invitation/<token>", opened=True)
def show(visit: Visit, token: str) -> Response:
    """Show the form, with the secret that goes with this link as picture and as text."""
    vault = visit.runtime.vault
    account = accounts.invitee(visit.session, token, visit.now, vault=vault)
    secret = second_factor.drawn_from(token, vault=vault)
    return visit.show(
        "door/invitation.html",
        login=account.login,
        secret=secret,
        address=second_factor.address(secret, account.login),
        shortest=passwords.SHORTEST,
        token=token,
    )


@pages.post("/invitation/<token>", opened=True, alone=True, again=show)
def accept(visit: Visit, token: str) -> Response:
    """Take password and code, use the link up, and open a session."""
    count_try(visit)
    choice = entering.Choice(
        request.form.get("password", ""), request.form.get("repeated", ""), keyed("code")
    )
    vault, now = visit.runtime.vault, visit.now
    entered = entering.accept(visit.runtime.db, token, choice, browser(), now, vault=vault)
    return let_in(entered, HOME)
