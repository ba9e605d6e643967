"""One's own needs, said in chat. A need's number is the same in every list, for ever."""

from bot import need_dialogue
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import PAGE
from config.wording import say
from server.areas import spoken
from server.people.models import Channel
from server.volunteers.models import NeedState
from server.volunteers.needs import answers, raising, texts
from server.volunteers.needs import views as need_views
from server.volunteers.needs.raising import Ask
from server.volunteers.needs.views import NeedView


def told(chat: Chat, text: str) -> Reply:
    """Take a need told in one line; where it says no place, ask just for that."""
    words, _, last = text.rpartition(" ") if " " in text.strip() else ("", "", text)
    areas, rest = spoken.meant(chat.session, last)
    if words and len(areas) == 1:
        return _asked(chat, words, areas[0].code, rest)
    draft = need_dialogue.start(chat, text if len(areas) != 1 or not words else words)
    return need_dialogue.ask_on(chat, draft, "p")


def mine(chat: Chat) -> Reply:
    """List one's own needs, the newest first, with where each one stands."""
    found = need_views.mine(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    if not found:
        return Reply(say("needs.none_yet"), {"1": ("need",)})
    shown = found[:PAGE]
    lines = "\n".join(map(_line, shown))
    choices = {str(need.number): ("my_need", need.number) for need in shown}
    return Reply(say("needs.mine", lines=lines), choices)


def show(chat: Chat, number: int) -> Reply:
    """Tell how one of one's own needs stands."""
    vault = chat.runtime.vault
    need_id = need_views.id_of(chat.session, number)
    need = need_views.my_need(chat.session, chat.person_id, need_id, chat.now, vault=vault)
    choices = _stars(number) if need.state is NeedState.DONE else {}
    return Reply(say("needs.one", lines=_line(need), more=_more(need)), choices)


def rate(chat: Chat, number: int, text: str) -> Reply:
    """Rate what was served: 评价 3 5 很满意."""
    need_id = need_views.id_of(chat.session, number)
    if not text:
        vault = chat.runtime.vault
        need_views.my_need(chat.session, chat.person_id, need_id, chat.now, vault=vault)
        return Reply(say("needs.ask_rating", number=number), _stars(number))
    stars = text[:1]
    need = answers.rate(
        chat.session,
        chat.person_id,
        need_id,
        int(stars) if stars.isdecimal() and not text[1:2].isdecimal() else 0,
        text[1:].strip(" 分星，,:：。"),
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    return Reply(say("needs.rated", number=need.number, stars=need.rating))


def withdraw(chat: Chat, number: int) -> Reply:
    """Take one's own need back."""
    need_id = need_views.id_of(chat.session, number)
    need = answers.withdraw(chat.session, chat.person_id, need_id, chat.now, channel=Channel.CHAT)
    return Reply(say("needs.withdrawn", number=need.number))


def _asked(chat: Chat, words: str, area: str, address: str) -> Reply:
    what = Ask(words=words, area_code=area, address=address[: texts.MOST_ADDRESS])
    need = raising.ask(
        chat.session,
        chat.person_id,
        what,
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    return need_dialogue.received(chat, need)


def _stars(number: int) -> dict[str, Choice]:
    return {str(stars): ("rate_need", number, str(stars)) for stars in range(1, 6)}


def _line(need: NeedView) -> str:
    state = say(f"needs.state_{need.state}")
    return say("needs.line", number=need.number, title=need.title, state=state)


def _more(need: NeedView) -> str:
    """Return what there is to say beyond the state, with what may be replied."""
    note = need.closing_note or say("needs.no_note")
    if need.state is NeedState.REJECTED:
        return say("needs.more_rejected", reason=need.reason or say("needs.no_note"))
    if need.state is NeedState.DONE:
        return say("needs.more_done", note=note, number=need.number)
    if need.state in (NeedState.RATED, NeedState.CLOSED):
        return say("needs.more_over", note=note)
    if need.state is NeedState.WITHDRAWN:
        return say("needs.more_withdrawn")
    team = say("needs.more_team", team=need.team) if need.team else ""
    return team + say("needs.more_open", place=need.place, number=need.number)


_ASK = ("求助", "需求", "求助登记", "我要求助", "提需求")
_PLEAS = ("需要帮助", "我需要帮助", "需要帮忙", "帮帮我", "救命")

COMMANDS = (
    Command("need", (*_ASK, *_PLEAS), need_dialogue.begin),
    Command("my_need", ("求助", "需求", "我的求助", "我的需求"), show, Takes.NUMBER),
    Command("need_told", _ASK, told, Takes.TEXT),
    Command(
        "my_needs",
        (
            *("我的求助", "我的需求", "求助进度", "求助记录", "求助进展"),
            *("撤回", "撤回求助", "撤回需求", "评价", "打分"),
        ),
        mine,
    ),
    Command("rate_need", (), rate, Takes.NUMBER_AND_TEXT),
    Command("withdraw_need", ("撤回", "撤回求助", "撤回需求"), withdraw, Takes.NUMBER),
)
