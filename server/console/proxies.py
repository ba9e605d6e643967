"""Doing for somebody who calls, writes or comes what they would do in their own chat."""

from typing import Any

from flask import Response

from server.console import start
from server.console.pages import Pages, keyed
from server.console.places import places
from server.console.visit import BadForm, Visit
from server.office import people, proxies, riders
from server.people.consents import Purpose
from server.people.guardians import Given
from server.people.models import Channel
from server.riders.models import Sector
from server.riders.registration import Told
from server.staff.rights import Right

pages = Pages("proxies", __name__)

start.HREFS["call"] = "proxies.show"

CHANNELS = ((Channel.PHONE, "电话"), (Channel.PAPER, "书面"), (Channel.CONSOLE, "当面"))


@pages.get("/people/<person_id>/proxy", Right.EDIT_PEOPLE)
def show(visit: Visit, person_id: int) -> Response:
    """Show what may be done for a person, all that is known filled in."""
    session, vault = visit.session, visit.runtime.vault
    card = people.card(session, visit.reach, person_id, visit.now, vault=vault)
    return visit.show(
        "people/proxy.html",
        card=card,
        channels=CHANNELS,
        standing=proxies.standing(session, visit.reach, person_id, visit.now, vault=vault),
        places=places(visit, Right.EDIT_PEOPLE),
        riding=riders.riding(session, visit.reach, person_id, visit.now),
    )


@pages.post("/people/<person_id>/signups", Right.EDIT_PEOPLE, again=show)
def answer(visit: Visit, person_id: int) -> Response:
    """Cancel a sign-up, or answer an offered place."""
    who = visit.session, visit.reach, person_id
    wish, policy = keyed("wish"), visit.runtime.policy
    proxies.answer_for(*who, _id("shift_id"), wish, visit.now, **_door(), policy=policy)
    return _back(visit, person_id)


@pages.post("/people/<person_id>/teams", Right.EDIT_PEOPLE, again=show)
def team(visit: Visit, person_id: int) -> Response:
    """Ask for a team in their name, or let them leave it."""
    who = visit.session, visit.reach, person_id
    proxies.team_for(*who, _id("team_id"), keyed("wish"), visit.now, **_door())
    return _back(visit, person_id)


@pages.post("/people/<person_id>/consents", Right.EDIT_PEOPLE, again=show)
def consent(visit: Visit, person_id: int) -> Response:
    """Put down that the person agrees, or takes it back."""
    if keyed("purpose") not in set(Purpose):
        raise BadForm
    who = visit.session, visit.reach, person_id
    granted = keyed("wish") == "grant"
    proxies.consent_for(*who, Purpose(keyed("purpose")), granted, visit.now, **_door())
    return _back(visit, person_id)


@pages.post("/people/<person_id>/disputes", Right.EDIT_PEOPLE, again=show)
def dispute(visit: Visit, person_id: int) -> Response:
    """Dispute a record of theirs in their words."""
    who = visit.session, visit.reach, person_id
    vault = visit.runtime.vault
    proxies.dispute_for(*who, _id("record_id"), keyed("said"), visit.now, **_door(), vault=vault)
    return _back(visit, person_id)


@pages.post("/people/<person_id>/guardians", Right.EDIT_PEOPLE, again=show)
def guardian(visit: Visit, person_id: int) -> Response:
    """Put down a guardian's consent."""
    given = Given(keyed("name"), keyed("phone"), keyed("relation"))
    who = visit.session, visit.reach, person_id
    proxies.guardian_agrees(*who, given, visit.now, **_door(), vault=visit.runtime.vault)
    return _back(visit, person_id)


@pages.post("/guardians/<guardianship_id>/take-back", Right.EDIT_PEOPLE)
def take_guardian_back(visit: Visit, guardianship_id: int) -> Response:
    """Take a guardian's consent back at their wish."""
    who = visit.session, visit.reach
    minor = proxies.guardian_takes_back(*who, guardianship_id, keyed("reason"), visit.now)
    return _back(visit, minor)


@pages.post("/people/<person_id>/rider", Right.EDIT_PEOPLE, again=show)
def rider(visit: Visit, person_id: int) -> Response:
    """Register them as a rider, or let them be none any more."""
    who = visit.session, visit.reach, person_id
    if keyed("wish") == "leave":
        riders.leave_for(*who, visit.now, **_door())
        return _back(visit, person_id)
    if keyed("sector") not in set(Sector):
        raise BadForm
    told = Told(Sector(keyed("sector")), keyed("area"), keyed("platform"))
    riders.register_for(*who, told, visit.now, **_door())
    return _back(visit, person_id)


@pages.post("/people/<person_id>/rider/verify", Right.EDIT_PEOPLE, again=show)
def verify_rider(visit: Visit, person_id: int) -> Response:
    """Put down that one knows them to be a rider."""
    riders.verify(visit.session, visit.reach, person_id, visit.now)
    return visit.go("proxies.show", "已核实骑手身份。", person_id=person_id)


def _door() -> dict[str, Any]:
    if keyed("channel") not in set(proxies.DOORS):
        raise BadForm
    return {"channel": Channel(keyed("channel"))}


def _id(name: str) -> int:
    said = keyed(name)
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise BadForm
    return int(said)


def _back(visit: Visit, person_id: int) -> Response:
    return visit.go("proxies.show", "已替本人办好，和本人办的一样算。", person_id=person_id)
