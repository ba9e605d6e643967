"""Templates: activities described once, made again by hand or every so often."""

from datetime import date

from flask import Response, request

from server.console.pages import Pages, keyed
from server.console.visit import BadForm, Visit
from server.staff.rights import Right
from server.volunteers.activities import inspection, templates
from server.volunteers.activities.templates import Repeats

pages = Pages("activity_templates", __name__)

WEEKDAYS = tuple(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), "一二三四五六日", strict=True))


@pages.get("/activity-templates", Right.SEE_ACTIVITIES)
def list_templates(visit: Visit) -> Response:
    """List the templates in one's areas."""
    return visit.show(
        "activities/templates.html",
        templates=templates.of(visit.session, visit.reach),
        may_manage=visit.reach.may(Right.MANAGE_ACTIVITIES),
    )


@pages.get("/activities/<activity_id>/template", Right.MANAGE_ACTIVITIES)
def new(visit: Visit, activity_id: int) -> Response:
    """Ask for the name of a template made of this activity, and whether it repeats."""
    activity, area = inspection.of(visit.session, visit.reach, activity_id, Right.MANAGE_ACTIVITIES)
    return visit.show("activities/template.html", activity=activity, area=area, weekdays=WEEKDAYS)


@pages.post("/activities/<activity_id>/template", Right.MANAGE_ACTIVITIES, again=new)
def save(visit: Visit, activity_id: int) -> Response:
    """Make a template of this activity."""
    draft = inspection.copy_of(visit.session, visit.reach, activity_id, visit.now)
    templates.save(visit.session, visit.reach, keyed("name"), draft, _repeats(), visit.now)
    return visit.go("activity_templates.list_templates", "模板已保存。")


@pages.post("/activity-templates/<template_id>/pause", Right.MANAGE_ACTIVITIES)
def pause(visit: Visit, template_id: int) -> Response:
    """Let a template rest: it makes nothing until it is let again."""
    templates.switch(visit.session, visit.reach, template_id, False, visit.now)
    return visit.go("activity_templates.list_templates", "已暂停，已经生成的活动不受影响。")


@pages.post("/activity-templates/<template_id>/resume", Right.MANAGE_ACTIVITIES)
def resume(visit: Visit, template_id: int) -> Response:
    """Let a template make activities again."""
    templates.switch(visit.session, visit.reach, template_id, True, visit.now)
    return visit.go("activity_templates.list_templates", "已恢复，明早起自动生成以后四周的活动。")


def _repeats() -> Repeats:
    """Read how the template repeats."""
    every = keyed("every")
    if every in ("", "never"):
        return Repeats()
    known = dict(WEEKDAYS)
    days = ",".join(day for day in request.form.getlist("weekday") if day in known)
    rules = {
        "week": f"FREQ=WEEKLY;BYDAY={days}",
        "fortnight": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={days}",
        "month": "FREQ=MONTHLY",
    }
    if every not in rules or (every != "month" and not days):
        raise BadForm
    try:
        first_day = date.fromisoformat(keyed("first_day"))
    except ValueError:
        raise BadForm from None
    return Repeats(rules[every], first_day, skip_holidays=keyed("skip_holidays") == "1")
