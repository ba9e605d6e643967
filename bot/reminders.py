"""One's reminders, said in chat: what is coming, putting one off, how long before, none at all."""

from datetime import datetime, time, timedelta

from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from config.wording import LOCAL, say
from server.notices import coming, oftenness, snoozing
from server.people import consents
from server.people.consents import Purpose
from server.volunteers.signups import leads

MORNING = time(9)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEADS = (DAY, 2 * HOUR)
"""What is offered by number; whoever wants another writes it."""


def show(chat: Chat) -> Reply:
    """Tell whether reminders are on, what is coming and when, and what one may choose by number."""
    if consents.is_withdrawn(chat.session, chat.person_id, Purpose.NOTICES):
        return Reply(say("reminders.off"), {"1": ("resume_notices",)})
    soon = coming.of(chat.session, chat.person_id, chat.now, hours=chat.runtime.settings.notices)
    lead = leads.of(chat.session, chat.person_id, chat.runtime.policy)
    lines = [say("reminders.coming_line", at=each.at, title=each.title) for each in soon]
    choices: dict[str, Choice] = {"1": ("stop_notices",), "2": ("snooze",)}
    choices |= {
        str(place): ("lead_minutes", int(wanted / MINUTE)) for place, wanted in enumerate(LEADS, 3)
    }
    other = "twice" if oftenness.is_once(chat.session, chat.person_id) else "once"
    choices["5"] = (f"remind_{other}",)
    text = say(
        "reminders.on",
        lines="\n".join(lines) or say("reminders.nothing_coming"),
        lead=spelled(lead),
        other=say(f"reminders.offer_{other}"),
    )
    return Reply(text, choices)


def remind_once(chat: Chat) -> Reply:
    """Be reminded of one thing once at most."""
    oftenness.choose(chat.session, chat.person_id, once=True)
    return Reply(say("reminders.once"))


def remind_twice(chat: Chat) -> Reply:
    """Be reminded as everybody is."""
    oftenness.choose(chat.session, chat.person_id, once=False)
    return Reply(say("reminders.twice"))


def snooze(chat: Chat) -> Reply:
    """Let the last reminder come once more, after the usual while."""
    return _snooze(chat, None)


def snooze_minutes(chat: Chat, number: int) -> Reply:
    """Let it come again in so many minutes."""
    return _snooze(chat, chat.now + number * MINUTE)


def snooze_hours(chat: Chat, number: int) -> Reply:
    """Let it come again in so many hours."""
    return _snooze(chat, chat.now + number * HOUR)


def snooze_days(chat: Chat, number: int) -> Reply:
    """Let it come again in so many days."""
    return _snooze(chat, chat.now + number * DAY)


def snooze_half(chat: Chat) -> Reply:
    """Let it come again in half an hour."""
    return _snooze(chat, chat.now + HOUR / 2)


def snooze_until_tomorrow(chat: Chat) -> Reply:
    """Let it come again tomorrow at nine."""
    return _snooze(chat, tomorrow(chat.now))


def choose_minutes(chat: Chat, number: int) -> Reply:
    """Be reminded so many minutes before."""
    return _choose(chat, number * MINUTE)


def choose_hours(chat: Chat, number: int) -> Reply:
    """Be reminded so many hours before."""
    return _choose(chat, number * HOUR)


def choose_days(chat: Chat, number: int) -> Reply:
    """Be reminded so many days before."""
    return _choose(chat, number * DAY)


def choose_half(chat: Chat) -> Reply:
    """Be reminded half an hour before."""
    return _choose(chat, HOUR / 2)


def tomorrow(now: datetime) -> datetime:
    """Return nine in the morning of the next local day."""
    return datetime.combine(now.astimezone(LOCAL).date() + DAY, MORNING, LOCAL)


def spelled(lead: timedelta) -> str:
    """Write down how long before: 1天, 2小时, 90分钟."""
    for unit, key in ((DAY, "reminders.days"), (HOUR, "reminders.hours")):
        if lead % unit == timedelta():
            return say(key, number=lead // unit)
    return say("reminders.minutes", number=lead // MINUTE)


def _snooze(chat: Chat, until: datetime | None) -> Reply:
    hours = chat.runtime.settings.notices
    put_off = snoozing.snooze(chat.session, chat.person_id, until, chat.now, hours=hours)
    return Reply(say("reminders.snoozed", until=put_off.until))


def _choose(chat: Chat, lead: timedelta) -> Reply:
    leads.choose(chat.session, chat.person_id, lead, chat.now, policy=chat.runtime.policy)
    return Reply(say("reminders.lead_chosen", lead=spelled(lead)))


_LATER = ("稍后", "稍后提醒", "晚点提醒", "推迟", "推迟提醒")
_AGAIN = r"(?:以?后)?(?:再)?(?:提醒)?我?"
_BEFORE = r"前?(?:再)?提醒我?"
_MINUTES, _HOURS, _DAYS = r"分钟?", r"(?:小时|钟头)", r"天"

COMMANDS = (
    Command(
        "reminders",
        ("提醒", "我的提醒", "查看提醒", "提醒设置", "消息提醒", "有什么提醒"),
        show,
    ),
    Command(
        "snooze",
        (
            *("稍后", "稍后提醒", "稍后再提醒", "稍后提醒我", "稍后再提醒我", "稍后再说"),
            *("晚点", "晚点提醒", "晚点提醒我", "晚点再提醒", "晚点再提醒我", "晚点再说"),
            *("等会", "等会儿", "等会提醒", "等会儿提醒", "等会儿提醒我", "等会再提醒"),
            *("过会儿", "过会儿提醒", "一会儿", "一会儿再提醒", "推迟", "推迟提醒", "延后提醒"),
        ),
        snooze,
    ),
    Command("snooze_minutes", _LATER, snooze_minutes, Takes.NUMBER, noun=_MINUTES + _AGAIN),
    Command("snooze_hours", _LATER, snooze_hours, Takes.NUMBER, noun=_HOURS + _AGAIN),
    Command("snooze_days", _LATER, snooze_days, Takes.NUMBER, noun=_DAYS + _AGAIN),
    Command(
        "snooze_half", ("稍后半小时", "稍后 半小时", "半小时后提醒", "推迟半小时"), snooze_half
    ),
    Command(
        "snooze_until_tomorrow",
        ("稍后明天", "稍后 明天", "明天提醒", "明天再提醒", "明天再说", "推迟到明天"),
        snooze_until_tomorrow,
    ),
    Command("lead_minutes", ("提前",), choose_minutes, Takes.NUMBER, noun=_MINUTES + _BEFORE),
    Command("lead_hours", ("提前",), choose_hours, Takes.NUMBER, noun=_HOURS + _BEFORE),
    Command("lead_days", ("提前",), choose_days, Takes.NUMBER, noun=_DAYS + _BEFORE),
    Command(
        "remind_once",
        ("少提醒", "少提醒我", "少提醒一点", "只提醒一次", "提醒一次就行", "每件事只提醒一次"),
        remind_once,
    ),
    Command("remind_twice", ("照常提醒", "多提醒", "多提醒一次", "提醒两次"), remind_twice),
    Command("lead_half", ("提前半小时提醒", "提前半小时提醒我"), choose_half),
)
