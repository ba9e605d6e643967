"""Redeeming for somebody who calls, writes or comes."""

import secrets
from typing import Any

from flask import Response

from config.wording import say
from server.console import fields
from server.console.pages import Pages, keyed
from server.console.proxies import CHANNELS
from server.console.visit import BadForm, Visit
from server.office import people, proxies, redeeming
from server.people.models import Channel
from server.riders.rewards import codes
from server.riders.rewards.means import Means
from server.staff.rights import Right

pages = Pages("redemptions", __name__)


@pages.get("/people/<person_id>/redemptions", Right.EDIT_PEOPLE)
def show(visit: Visit, person_id: int) -> Response:
    """Show what may be redeemed for a person, and what waits for them."""
    session, vault = visit.session, visit.runtime.vault
    card = people.card(session, visit.reach, person_id, visit.now, vault=vault)
    found = redeeming.redeeming(session, visit.reach, person_id, visit.now)
    # a form that is sent twice is one redemption
    key = keyed("key") or secrets.token_hex(8)
    return visit.show("people/redemptions.html", card=card, found=found, channels=CHANNELS, key=key)


@pages.post("/people/<person_id>/redemptions", Right.EDIT_PEOPLE, again=show)
def redeem(visit: Visit, person_id: int) -> Response:
    """Redeem a reward for them, and show the code once, to be told to them."""
    wanted = fields.number("reward"), fields.number("station"), keyed("key")[:40]
    means = _means(visit)
    held = redeeming.redeem_for(
        visit.session, visit.reach, person_id, *wanted, visit.now, means, **_door()
    )
    said = (
        f"兑好了：{held.name}1件，到{held.station_number}号站领取。{_told(held.code(means.vault))}"
    )
    return visit.go("redemptions.show", said, person_id=person_id)


@pages.post("/people/<person_id>/redemptions/<voucher_id>", Right.EDIT_PEOPLE, again=show)
def answer(visit: Visit, person_id: int, voucher_id: int) -> Response:
    """Tell the code of a voucher once more, let it wait elsewhere, or give it back."""
    wish, door = keyed("wish"), _door()
    session, reach, now = visit.session, visit.reach, visit.now
    mine = session, reach, person_id, voucher_id
    if wish == "code":
        said = _told(redeeming.code_for(*mine, now, _means(visit), **door))
    elif wish == "move":
        held = redeeming.move_for(*mine, fields.number("station"), now, **door)
        said = f"“{held.name}”改到{held.station_number}号站领取，兑换码不变。"
    else:
        held = redeeming.cancel_for(*mine, now, **door)
        said = say(f"rewards.gone_{held.state}", name=held.name, points=held.points)
    return visit.go("redemptions.show", said, person_id=person_id)


def _means(visit: Visit) -> Means:
    runtime = visit.runtime
    return Means(runtime.vault, runtime.limits, runtime.settings.rewards)


def _told(code: str | None) -> str:
    return f"兑换码 {codes.told(code)}，请读给本人。" if code else "这张券已经了结。"


def _door() -> dict[str, Any]:
    if keyed("channel") not in set(proxies.DOORS):
        raise BadForm
    return {"channel": Channel(keyed("channel"))}
