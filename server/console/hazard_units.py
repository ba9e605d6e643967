"""What units have to put right: what and where, never from whom; begun, told of, and done."""

from flask import Response, request

from server.console.hazards import picture, size_of, timeline, words
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.photos import files, photos, pictures
from server.photos.photos import Purpose
from server.riders.hazards import hazards, showing, units
from server.riders.hazards import pictures as hazard_pictures
from server.staff import reach as reaches
from server.staff.rights import Right

pages = Pages("hazard_units", __name__)

EITHER = (Right.FIX_HAZARDS, Right.TRIAGE_HAZARDS)
HERE = Channel.CONSOLE
FORM_BYTES = 64 * 1024


@pages.get("/fixing", Right.FIX_HAZARDS)
def list_hazards(visit: Visit) -> Response:
    """List what the units in reach have to put right, what is due soonest in front."""
    cursor = request.args.get("cursor")
    session, vault = visit.session, visit.runtime.vault
    page = units.browse(session, visit.reach, visit.now, vault=vault, cursor=cursor)
    return visit.show(
        "hazards/units.html",
        page=page,
        paged="cursor" in request.args,
        firsts=hazard_pictures.first_shown(session, [one.id for one in page.items]),
        **words(),
    )


@pages.get("/fixing/<hazard_id>", EITHER)
def show(visit: Visit, hazard_id: int) -> Response:
    """Show one report to its unit, and the steps that fit now."""
    who = visit.session, visit.reach, hazard_id, visit.now
    hazard, lines = units.show(*who, vault=visit.runtime.vault)
    found = hazard_pictures.of(visit.session, hazard_id)
    return visit.show(
        "hazards/unit.html",
        hazard=hazard,
        lines=timeline(visit, lines),
        photos=[one for one in found if one.is_shown],
        hidden=sum(1 for one in found if not one.is_shown),
        triages=visit.reach.may(Right.TRIAGE_HAZARDS),
        megabytes=pictures.MOST_BYTES >> 20,
        **words(),
    )


@pages.get("/fixing/<hazard_id>/photos/<photo_id>/<size>", EITHER)
def photo(visit: Visit, hazard_id: int, photo_id: int, size: str) -> Response:
    """Show a photo that was allowed."""
    who = visit.session, visit.reach, hazard_id, photo_id
    return picture(showing.to_unit(*who, size_of(size), visit.runtime))


@pages.post("/fixing/<hazard_id>/begin", EITHER, again=show)
def begin(visit: Visit, hazard_id: int) -> Response:
    """Say that the unit is at it."""
    hazards.begin(visit.session, visit.reach, hazard_id, visit.now, channel=HERE)
    return visit.go("hazard_units.show", "已开始整改。", hazard_id=hazard_id)


@pages.post("/fixing/<hazard_id>/progress", EITHER, again=show)
def note_progress(visit: Visit, hazard_id: int) -> Response:
    """Tell the reporter how far it is."""
    who = visit.session, visit.reach, hazard_id, keyed("progress"), visit.now
    hazards.note_progress(*who, channel=HERE)
    return visit.go("hazard_units.show", "进展已告诉上报人。", hazard_id=hazard_id)


@pages.post("/fixing/<hazard_id>/extend", EITHER, again=show)
def extend(visit: Visit, hazard_id: int) -> Response:
    """Take more time, once and with a reason."""
    who = visit.session, visit.reach, hazard_id, keyed("reason"), visit.now
    hazards.extend(*who, channel=HERE)
    return visit.go("hazard_units.show", "已延期，原因已告诉上报人。", hazard_id=hazard_id)


@pages.post("/fixing/<hazard_id>/ask", EITHER, again=show)
def ask(visit: Visit, hazard_id: int) -> Response:
    """Ask the reporter something, without knowing whom."""
    who = visit.session, visit.reach, hazard_id, keyed("question"), visit.now
    hazards.ask(*who, channel=HERE)
    return visit.go("hazard_units.show", "已问上报人，等回答时不计时。", hazard_id=hazard_id)


@pages.post(
    "/fixing/<hazard_id>/fix",
    EITHER,
    again=show,
    alone=True,
    most_bytes=pictures.MOST_BYTES + FORM_BYTES,
)
def fix(visit: Visit, hazard_id: int) -> Response:
    """Say that it is put right, and how, perhaps with a photo, which is read before."""
    units.show(visit.session, visit.reach, hazard_id, visit.now, vault=visit.runtime.vault)
    runtime, file = visit.runtime, request.files.get("after")
    content = file.read() if file is not None and file.filename else b""
    folder, vault, laid = runtime.settings.photos_dir, runtime.vault, None
    if content:
        runtime.limits.spend("photo", str(visit.person_id))
        laid = files.lay(folder, pictures.look(content), vault=vault)
    with runtime.db.transaction() as session:
        reach = reaches.of(session, visit.person_id, visit.now)
        hazards.fix(session, reach, hazard_id, keyed("closing_note"), visit.now, channel=HERE)
        if laid is not None:
            by, what_for, now = visit.person_id, Purpose.FIX, visit.now
            photo_id = photos.keep_own(session, laid, by=by, purpose=what_for, now=now)
            hazard_pictures.attach(session, hazard_id, photo_id, now)
    return visit.go("hazard_units.show", "已办结，已请上报人评价。", hazard_id=hazard_id)
