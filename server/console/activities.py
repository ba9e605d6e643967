"""Activities: those in one's areas, one of them, and describing a new one."""

from datetime import UTC, date, datetime, timedelta

from flask import Response, request

from config.wording import LOCAL
from server.console.activity_words import DEEDS, FIELDS, GROUPS, RISKS, STAGES, TEAMS
from server.console.forms.activities import ActivityForm, given, number
from server.console.pages import Pages
from server.console.visit import Visit
from server.staff import reach as reaches
from server.staff.rights import Right
from server.volunteers.activities import beginnings, drafts, inspection, overview, publishing
from server.volunteers.activities.overview import Asked
from server.volunteers.models import Field

pages = Pages("activities", __name__)


@pages.get("/activities", Right.SEE_ACTIVITIES)
def list_activities(visit: Visit) -> Response:
    """List activities, what comes soonest in front."""
    asked = _asked()
    listing = overview.browse(
        visit.session, visit.reach, asked, visit.now, request.args.get("cursor")
    )
    areas = reaches.areas(visit.session, visit.reach, Right.SEE_ACTIVITIES)
    return visit.show(
        "activities/list.html",
        listing=listing,
        asked=asked,
        area_options=[(area.code, area.name) for area in areas],
        groups=GROUPS,
        fields=FIELDS,
        stages=STAGES,
        may_create=visit.reach.may(Right.MANAGE_ACTIVITIES),
    )


@pages.get("/activities/new", Right.MANAGE_ACTIVITIES)
def new(visit: Visit) -> Response:
    """Show the form of a new activity, empty or begun from a copy, a template or a need."""
    draft = beginnings.of(
        visit.session, visit.reach, visit.now, **_begun_from(), vault=visit.runtime.vault
    )
    form = visit.form(ActivityForm, **(given(draft) if draft else {}))
    return _show_form(visit, form, None)


@pages.post("/activities", Right.MANAGE_ACTIVITIES, again=new)
def create(visit: Visit) -> Response:
    """Keep a new draft."""
    draft = visit.filled(ActivityForm).draft()
    activity = drafts.create(
        visit.session, visit.reach, draft, visit.now, policy=visit.runtime.policy
    )
    said = "草稿已保存，看过没有问题就可以开放报名。"
    return visit.go("activities.show", said, activity_id=activity.id)


@pages.get("/activities/<activity_id>", Right.SEE_ACTIVITIES)
def show(visit: Visit, activity_id: int) -> Response:
    """Show one activity with its shifts, its story, and what may be done next."""
    sheet = inspection.look(
        visit.session, visit.reach, activity_id, visit.now, vault=visit.runtime.vault
    )
    covers = {right.value: visit.reach.covers(right, sheet.area.path) for right in _STEPS}
    return visit.show(
        "activities/show.html",
        sheet=sheet,
        may=covers,
        may_open=publishing.may_open(visit.reach, sheet.activity, sheet.area.path),
        stages=STAGES,
        fields=FIELDS,
        teams=TEAMS,
        risks=RISKS,
        deeds=DEEDS,
    )


@pages.get("/activities/<activity_id>/edit", Right.MANAGE_ACTIVITIES)
def edit(visit: Visit, activity_id: int) -> Response:
    """Show the form of a draft."""
    activity, _ = inspection.of(visit.session, visit.reach, activity_id, Right.MANAGE_ACTIVITIES)
    draft = inspection.draft_of(visit.session, visit.reach, activity.id)
    form = visit.form(ActivityForm, **given(draft, activity.revision))
    return _show_form(visit, form, activity_id)


@pages.post("/activities/<activity_id>", Right.MANAGE_ACTIVITIES, again=edit)
def save(visit: Visit, activity_id: int) -> Response:
    """Replace a draft by what was keyed."""
    form = visit.filled(ActivityForm)
    drafts.edit(
        visit.session,
        visit.reach,
        activity_id,
        number(form.seen.data) or 0,
        form.draft(),
        visit.now,
        policy=visit.runtime.policy,
    )
    return visit.go("activities.show", "已保存。", activity_id=activity_id)


_STEPS = (Right.MANAGE_ACTIVITIES, Right.REVIEW_ACTIVITIES, Right.RECORD_ATTENDANCE)


def _show_form(visit: Visit, form: ActivityForm, activity_id: int | None) -> Response:
    areas = reaches.areas(visit.session, visit.reach, Right.MANAGE_ACTIVITIES)
    vault = visit.runtime.vault
    form.offer(areas, beginnings.teams_offered(visit.session, visit.reach, vault=vault))
    return visit.show("activities/form.html", form=form, activity_id=activity_id)


def _begun_from() -> dict[str, int | None]:
    """Return what the address says the form is to begin with."""
    kinds = ("copy", "template", "need")
    return {kind: number(request.args.get(kind)) for kind in kinds}


def _asked() -> Asked:
    """Read what the list is narrowed to; what makes no sense narrows nothing."""
    args = request.args
    field = args.get("field", "")
    until = _day(args.get("until", ""))
    return Asked(
        group=args.get("group", "current"),
        field=Field(field) if field in set(Field) else None,
        area=args.get("area") or None,
        since=_begin(_day(args.get("since", ""))),
        until=_begin(until + timedelta(days=1) if until else None),
    )


def _day(keyed: str) -> date | None:
    try:
        day = date.fromisoformat(keyed)
    except ValueError:
        return None
    return day if day.year in range(2000, 2100) else None


def _begin(day: date | None) -> datetime | None:
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)
