"""What staff do with a need, each deed from its own page."""

from datetime import datetime, time

from flask import Response

from config.wording import LOCAL
from server.console import fields, needs
from server.console.needs import show
from server.console.pages import Pages, keyed
from server.console.visit import Visit
from server.people.models import Channel
from server.sheets import cells
from server.staff.rights import Right
from server.volunteers.activities.drafts import Time
from server.volunteers.models import Field
from server.volunteers.needs import activities as need_activities
from server.volunteers.needs import answers, desk
from server.volunteers.needs import needs as verbs
from server.volunteers.needs.activities import Plan
from server.volunteers.refusals import BadDraft

pages = Pages("need_steps", __name__)

HERE = Channel.CONSOLE


@pages.post("/needs/<need_id>/verify", Right.MANAGE_NEEDS, again=show)
def verify(visit: Visit, need_id: int) -> Response:
    """Find the need true and fit for volunteers, in the field that was chosen."""
    subject = keyed("field")
    field = Field(subject) if subject in set(Field) else None
    verbs.verify(visit.session, visit.reach, need_id, visit.now, channel=HERE, field=field)
    return visit.go("needs.show", "已受理，请接着派单。", need_id=need_id)


@pages.post("/needs/<need_id>/reject", Right.MANAGE_NEEDS, again=show)
def reject(visit: Visit, need_id: int) -> Response:
    """Turn the need down."""
    reason = keyed("reason")
    verbs.reject(visit.session, visit.reach, need_id, reason, visit.now, channel=HERE)
    return visit.go("needs.show", "已驳回，已把原因告诉求助人。", need_id=need_id)


@pages.post("/needs/<need_id>/dispatch", Right.MANAGE_NEEDS, again=show)
def dispatch(visit: Visit, need_id: int) -> Response:
    """Send the need to a team."""
    team_id = fields.number("team")
    verbs.dispatch(visit.session, visit.reach, need_id, team_id, visit.now, channel=HERE)
    return visit.go("needs.show", "已派单，已通知队伍负责人。", need_id=need_id)


@pages.post("/needs/<need_id>/open", Right.MANAGE_NEEDS, again=show)
def open_to_all(visit: Visit, need_id: int) -> Response:
    """Let every team of the place take it."""
    verbs.open_to_all(visit.session, visit.reach, need_id, visit.now, channel=HERE)
    return visit.go("needs.show", "已向附近各队公开，先接单的先办。", need_id=need_id)


@pages.post("/needs/<need_id>/recall", Right.MANAGE_NEEDS, again=show)
def recall(visit: Visit, need_id: int) -> Response:
    """Take the need back, to send it anew."""
    reason = keyed("reason")
    verbs.recall(visit.session, visit.reach, need_id, reason, visit.now, channel=HERE)
    return visit.go("needs.show", "已收回，请改派别的队伍。", need_id=need_id)


@pages.post("/needs/<need_id>/accept", Right.MANAGE_NEEDS, again=show)
def accept(visit: Visit, need_id: int) -> Response:
    """Take the need on for a team that said so."""
    team_id = fields.number("team")
    answers.accept_for(
        visit.session, visit.reach, need_id, team_id, visit.now, channel=Channel.PHONE
    )
    return visit.go("needs.show", "已登记接单，请安排服务时间。", need_id=need_id)


@pages.post("/needs/<need_id>/plan", Right.MANAGE_NEEDS, again=show)
def plan(visit: Visit, need_id: int) -> Response:
    """Call for volunteers to serve the need."""
    what = Plan(
        title=keyed("title"),
        place=keyed("place"),
        leader_name=keyed("leader_name"),
        risk_note=keyed("risk_note"),
        time=Time(_moment("begins"), _moment("ends"), fields.number("capacity")),
        qualification=keyed("qualification"),
        insurance_ref=keyed("insurance_ref"),
        command_contact=keyed("command_contact"),
    )
    made = need_activities.plan(
        visit.session, visit.reach, need_id, what, visit.now, policy=visit.runtime.policy
    )
    said = f"已安排：{made.number}号活动。有风险的服务要等街道审核后开放报名。"
    return visit.go("needs.show", said, need_id=need_id)


@pages.post("/needs/<need_id>/finish", Right.MANAGE_NEEDS, again=show)
def finish(visit: Visit, need_id: int) -> Response:
    """Say that the need was served."""
    said = keyed("closing_note")
    verbs.finish(visit.session, visit.reach, need_id, said, visit.now, channel=HERE)
    return visit.go("needs.show", "已办结，已请求助人评价。", need_id=need_id)


@pages.post("/needs/<need_id>/follow-up", Right.MANAGE_NEEDS, again=show)
def follow_up(visit: Visit, need_id: int) -> Response:
    """Keep what the asker said when called."""
    verbs.follow_up(
        visit.session,
        visit.reach,
        need_id,
        keyed("said"),
        visit.now,
        vault=visit.runtime.vault,
        rating=fields.number("rating") or None,
    )
    return visit.go("needs.show", "已记下回访，这件需求结束了。", need_id=need_id)


@pages.post("/needs/<need_id>/contact", Right.UNMASK, again=show)
def see_contact(visit: Visit, need_id: int) -> Response:
    """Show who asks and where, whole; the look and its reason stay in the trail."""
    vault = visit.runtime.vault
    whole = desk.contact(
        visit.session, visit.reach, need_id, keyed("reason"), visit.now, vault=vault
    )
    need, _masked = desk.show(visit.session, visit.reach, need_id, visit.now, vault=vault)
    return needs.shown(visit, need, whole, seen=True)


def _moment(name: str) -> datetime:
    """Return the local moment that was keyed into the day and one of the two times, or refuse."""
    day = cells.day(keyed("day"))
    try:
        at = time.fromisoformat(keyed(name))
    except ValueError:
        raise BadDraft from None
    if day is None or at.tzinfo is not None:
        raise BadDraft
    return datetime.combine(day, at, LOCAL)
