"""Seeing somebody's document at the desk, so that their year of birth is known for certain."""

from flask import Response

from server.console import fields, start
from server.console.attendance import means
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.office import ages
from server.office.ages import Document
from server.staff.rights import Right
from server.volunteers.attendance import letting_in

pages = Pages("ages", __name__)

start.HREFS["age"] = "ages.show"

DOCUMENTS = {
    Document.ID_CARD: "身份证",
    Document.HOUSEHOLD: "户口簿",
    Document.PASSPORT: "护照或其他通行证",
    Document.OTHER: "其他证件",
}


@pages.get("/ages", Right.EDIT_PEOPLE)
def ask(visit: Visit) -> Response:
    """Ask who stands before the desk."""
    return visit.show("people/age.html", known=None)


@pages.post("/ages", Right.EDIT_PEOPLE, again=ask)
def find(visit: Visit) -> Response:
    """Lead on to whoever is named by number, phone or their own one-time code."""
    found, _route = letting_in.find(
        visit.session, visit.reach, keyed("who"), visit.now, means(visit)
    )
    return visit.go("ages.show", person_id=found)


@pages.get("/ages/<person_id>", Right.EDIT_PEOPLE)
def show(visit: Visit, person_id: int) -> Response:
    """Show what is known of their age, and ask what the document says."""
    known = ages.known(visit.session, visit.reach, person_id, vault=visit.runtime.vault)
    return visit.show("people/age.html", known=known, documents=list(DOCUMENTS.items()))


@pages.post("/ages/<person_id>", Right.EDIT_PEOPLE, again=show)
def see(visit: Visit, person_id: int) -> Response:
    """Put the year down that stands on the document."""
    year = fields.year("birth_year")
    document = fields.choice("document", tuple(Document), Document.OTHER)
    ages.see(visit.session, visit.reach, person_id, year, document, visit.now)
    return visit.go("ages.ask", "已记下，以后不用再看证件。")
