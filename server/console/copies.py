"""One's own data, opened by the link that the chat gave: no sign-in, one person, one day."""

from flask import Response

from server.console.pages import Pages
from server.console.privacy import as_file
from server.console.visit import Visit
from server.people import copies, downloads, packing
from server.people.copies import Copy

pages = Pages("copies", __name__)


@pages.get("/copies/<token>", opened=True, logged=True)
def show(visit: Visit, token: str) -> Response:
    """Show all that is kept of the person whose link this is."""
    return visit.show("privacy/copy.html", copy=_made(visit, token), token=token)


@pages.get("/copies/<token>/zip", opened=True, logged=True)
def save(visit: Visit, token: str) -> Response:
    """Give the same as a file."""
    return as_file(packing.as_zip(_made(visit, token)))


def _made(visit: Visit, token: str) -> Copy:
    person_id = downloads.follow(downloads.COPY, token, visit.now, vault=visit.runtime.vault)
    vault = visit.runtime.vault
    return copies.make(visit.session, person_id, visit.now, vault=vault, own=True)
