"""What this person can do here, numbered; also the answer to what was not understood."""

from bot import activities, inbox
from bot.activities import MORE
from bot.chat import Chat, Choice, Reply
from bot.router import Command
from config.wording import say
from server.staff import reach as reaches
from server.staff.rights import Right
from server.volunteers.attendance import leading

CHOICES: dict[str, Choice] = {
    "1": ("activities",),
    "2": ("mine",),
    "3": ("how_to_check_in",),
    "4": ("hours",),
    "5": ("certificate",),
    "6": ("need",),
    "7": ("hazard",),
    "8": ("more_help",),
    MORE: ("more_help",),
}
MORE_CHOICES: dict[str, Choice] = {
    "1": ("teams",),
    "2": ("stars",),
    "3": ("offer_calendar",),
    "4": ("guardian_code",),
    "5": ("offer_code",),
    "6": ("inbox",),
    "7": ("reminders",),
    "8": ("privacy",),
    "9": ("rider_menu",),
}


def show(chat: Chat) -> Reply:
    """List what one can do; whoever holds a post, leads others or missed news reads a line more."""
    return _told(chat, "chat.help", inbox.waiting(chat))


def more(_chat: Chat) -> Reply:
    """List what is asked for less often."""
    return Reply(say("chat.more_help"), MORE_CHOICES)


def lost(chat: Chat) -> Reply:
    """Say that a sentence was not understood, and what would be."""
    return _told(chat, "chat.not_understood")


def greet(chat: Chat) -> Reply:
    """Welcome somebody who has just begun to follow."""
    return _told(chat, "chat.welcome", inbox.waiting(chat))


def thank(_chat: Chat) -> Reply:
    """Answer a word of courtesy; the last list stays in force."""
    return Reply(say("chat.thanked"))


def _told(chat: Chat, key: str, missed: str = "") -> Reply:
    words = say(key, lines=say("chat.help_lines"), staff=_duties(chat))
    return Reply(words + missed, CHOICES)


def _duties(chat: Chat) -> str:
    """Return the lines for staff, and for whoever leads an activity or a team."""
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    staff = ""
    if reach.grants:
        staff = say("chat.help_staff" if reach.may(Right.SEE_QUEUE) else "chat.help_console")
    leads = leading.leads_any(chat.session, chat.person_id)
    return staff + (say("chat.help_leader") if leads else "")


activities.PAGES["more_help"] = more

COMMANDS = (
    Command(
        "help",
        (
            *("帮助", "菜单", "0", "零", "help", "功能", "说明", "使用说明", "怎么用", "怎么办"),
            *("你好", "您好", "在", "在吗", "hi", "hello", "客服", "人工", "开始"),
        ),
        show,
    ),
    Command("more_help", ("更多功能", "全部功能", "其他功能", "别的功能"), more),
    Command(
        "thanks",
        (
            *("谢谢", "谢谢您", "谢谢你", "多谢", "好的", "嗯", "嗯嗯", "知道了", "明白了"),
            *("收到", "ok", "辛苦了", "再见", "拜拜", "没事", "没事了"),
        ),
        thank,
    ),
)
