"""Vouchers: what became of them, without names; and handing over on a keeper's behalf."""

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.riders.rewards import collecting, desk
from server.riders.rewards.means import Means
from server.riders.rewards.models import VoucherState
from server.staff.rights import Right

pages = Pages("vouchers", __name__)

STATES = (
    ("", "全部"),
    *((state.value, say(f"copies.voucherstate_{state}")) for state in VoucherState),
)


@pages.get("/vouchers", Right.SEE_REWARDS)
def list_vouchers(visit: Visit) -> Response:
    """List the vouchers for stations in reach."""
    state = next((one for one in VoucherState if one == fields.asked("state")), None)
    before = fields.asked_number("before")
    return visit.show(
        "rewards/vouchers.html",
        page=desk.vouchers(visit.session, visit.reach, state, before=before),
        state=state,
        states=STATES,
        named=dict(STATES),
        paged=bool(before),
        keeps=visit.reach.may(Right.MANAGE_STATIONS),
    )


@pages.post("/vouchers/collect", Right.MANAGE_STATIONS, again=list_vouchers)
def collect(visit: Visit) -> Response:
    """Let a voucher end on behalf of a keeper who called."""
    runtime = visit.runtime
    means = Means(runtime.vault, runtime.limits, runtime.settings.rewards)
    code = keyed("code")
    handed = collecting.collect(visit.session, visit.reach, code, visit.now, means)
    held = handed.held
    key = "rewards.handed_before" if handed.again else "rewards.handed"
    said = say(key, name=held.name, number=held.station_number, at=held.ended_at)
    return visit.go("vouchers.list_vouchers", said)
