"""Certificates of hours: those issued, and issuing one for somebody at the counter."""

from flask import Response, request

from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.staff.rights import Right
from server.verify.paper import pdf
from server.volunteers.certificates import desk as certificate_desk
from server.volunteers.certificates.desk import MOST

pages = Pages("certificates", __name__)


@pages.get("/certificates", Right.SEE_PEOPLE)
def list_certificates(visit: Visit) -> Response:
    """Show the certificates of one's areas, and the way to issue another."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    rows = certificate_desk.listed(visit.session, visit.reach, visit.runtime.vault, before=before)
    onward = rows[-1].id if len(rows) == MOST else None
    may_issue = visit.reach.may(Right.EDIT_PEOPLE)
    return visit.show(
        "certificates/list.html", rows=rows, onward=onward, before=before, may_issue=may_issue
    )


@pages.post("/certificates", Right.EDIT_PEOPLE, again=list_certificates)
def issue(visit: Visit) -> Response:
    """Issue one for somebody named by volunteer number or phone."""
    issued = certificate_desk.issue_for(
        visit.session,
        visit.reach,
        keyed("who"),
        visit.now,
        issuer=visit.runtime.settings.issuer,
        vault=visit.runtime.vault,
    )
    said = "证明开好了，请打印。" if issued.fresh else "时长没有变化，还是原来那份证明。"
    return visit.go("certificates.list_certificates", said)


@pages.post("/certificates/<certificate_id>/print", Right.EDIT_PEOPLE)
def print_out(visit: Visit, certificate_id: int) -> Response:
    """Hand out the paper; that it was seen is noted."""
    paper = certificate_desk.print_out(
        visit.session, visit.reach, certificate_id, visit.now, vault=visit.runtime.vault
    )
    return pdf(paper, visit.runtime.settings.public_url)
