"""One's own sign-ups, said in chat."""

from bot import addresses, allowing
from bot.chat import Chat, Reply
from bot.router import Command, Takes
from bot.telling import (
    PAGE,
    ask_among,
    ask_which,
    facts,
    short,
    span,
    time_and_places,
    where_one_stands,
)
from config.wording import say
from server.people.models import Channel
from server.volunteers.activities import activities
from server.volunteers.models import SignupState
from server.volunteers.refusals import NotSignedUp
from server.volunteers.signups import shifts, signups
from server.volunteers.views import Outcome


def sign_up(chat: Chat, number: int) -> Reply:
    """Take a place, or one in line; of several times, ask which."""
    # whether it is still open, and why not, the verb tells best
    outcome = signups.sign_up_for(
        chat.session,
        chat.person_id,
        number,
        chat.now,
        channel=Channel.CHAT,
        policy=chat.runtime.policy,
    )
    if outcome is not None:
        return _stands(chat, outcome)
    view = activities.by_number(chat.session, number, chat.person_id, chat.now)
    shown = view.shifts[:PAGE]
    lines = list(map(time_and_places, shown))
    return ask_which(lines, [shift.id for shift in shown], "join", "chat.join_which")


def join(chat: Chat, shift_id: int) -> Reply:
    """Take a place in one shift, or a place in its line."""
    outcome = signups.sign_up(
        chat.session,
        chat.person_id,
        shift_id,
        chat.now,
        channel=Channel.CHAT,
        policy=chat.runtime.policy,
    )
    return _stands(chat, outcome)


def cancel(chat: Chat, number: int) -> Reply:
    """Give a place back; of several times of one activity, ask which."""
    mine = signups.mine(chat.session, chat.person_id, chat.now)
    meant = [entry for entry in mine if entry.number == number]
    if len(meant) > 1:
        return ask_among(meant, "leave", "chat.cancel_which")
    if meant:
        return leave(chat, meant[0].shift_id)
    found = shifts.of_number(chat.session, chat.person_id, number)
    if len(found) > 1:
        raise NotSignedUp(title=found[0].title, number=number)
    # the verb knows whether this is a repetition, which is told the same as the first time
    return leave(chat, found[0].shift_id)


def leave(chat: Chat, shift_id: int) -> Reply:
    """Give back one's place in one shift."""
    outcome = signups.cancel(
        chat.session, chat.person_id, shift_id, chat.now, policy=chat.runtime.policy
    )
    return Reply(say(f"chat.{outcome.state}", **facts(outcome)))


def choose_to_cancel(chat: Chat) -> Reply:
    """List what one could give back, by the numbers that `取消` takes."""
    mine = signups.mine(chat.session, chat.person_id, chat.now)
    if not mine:
        return Reply(say("chat.nothing"))
    shown = list({entry.number: entry for entry in reversed(mine)}.values())[::-1][:PAGE]
    lines = [
        f"{entry.number}. {short(entry.title)} {span(entry.starts_at, entry.ends_at)}"
        for entry in shown
    ]
    choices = {str(entry.number): ("cancel", entry.number) for entry in shown}
    return Reply(say("chat.cancel_which", lines="\n".join(lines)), choices)


def mine(chat: Chat) -> Reply:
    """List one's own sign-ups, the soonest first."""
    entries = signups.mine(chat.session, chat.person_id, chat.now)
    if not entries:
        return Reply(say("chat.nothing"))
    shown = entries[:PAGE]
    told = addresses.of_mine(chat, shown)
    lines = [
        say(f"chat.my_{entry.state}", **facts(entry) | {"title": short(entry.title)})
        + told.get(entry.shift_id, "")
        for entry in shown
    ]
    if len(entries) > PAGE:
        lines.append(say("chat.and_more", count=len(entries) - PAGE))
    offered = any(entry.state is SignupState.OFFERED for entry in shown)
    key = "chat.mine_with_offer" if offered else "chat.mine"
    choices = {str(entry.number): ("show", entry.number) for entry in shown}
    words = say(key, lines="\n".join(lines), number=shown[0].number)
    return Reply(words, choices, private=bool(told))


def _stands(chat: Chat, outcome: Outcome) -> Reply:
    waits = outcome.state is SignupState.WAITLISTED
    return allowing.also(chat, where_one_stands(outcome), "waitlist" if waits else "signup")


COMMANDS = (
    Command("sign_up", ("报名", "参加", "报", "我要参加"), sign_up, Takes.NUMBER),
    Command("join", (), join, Takes.NUMBER),
    Command(
        "cancel",
        (
            *("取消", "取消报名", "退出", "退报", "不去", "不参加", "不报", "撤销", "撤销报名"),
            *("去不了", "来不了", "不来"),
        ),
        cancel,
        Takes.NUMBER,
    ),
    Command("leave", (), leave, Takes.NUMBER),
    Command(
        "choose_to_cancel",
        (
            *("取消", "取消报名", "取消活动", "退报", "不去", "不去了", "去不了", "来不了"),
            *("不参加", "不参加了", "不报了", "撤销", "撤销报名"),
        ),
        choose_to_cancel,
    ),
    Command(
        "mine",
        (
            *("我的", "我的活动", "我的报名", "已报名", "报名记录", "我报的", "我报名的"),
            *("我报了什么", "我报名的活动", "查看报名", "报名情况", "报了什么", "报了哪些"),
        ),
        mine,
    ),
)
