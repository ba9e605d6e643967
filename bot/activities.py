"""Activities, said in chat. An activity's number is the same in every list, for ever."""

from bot import addresses, wishes
from bot.chat import Chat, Choice, Reply
from bot.router import Answer, Command, Takes
from bot.telling import LONGEST_NOTE, PAGE, entry, gates, short, time_and_places, waits_first
from config.wording import say
from server.volunteers.activities import activities
from server.volunteers.signups import eligibility

MORE = "more"
"""Under which the next page of the last list is remembered."""


def browse(chat: Chat, wish: str = "", cursor: str | None = None) -> Reply:
    """List open activities, those that close soonest first; the wish is a kind, team or place."""
    found = activities.browse(
        chat.session,
        chat.person_id,
        chat.now,
        wishes.filters(chat, wish),
        cursor=cursor,
        limit=PAGE,
    )
    if not found.items:
        return Reply(say("chat.none_such", wish=wish) if wish else say("chat.no_activities"))
    choices: dict[str, Choice] = {
        str(item.number): ("sign_up", item.number) for item in found.items
    }
    if found.next_cursor is not None:
        choices[MORE] = ("browse", wish, found.next_cursor)
    key = "chat.activities_more" if found.next_cursor else "chat.activities"
    lines = "\n".join(map(entry, found.items))
    return Reply(say(key, lines=lines, number=found.items[0].number), choices)


PAGES: dict[str, Answer] = {"browse": browse}
"""The commands whose lists go on over several pages."""


def more(chat: Chat) -> Reply:
    """Show the next page of the last list."""
    if MORE not in chat.choices:
        return Reply(say("chat.no_more"))
    name, *rest = chat.choices[MORE]
    return PAGES[name](chat, *rest)


def show(chat: Chat, number: int) -> Reply:
    """Tell all about one activity, and kindly beforehand who would have to wait in line."""
    until = eligibility.waits_until(chat.session, chat.person_id, chat.now, chat.runtime.policy)
    view = activities.by_number(chat.session, number, chat.person_id, chat.now)
    address = addresses.of_shifts(chat, view.shifts)
    words = say(
        "chat.activity",
        number=view.number,
        title=view.title,
        times="\n".join(map(time_and_places, view.shifts[:PAGE])) or say("chat.no_time_left"),
        place=view.place,
        leader_name=view.leader_name,
        risk_note=short(view.risk_note, LONGEST_NOTE),
        gates=gates(view),
    )
    return Reply(words + waits_first(until) + address, private=bool(address))


COMMANDS = (
    Command(
        "activities",
        (
            *("活动", "志愿", "志愿活动", "志愿服务", "活动列表", "看活动", "看看活动", "查活动"),
            *("有什么活动", "有哪些活动", "最近活动", "近期活动", "最近有什么活动", "活动报名"),
            *("报名", "参加", "志愿者", "当志愿者", "做志愿者", "参加活动", "报名参加"),
        ),
        browse,
    ),
    Command("more", ("更多", "下一页", "下页", "还有", "更多活动", "还有别的"), more),
    Command("show", ("活动", "志愿活动", "详情", "查看", "看看", "看"), show, Takes.NUMBER),
    Command("browse", ("志愿活动", "志愿服务", "活动", "志愿"), browse, Takes.WORDS),
    Command("browse_kind", wishes.KINDS, browse, Takes.ITSELF),
)
