"""Points by hand: find the rider, look at what it would come to, give it, or take it back."""

from datetime import UTC, datetime, time

from flask import Response

from config.wording import LOCAL, say
from server.console import approvals, fields
from server.console.pages import Pages, keyed
from server.console.visit import BadForm, Visit
from server.office import riders
from server.people import profile
from server.people.masking import masked
from server.riders.models import OVERALL, Sector
from server.riders.points import awarding, desk, previewing, rules
from server.riders.points.awarding import Wish
from server.riders.points.ledger import local_day
from server.staff.rights import Right

pages = Pages("awards", __name__)

approvals.LINKS[awarding.KIND] = ("awards.show", "person")

SECTORS = {sector: say(f"copies.sector_{sector}") for sector in Sector}
NOON = time(12)


@pages.get("/points/awards", Right.AWARD_POINTS)
def search(visit: Visit) -> Response:
    """Ask for whom points are."""
    return visit.show("awards/find.html", found=None, sectors=SECTORS)


@pages.post("/points/awards/find", Right.AWARD_POINTS, alone=True)
def find(visit: Visit) -> Response:
    """Show whom the words name exactly; they come in a form, so that no address keeps them."""
    visit.runtime.limits.spend("person", "find", str(visit.person_id))
    found = riders.find(visit.session, visit.reach, keyed("words"), vault=visit.runtime.vault)
    return visit.show("awards/find.html", found=found, sectors=SECTORS)


@pages.get("/people/<person_id>/points", Right.AWARD_POINTS)
def show(visit: Visit, person_id: int) -> Response:
    """Show a rider's points, each line with why, and the form that gives more."""
    before = fields.asked_number("before")
    account = desk.of(visit.session, visit.reach, person_id, visit.now, before or None)
    names = profile.names_of(visit.session, account.staff, vault=visit.runtime.vault)
    return visit.show(
        "awards/show.html",
        person_id=person_id,
        name=_name(visit, person_id),
        account=account,
        names=names,
        paged=bool(before),
        rules=_rules(visit),
        today=local_day(visit.now),
        may_move=visit.reach.may(Right.EDIT_PEOPLE),
        kinds=lambda line: say(f"points.kind_{line.kind}", name=line.name or ""),
    )


@pages.post("/people/<person_id>/points/preview", Right.AWARD_POINTS, again=show, alone=True)
def preview(visit: Visit, person_id: int) -> Response:
    """Show what would be given and what the caps say; nothing is written yet."""
    wish = _wish(person_id, _moment(visit))
    found = previewing.of(visit.session, visit.reach, wish, visit.now)
    name = _name(visit, person_id)
    return visit.show("awards/preview.html", person_id=person_id, name=name, wish=wish, found=found)


@pages.post("/people/<person_id>/points", Right.AWARD_POINTS, again=show)
def award(visit: Visit, person_id: int) -> Response:
    """Give what was looked at; a large award waits for a second person."""
    wish = _wish(person_id, _kept_moment())
    grant = awarding.award(visit.session, visit.reach, wish, visit.now)
    said = "已请另一位同事批准，批准后到账。"
    if grant is not None:
        arrives = "，第二天到账" if grant.arrives_on else ""
        said = f"已加{grant.points}分{arrives}，骑手会收到通知。"
    return visit.go("awards.show", said, person_id=person_id)


@pages.post("/people/<person_id>/points/<award_id>/reverse", Right.AWARD_POINTS, again=show)
def reverse(visit: Visit, person_id: int, award_id: int) -> Response:
    """Take an award back, once, with the reason that its rider is told."""
    who = visit.session, visit.reach, award_id
    done = awarding.take_back(*who, keyed("reason"), visit.now)
    said = f"已撤销{done.taken}分，骑手会收到原因。"
    if done.shortfall:
        said = f"收回{done.taken}分；已用掉的{done.shortfall}分不再扣，改为暂停累计一段时间。"
    return visit.go("awards.show", said, person_id=person_id)


def _wish(person_id: int, at: datetime) -> Wish:
    points = fields.number("points") if keyed("points") else None
    told = keyed("evidence")
    return Wish(keyed("code"), person_id, at, told, points, keyed("reference"))


def _moment(visit: Visit) -> datetime:
    """Return noon of the day that was keyed, or this minute where noon is still to come."""
    day = fields.day("day")
    if day is None:
        raise fields.BadDay
    noon = datetime.combine(day, NOON, LOCAL).astimezone(UTC)
    today = day == local_day(visit.now)
    return min(noon, visit.now.replace(second=0, microsecond=0)) if today else noon


def _kept_moment() -> datetime:
    """Return the moment that the preview has fixed, so that a second click is the same award."""
    try:
        found = datetime.fromisoformat(keyed("at"))
    except ValueError:
        raise BadForm from None
    if found.tzinfo is None:
        raise BadForm
    return found.astimezone(UTC)


def _rules(visit: Visit) -> list[tuple[str, str]]:
    """Return the rules by which this person may give points, or propose them."""
    table = rules.table(visit.session, local_day(visit.now))
    mine = (each for each in table if awarding.may_vouch(visit.reach, each))
    return [(each.code, _told(each)) for each in mine if each.code != OVERALL]


def _told(rule: rules.Rule) -> str:
    points = f"{rule.least}" if rule.least == rule.most else f"{rule.least}到{rule.most}"
    return f"{rule.name}（{points}分）"


def _name(visit: Visit, person_id: int) -> str:
    told = profile.name_of(visit.session, person_id, vault=visit.runtime.vault)
    return masked(told) if told else "没有说姓名"
