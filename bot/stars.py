"""Stars, said in chat: where one stands, applying, and those that are published."""

from bot import activities, allowing
from bot.activities import MORE
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import PAGE
from config.wording import say
from server.areas import spoken
from server.people.models import Channel
from server.volunteers.hours import hours
from server.volunteers.models import ObjectionState
from server.volunteers.stars import objections, publication, stars
from server.volunteers.stars.publication import Shown


def show(chat: Chat) -> Reply:
    """Tell the final hours, the star held, and what the next one asks for."""
    where = stars.standing(chat.session, chat.person_id, chat.now)
    held = say("stars.standing", level=where.level) if where.level else ""
    if where.published_until:
        ahead = say("stars.pending_published", level=where.pending, until=where.published_until)
    elif where.pending:
        ahead = say("stars.pending", level=where.pending)
    elif where.ready:
        ahead = say("stars.ready", level=where.next_level)
    elif where.needed is not None:
        lacking = -(-(where.needed * 60 - where.minutes) // 60)
        ahead = say("stars.next", needed=lacking, level=where.next_level)
    else:
        ahead = ""
    choices = {"1": ("apply_for_star",)} if where.ready else {}
    told = hours.spelled(where.minutes)
    return Reply(say("stars.status", hours=told, standing=held, next=ahead), choices)


def apply(chat: Chat) -> Reply:
    """Apply for the highest star that the hours are enough for."""
    applied = stars.apply(chat.session, chat.person_id, chat.now, channel=Channel.CHAT)
    told = hours.spelled(applied.minutes)
    reply = Reply(say("stars.applied", level=applied.level, hours=told))
    return allowing.also(chat, reply, "star")


def published(chat: Chat, words: str = "", after: int = 0) -> Reply:
    """List the stars that are about to be awarded, of one place where one is named."""
    areas, _rest = spoken.meant(chat.session, words) if words else ([], "")
    if words and not areas:
        return Reply(say("stars.published_where"))
    below = areas[0].path if areas else None
    page = publication.shown(chat.session, chat.runtime.vault, PAGE, below=below, after=after)
    if not page.items:
        return Reply(say("stars.published_none"))
    choices: dict[str, Choice] = {
        str(place): ("object_to_star", star.id) for place, star in enumerate(page.items, 1)
    }
    if page.has_more:
        choices[MORE] = ("published_stars_in", words, page.items[-1].id)
    more = say("stars.published_more") if page.has_more else ""
    lines = "\n".join(_line(place, star) for place, star in enumerate(page.items, 1))
    return Reply(say("stars.published", lines=lines, more=more), choices)


def ask_objection(chat: Chat, star_id: int) -> Reply:
    """Ask what is wrong with a published star."""
    publication.one(chat.session, chat.runtime.vault, star_id)
    choices: dict[str, Choice] = {
        ANY: ("object_to_star_because", star_id),
        LEAVE: ("published_stars",),
    }
    return Reply(say("stars.ask_objection"), choices)


def object_to(chat: Chat, star_id: int, words: str) -> Reply:
    """Object to a published star in these words."""
    raised = objections.object_to(
        chat.session,
        chat.person_id,
        star_id,
        words,
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    if raised.state is ObjectionState.OPEN:
        return Reply(say("stars.objected", due=raised.due))
    if raised.answer is None:
        return Reply(say("stars.objection_withdrawn"))
    return Reply(say("stars.objection_told", answer=raised.answer))


def _line(place: int, star: Shown) -> str:
    return say(
        "stars.published_line",
        place=place,
        name=star.name,
        area=star.area,
        level=star.level,
        hours=hours.spelled(star.minutes),
        until=star.until,
    )


activities.PAGES["published_stars_in"] = published

COMMANDS = (
    Command("stars", ("星级", "我的星级", "星级志愿者", "几星", "星级认定"), show),
    Command("apply_for_star", ("申请星级", "申请星", "评星", "申请星级志愿者", "星级申请"), apply),
    Command("published_stars", ("星级公示", "公示", "公示名单", "星级公示名单"), published),
    Command("published_stars_in", ("星级公示", "公示"), published, Takes.WORDS),
    Command("object_to_star", (), ask_objection),
    Command("object_to_star_because", (), object_to),
)
