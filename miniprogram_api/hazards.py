"""Reporting a hazard (随手拍), and following what becomes of it."""

from dataclasses import replace

from miniprogram_api import photos
from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.hazard_shapes import (
    ReportIn,
    ReportKindOut,
    ReportKindsOut,
    ReportOut,
    ReportRatingIn,
    ReportsOut,
    ReportWithStepsOut,
    ReportWordsIn,
)
from miniprogram_api.photos import UNREADABLE, Sent
from server.people.consents import ServiceWithdrawn
from server.people.models import Channel
from server.people.sessions import Caller
from server.photos.refusals import PhotoMissing, TooManyToday
from server.riders.hazards import answers, appeals, kinds, reporting, views
from server.riders.hazards.refusals import (
    AppealedAlready,
    HazardMissing,
    MovedOn,
    NotFixed,
    NothingToAppeal,
    NothingTold,
    NudgedLately,
    OverAndDone,
    PlaceNeeded,
    RatedAlready,
    ReopenedAlready,
    TimeOver,
)
from server.runtime import Runtime

api = Api("hazards", __name__)
MINE = "/me/reports/<report_id>"


def _look(runtime: Runtime, caller: Caller | None, files: tuple[bytes, ...]) -> list[Sent]:
    """Read the photos that came along, as those are that are sent alone."""
    return [photos.look(runtime, caller, content) for content in files]


@api.post(
    "/reports",
    fetch=_look,
    form=True,
    limit="photo",
    refuses=(
        *(NothingTold, PlaceNeeded, PhotoMissing, ServiceWithdrawn),
        *(*UNREADABLE, TooManyToday),
    ),
)
def report(call: Call, body: ReportIn, fetched: list[Sent]) -> ReportWithStepsOut:
    """Report a hazard; the same words of the same place within ten minutes are one report.

    As JSON, or as a form of the same fields with up to three photos called `file`.
    Imminent danger: call 119, 110 or 120 first. This is no emergency help.
    """
    vault = call.runtime.vault
    brought = tuple(photos.keep(call, sent) for sent in fetched)
    told = replace(body.told, photos=body.told.photos + brought)
    hazard = reporting.report(
        call.session,
        call.person_id,
        told,
        call.now,
        channel=Channel.MINIPROGRAM,
        vault=vault,
    )
    return _shown(call, hazard.id)


@api.get("/report-kinds")
def report_kinds(_call: Call) -> ReportKindsOut:
    """List what kinds of hazards there are."""
    return ReportKindsOut(
        items=[ReportKindOut(code=kind.code, name=kind.name) for kind in kinds.choices()]
    )


@api.get("/me/reports")
def my_reports(call: Call) -> ReportsOut:
    """List what one has reported."""
    mine = views.mine(call.session, call.person_id, call.now, vault=call.runtime.vault)
    return ReportsOut(items=[ReportOut.model_validate(one) for one in mine])


@api.get(MINE, refuses=(HazardMissing,))
def my_report(call: Call, report_id: int) -> ReportWithStepsOut:
    """Show one of one's own reports."""
    return _shown(call, report_id)


@api.post(f"{MINE}/words", refuses=(HazardMissing, NothingTold, OverAndDone))
def add_words(call: Call, report_id: int, body: ReportWordsIn) -> ReportWithStepsOut:
    """Add words while it is open; they answer what staff ask, and the clock goes on."""
    answers.add(
        *(call.session, call.person_id, report_id, body.words, call.now),
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _shown(call, report_id)


@api.post(f"{MINE}/nudge", refuses=(HazardMissing, OverAndDone, NudgedLately))
def nudge(call: Call, report_id: int) -> ReportWithStepsOut:
    """Remind staff of it, once a day."""
    who = call.session, call.person_id, report_id
    answers.nudge(*who, call.now, channel=Channel.MINIPROGRAM)
    return _shown(call, report_id)


@api.post(f"{MINE}/appeal", refuses=(HazardMissing, NothingTold, NothingToAppeal, AppealedAlready))
def appeal(call: Call, report_id: int, body: ReportWordsIn) -> ReportWithStepsOut:
    """Object to how it was turned down, once; somebody else decides."""
    appeals.appeal(
        *(call.session, call.person_id, report_id, body.words, call.now),
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _shown(call, report_id)


@api.post(f"{MINE}/rating", refuses=(HazardMissing, RatedAlready, NotFixed, TimeOver, MovedOn))
def rate(call: Call, report_id: int, body: ReportRatingIn) -> ReportWithStepsOut:
    """Rate how it was put right, within 15 days; the same stars again are the same."""
    answers.rate(
        *(call.session, call.person_id, report_id, body.stars, body.words, call.now),
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _shown(call, report_id)


@api.post(
    f"{MINE}/reopening",
    refuses=(HazardMissing, NothingTold, ReopenedAlready, NotFixed, TimeOver, MovedOn),
)
def reopen(call: Call, report_id: int, body: ReportWordsIn) -> ReportWithStepsOut:
    """Say that it is not put right after all, once and within 15 days."""
    answers.reopen(
        *(call.session, call.person_id, report_id, body.words, call.now),
        channel=Channel.MINIPROGRAM,
        vault=call.runtime.vault,
    )
    return _shown(call, report_id)


def _shown(call: Call, report_id: int) -> ReportWithStepsOut:
    vault = call.runtime.vault
    one = views.my_hazard(call.session, call.person_id, report_id, call.now, vault=vault)
    return ReportWithStepsOut.model_validate(one)
