"""Checking in and out oneself, said in chat."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from bot.telling import short, span
from config.wording import say
from server.volunteers.attendance import attendance, owncodes
from server.volunteers.attendance.presence import Means
from server.volunteers.models import SignupState
from server.volunteers.views import Presence

LINES = {
    SignupState.CONFIRMED: "attendance.line_expected",
    SignupState.CHECKED_IN: "attendance.line_present",
    SignupState.CHECKED_OUT: "attendance.line_gone",
    SignupState.CREDITED: "attendance.line_gone",
}


def means(chat: Chat) -> Means:
    """Return what checking in leans on; in chat the phone is known by its account."""
    runtime = chat.runtime
    device = runtime.vault.mark(chat.openid, "device") if chat.openid else None
    return Means(runtime.vault, runtime.limits, runtime.policy, device)


def check_in(chat: Chat, code: str) -> Reply:
    """Take down that the person has come."""
    come = attendance.check_in(chat.session, chat.person_id, code, chat.now, means(chat))
    return Reply(say("attendance.came", title=come.title, in_at=come.in_at))


def check_out(chat: Chat, code: str | None = None) -> Reply:
    """Take down that the person leaves, with the code or by their own word."""
    gone = attendance.check_out(chat.session, chat.person_id, code, chat.now, means(chat))
    facts = {"title": gone.title, "in_at": gone.in_at, "out_at": gone.out_at}
    return Reply(say("attendance.went", **facts))


def how(chat: Chat) -> Reply:
    """Tell what one can check in to just now, and by which ways."""
    around = attendance.now_open(chat.session, chat.person_id, chat.now, means(chat))
    lines = "\n".join(_line(one) for one in around if one.state in LINES)
    if not lines:
        return Reply(say("attendance.how_later"))
    return Reply(say("attendance.how_now", lines=lines))


def show_own_code(chat: Chat) -> Reply:
    """Give the code that the leader types to take the person in."""
    shown = owncodes.show(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    return Reply(say("attendance.own_code", code=shown.code, until=shown.expires_at))


def _line(one: Presence) -> str:
    time = span(one.starts_at, one.ends_at)
    return say(LINES[one.state], title=short(one.title), time=time)


COMMANDS = (
    Command(
        "how_to_check_in",
        ("签到", "签到码", "怎么签到", "如何签到", "到了", "我到了", "来了", "我来了"),
        how,
    ),
    Command("check_in_code", ("签到",), check_in, Takes.CODE),
    Command("check_in", ("签到",), check_in, Takes.WORDS),
    Command("leave_now", ("签退", "离开", "走了", "我走了"), check_out),
    Command("check_out_code", ("签退",), check_out, Takes.CODE),
    Command("check_out", ("签退",), check_out, Takes.WORDS),
    Command("show_own_code", ("出示", "出示码", "我的码", "一次性码", "志愿者码"), show_own_code),
)
