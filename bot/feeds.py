"""One's own calendar, asked for in chat."""

from bot.chat import Chat, Reply
from bot.router import Command
from config.wording import say
from server.volunteers.signups import feeds


def offer(chat: Chat) -> Reply:
    """Tell the secret address of one's calendar."""
    token = feeds.offer(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    url = f"{chat.runtime.settings.public_url}/calendar/{token}.ics"
    return Reply(say("feeds.offered", url=url))


def end(chat: Chat) -> Reply:
    """Let that address lead nowhere from now on."""
    feeds.end(chat.session, chat.person_id)
    return Reply(say("feeds.ended"))


COMMANDS = (
    Command("offer_calendar", ("日历", "我的日历", "日程", "订阅日历"), offer),
    Command("end_calendar", ("停用日历", "取消日历", "关闭日历"), end),
)
