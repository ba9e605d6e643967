"""Staff in chat: letting themselves into the console, and ending what they did not begin."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.staff import accounts, tickets

SIGN_IN = ("登录", "登陆", "登录管理台")


def sign_in(chat: Chat, number: str) -> Reply:
    """Let the browser that shows this number in as this person."""
    # a guess lets a stranger's browser in as the guesser: little to win, and few tries to win it
    chat.runtime.limits.spend("sensitive", "console", str(chat.person_id))
    number, vault = number.replace(" ", ""), chat.runtime.vault
    device = tickets.confirm(chat.session, chat.person_id, number, chat.now, vault=vault)
    return Reply(say("staff.signed_in", device=device, at=chat.now))


def scanned(chat: Chat, scene: str) -> Reply:
    """Ask whoever scanned the code of a sign-in page whether it is they who sit there.

    Scanning is done too easily to be consent: the code may stand on a stranger's screen.
    """
    tickets.staff_of(chat.session, chat.person_id)
    number = scene.removeprefix(tickets.SCENE)
    device = tickets.device_of(chat.session, number, chat.now, vault=chat.runtime.vault)
    choices = {"1": ("console_sign_in", number), "2": ("console_refuse",)}
    return Reply(say("staff.sign_in_asked", device=device), choices)


def refuse(_chat: Chat) -> Reply:
    """Leave the browser outside."""
    return Reply(say("staff.sign_in_refused"))


def tell_how(chat: Chat) -> Reply:
    """Tell staff where they sign in."""
    tickets.staff_of(chat.session, chat.person_id)
    return Reply(say("staff.how_to_sign_in", address=chat.runtime.settings.public_url))


def end(chat: Chat) -> Reply:
    """End every sign-in of this person at the console."""
    accounts.end_own_sessions(chat.session, chat.person_id, chat.now)
    return Reply(say("staff.sessions_ended"))


COMMANDS = (
    Command("console_sign_in", (*SIGN_IN, "登录号", "登陆号"), sign_in, Takes.CODE),
    Command("console_how", (*SIGN_IN, "管理台"), tell_how),
    Command("console_end", ("结束登录", "退出登录", "结束登陆"), end),
    Command("console_refuse", (), refuse),
)
