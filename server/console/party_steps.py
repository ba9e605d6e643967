"""What the desk of a branch does about a member: confirms, names a contact, writes down a call."""

from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.party import list_members, show
from server.console.visit import Visit
from server.party import by_hand, contacts, files, keeping
from server.party.contacts import Touch
from server.party.models import FileState, Way
from server.people.models import Channel
from server.staff.rights import Right

pages = Pages("party_steps", __name__)


@pages.post("/party/files/<file_id>/confirm", Right.SEE_PARTY, again=show)
def confirm(visit: Visit, file_id: int) -> Response:
    """Put down that the member has confirmed their file on the phone or in person."""
    channel = fields.choice("channel", (Channel.PHONE, Channel.PAPER), Channel.PHONE)
    who = visit.session, visit.reach, file_id, visit.now
    by_hand.activate(*who, agreed=bool(keyed("agreed")), channel=channel)
    return visit.go("party.show", "已记下本人的确认。", file_id=file_id)


@pages.post("/party/files/<file_id>/withdrawal", Right.SEE_PARTY, again=show)
def withdraw(visit: Visit, file_id: int) -> Response:
    """Put down that the member takes their agreement back."""
    by_hand.withdraw(visit.session, visit.reach, file_id, visit.now)
    return visit.go("party.show", "已记下本人撤回同意。", file_id=file_id)


@pages.post("/party/files/<file_id>/host", Right.SEE_PARTY, again=show)
def link_host(visit: Visit, file_id: int) -> Response:
    """Name the branch where the member lives now."""
    host = fields.number("host") or None
    files.link_host(visit.session, visit.reach, file_id, host, visit.now)
    return visit.go("party.show", "已保存。", file_id=file_id)


@pages.post("/party/files/<file_id>/end", Right.SEE_PARTY, again=show)
def end(visit: Visit, file_id: int) -> Response:
    """Close the file, for what has happened elsewhere."""
    becomes = fields.choice("becomes", files.ENDS, FileState.RETURNED)
    files.end(visit.session, visit.reach, file_id, becomes, visit.now)
    return visit.go("party.show", "已结束这份档案。", file_id=file_id)


@pages.post("/party/files/<file_id>/broken", Right.SEE_PARTY, again=show)
def call_broken(visit: Visit, file_id: int) -> Response:
    """Say that contact is broken, once it was tried often enough."""
    rules = visit.runtime.settings.reports
    files.call_broken(visit.session, visit.reach, file_id, visit.now, rules=rules)
    return visit.go("party.show", "已记为联系中断。", file_id=file_id)


@pages.post("/party/files/<file_id>/resume", Right.SEE_PARTY, again=show)
def resume(visit: Visit, file_id: int) -> Response:
    """Say that contact was found again."""
    files.resume(visit.session, visit.reach, file_id, visit.now)
    return visit.go("party.show", "已恢复联系。", file_id=file_id)


@pages.post("/party/files/<file_id>/contact", Right.SEE_PARTY, again=show)
def name_contact(visit: Visit, file_id: int) -> Response:
    """Let somebody be the member's contact."""
    contacts.name(visit.session, visit.reach, file_id, fields.number("person"), visit.now)
    return visit.go("party.show", "已确定联系人。", file_id=file_id)


@pages.post("/party/files/<file_id>/touch", Right.SEE_PARTY, again=show)
def log(visit: Visit, file_id: int) -> Response:
    """Write down that the member was called, or that it was tried."""
    touch = Touch(
        way=fields.choice("way", tuple(Way), Way.PHONE),
        reached=keyed("reached") != "no",
        note=keyed("words"),
        day=fields.day("day"),
    )
    how: dict[str, Any] = {"channel": Channel.CONSOLE, "vault": visit.runtime.party}
    contacts.log(visit.session, visit.reach, file_id, touch, visit.now, **how)
    return visit.go("party.show", "已记下。", file_id=file_id)


@pages.post("/party/files/<file_id>/code", Right.SEE_PARTY)
def offer_code(visit: Visit, file_id: int) -> Response:
    """Show the code by which the member joins the file with their own account."""
    who = visit.session, visit.reach, file_id, visit.now
    offered = by_hand.offer_code(*who, vault=visit.runtime.vault)
    return visit.show("party/code.html", offered=offered, file_id=file_id)


@pages.post("/party/hand-over", Right.SEE_PARTY, again=list_members)
def hand_over(visit: Visit) -> Response:
    """Let one contact follow another in all that this person keeps."""
    pair = fields.number("from"), fields.number("to")
    count = contacts.hand_over(visit.session, visit.reach, *pair, visit.now)
    return visit.go("party.list_members", f"已移交{count}人。")


@pages.post("/party/branches/<branch_id>/old", Right.SEE_PARTY, again=list_members)
def settle_old(visit: Visit, branch_id: int) -> Response:
    """Destroy what is older than three years, or keep it for another one."""
    who = visit.session, visit.reach, branch_id, visit.now
    if keyed("answer") == "keep":
        keeping.keep_on(*who)
        return visit.go("party.list_members", say("party.old_stays"))
    return visit.go("party.list_members", say("party.old_gone", count=keeping.destroy(*who)))
