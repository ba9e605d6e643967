"""Handing over what riders have redeemed, said in chat by the keeper of a station."""

from bot import vouchers
from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.riders.rewards import collecting
from server.staff import reach as reaches


def collect(chat: Chat, code: str) -> Reply:
    """Tell what to hand over for a code: 核销 ABCD-EFGH."""
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    means = vouchers.means(chat)
    handed = collecting.collect(chat.session, reach, code, chat.now, means)
    held = handed.held
    key = "rewards.handed_before" if handed.again else "rewards.handed"
    return Reply(say(key, name=held.name, number=held.station_number, at=held.ended_at))


def how(_chat: Chat) -> Reply:
    """Tell how a keeper hands over."""
    return Reply(say("rewards.how_to_redeem"))


COMMANDS = (
    Command("hand_over_how", ("核销", "怎么核销", "验券", "核销码"), how),
    Command("hand_over", ("核销", "验券", "核销码"), collect, Takes.WORDS),
)
