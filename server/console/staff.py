"""Accounts of staff, for system administrators: logins and roles, no names, no business."""

from flask import Response, request

from server.console.pages import Pages
from server.console.visit import Visit
from server.office import resetting
from server.staff import accounts, roster
from server.staff.models import StaffState
from server.staff.rights import ROLE_NAMES, Right

pages = Pages("staff", __name__)


STATES = {
    StaffState.INVITED: ("wait", "待启用"),
    StaffState.ACTIVE: ("ok", "使用中"),
    StaffState.DISABLED: ("plain", "已停用"),
}


@pages.get("/staff", Right.MANAGE_ACCOUNTS)
def show(visit: Visit) -> Response:
    """List the accounts that this person looks after."""
    after = request.args.get("after", "")
    lines = roster.browse(visit.session, visit.reach, visit.now, after)
    more = lines[-1].login if len(lines) == roster.MOST else None
    return visit.show(
        "staff/list.html", lines=lines, after=after, more=more, states=STATES, role_names=ROLE_NAMES
    )


@pages.post("/staff/<staff_id>/invite", Right.MANAGE_ACCOUNTS, again=show, proof=True)
def invite_again(visit: Visit, staff_id: int) -> Response:
    """Take password and second factor away and show a fresh link, once.

    Where the account opens more than this person may see, a second person is asked first.
    """
    vault, now = visit.runtime.vault, visit.now
    invited = resetting.invite_again(visit.session, visit.reach, staff_id, now, vault=vault)
    if invited is None:
        said = (
            "这个账号有业务权限，已请业务负责人批准，也已告知本人。批准后一天内再点一次“重新邀请”。"
        )
        return visit.go("staff.show", said)
    link = invited.link(visit.runtime.settings.public_url)
    return visit.show("staff/invited.html", invited=invited, link=link)


@pages.post("/staff/<staff_id>/disable", Right.MANAGE_ACCOUNTS, again=show, proof=True)
def disable(visit: Visit, staff_id: int) -> Response:
    """Close an account at once."""
    accounts.disable(visit.session, staff_id, visit.now, by=visit.reach)
    return visit.go("staff.show", "已停用，登录已全部结束。")


@pages.post("/staff/<staff_id>/enable", Right.MANAGE_ACCOUNTS, again=show, proof=True)
def enable(visit: Visit, staff_id: int) -> Response:
    """Open a closed account again."""
    accounts.enable(visit.session, staff_id, visit.now, by=visit.reach)
    return visit.go("staff.show", "已重新启用。")


@pages.post("/staff/<staff_id>/end-sessions", Right.MANAGE_ACCOUNTS, again=show)
def end_sessions(visit: Visit, staff_id: int) -> Response:
    """End every sign-in of an account."""
    accounts.end_sessions(visit.session, staff_id, visit.now, by=visit.reach)
    return visit.go("staff.show", "已结束这个账号的全部登录。")
