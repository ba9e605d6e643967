"""Stars, said in chat: where one stands, and applying."""

from bot import allowing
from bot.chat import Chat, Reply
from bot.router import Command
from config.wording import say
from server.people.models import Channel
from server.volunteers.hours import hours
from server.volunteers.stars import stars


def show(chat: Chat) -> Reply:
    """Tell the final hours, the star held, and what the next one asks for."""
    where = stars.standing(chat.session, chat.person_id, chat.now)
    held = say("stars.standing", level=where.level) if where.level else ""
    if where.pending:
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


COMMANDS = (
    Command("stars", ("星级", "我的星级", "星级志愿者", "几星", "星级认定"), show),
    Command("apply_for_star", ("申请星级", "申请星", "评星", "申请星级志愿者", "星级申请"), apply),
)
