"""Everything one was told, said in chat: the newest first, the whole of one by its number."""

from bot import activities
from bot.activities import MORE
from bot.chat import Chat, Choice, Reply
from bot.router import Command
from bot.telling import short
from config.wording import say
from server.notices import inbox
from server.notices.inbox import Message

PAGE = 5
LONGEST = 40
"""Characters of a line in the list: five of them fit WeChat's 2048 bytes."""


def show(chat: Chat, cursor: str | None = None) -> Reply:
    """List what one was told; whoever sees the newest has seen what is older."""
    page = inbox.browse(chat.session, chat.person_id, cursor, PAGE)
    if not page.items:
        return Reply(say("inbox.none"))
    if cursor is None:
        inbox.mark_read(chat.session, chat.person_id, page.items[0].id, chat.now)
    numbered = list(enumerate(page.items, 1))
    choices: dict[str, Choice] = {str(number): ("message", each.id) for number, each in numbered}
    if page.next_cursor is not None:
        choices[MORE] = ("inbox", page.next_cursor)
    key = "inbox.list" if page.next_cursor is None else "inbox.list_more"
    lines = "\n".join(_entry(number, each) for number, each in numbered)
    return Reply(say(key, lines=lines), choices)


def whole(chat: Chat, message_id: int) -> Reply:
    """Tell all of one message; the list stays in force."""
    told = inbox.one(chat.session, chat.person_id, message_id)
    missed = "" if told.reached else say("inbox.missed")
    return Reply(say("inbox.whole", at=told.at, missed=missed, text=told.text))


def waiting(chat: Chat) -> str:
    """Return a line for whoever has not seen what could not be sent to them; else nothing."""
    missed = inbox.unread(chat.session, chat.person_id).missed
    return say("inbox.waiting", count=missed) if missed else ""


def _entry(number: int, told: Message) -> str:
    first = told.text.partition("\n")[0]
    new = "" if told.read else say("inbox.new")
    return say("inbox.entry", number=number, new=new, words=short(first, LONGEST), at=told.at)


activities.PAGES["inbox"] = show

COMMANDS = (
    Command(
        "inbox",
        (
            *("消息", "通知", "我的消息", "我的通知", "查看消息", "看消息", "消息列表", "收件箱"),
            *("未读消息", "没看的消息", "历史消息", "有什么消息", "通知消息"),
        ),
        show,
    ),
    Command("message", (), whole),
)
