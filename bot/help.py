"""What this person can do here, numbered; also the answer to what was not understood."""

from bot.chat import Chat, Reply
from bot.router import Command
from config.wording import say
from server.people import posts

CHOICES = {"1": ("activities",), "2": ("mine",), "3": ("offer_code",), "4": ("privacy",)}


def show(chat: Chat) -> Reply:
    """List what one can do; whoever holds a post reads one line more."""
    return _told(chat, "chat.help")


def lost(chat: Chat) -> Reply:
    """Say that a sentence was not understood, and what would be."""
    return _told(chat, "chat.not_understood")


def greet(chat: Chat) -> Reply:
    """Welcome somebody who has just begun to follow."""
    return _told(chat, "chat.welcome")


def _told(chat: Chat, key: str) -> Reply:
    holds_post = bool(posts.roles_of(chat.session, chat.person_id, chat.now))
    staff = say("chat.help_staff") if holds_post else ""
    return Reply(say(key, lines=say("chat.help_lines"), staff=staff), CHOICES)


COMMANDS = (
    Command(
        "help",
        (
            *("帮助", "菜单", "0", "零", "help", "功能", "说明", "使用说明", "怎么用", "怎么办"),
            *("你好", "您好", "在", "在吗", "hi", "hello", "客服", "人工", "开始"),
        ),
        show,
    ),
)
