"""One's own reports, said in chat: what became of them, and what one may still do about them."""

from bot import hazard_dialogue
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import PAGE, short
from config.wording import say
from server.people.models import Channel
from server.riders.hazards import answers, appeals, steps, views
from server.riders.hazards.models import AppealState, HazardState
from server.riders.hazards.views import MyHazard

STEPS = 4


def mine(chat: Chat) -> Reply:
    """List one's own reports, the newest first, with where each one stands."""
    vault = chat.runtime.vault
    found = views.mine(chat.session, chat.person_id, chat.now, vault=vault, limit=PAGE)
    if not found:
        return Reply(say("hazards.none_yet"), {"1": ("hazard",)})
    lines = "\n".join(map(_line, found))
    choices: dict[str, Choice] = {str(one.number): ("my_hazard", one.number) for one in found}
    return Reply(say("hazards.mine", lines=lines, number=found[0].number), choices)


def show(chat: Chat, number: int) -> Reply:
    """Tell how one of one's own reports stands, and what may be replied."""
    vault = chat.runtime.vault
    one = views.my_hazard(chat.session, chat.person_id, number, chat.now, vault=vault)
    photos = say("hazards.photos", count=one.photos) if one.photos else ""
    words = say(
        "hazards.one",
        line=_line(one),
        at=one.received_at,
        words=short(one.words.replace("\n", "；"), 60) or say("hazards.no_words"),
        photos=photos,
        more=_more(one),
    )
    return Reply(words, _choices(one))


def appeal(chat: Chat, number: int, text: str) -> Reply:
    """Object to a rejection, once: 申诉 12 井盖真的没了."""
    if not text:
        steps.own(chat.session, chat.person_id, number)
        return _ask("appeal", number)
    who = chat.session, chat.person_id, number
    appeals.appeal(*who, text, chat.now, channel=Channel.CHAT, vault=chat.runtime.vault)
    return Reply(say("hazards.appealed", number=number))


def add(chat: Chat, number: int, text: str) -> Reply:
    """Add words to one's report, or answer what staff ask: 补充 12 在路的北边."""
    if not text:
        steps.own(chat.session, chat.person_id, number)
        return _ask("add", number)
    who = chat.session, chat.person_id, number
    answers.add(*who, text, chat.now, channel=Channel.CHAT, vault=chat.runtime.vault)
    return hazard_dialogue.warned(text, Reply(say("hazards.added", number=number)))


def nudge(chat: Chat, number: int) -> Reply:
    """Remind staff of one's report, once a day."""
    who = chat.session, chat.person_id, number
    hazard = answers.nudge(*who, chat.now, channel=Channel.CHAT)
    return Reply(say("hazards.nudged", number=hazard.id))


def reopen(chat: Chat, number: int, text: str) -> Reply:
    """Say that it is not put right after all: 没修好 12 井盖又松了."""
    if not text:
        steps.own(chat.session, chat.person_id, number)
        return _ask("reopen", number)
    who = chat.session, chat.person_id, number
    answers.reopen(*who, text, chat.now, channel=Channel.CHAT, vault=chat.runtime.vault)
    return Reply(say("hazards.reopened", number=number))


def rate(chat: Chat, number: int, text: str) -> Reply:
    """Rate how it was put right: 评价 12 5."""
    if not text:
        steps.own(chat.session, chat.person_id, number)
        return Reply(say("hazards.ask_rating", number=number), _stars(number))
    stars = text[:1]
    hazard = answers.rate(
        chat.session,
        chat.person_id,
        number,
        int(stars) if stars.isdecimal() and not text[1:2].isdecimal() else 0,
        text[1:].strip(" 分星，,:：。"),
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    return Reply(say("hazards.rated", number=hazard.id, stars=hazard.rating))


def which(chat: Chat) -> Reply:
    """List one's reports for whoever says what to do and not with which."""
    return mine(chat)


def _choices(one: MyHazard) -> dict[str, Choice]:
    if one.waits:
        return {ANY: ("add_to_hazard", one.number), LEAVE: ("my_hazards",)}
    return _stars(one.number) if one.may_rate else {}


def _stars(number: int) -> dict[str, Choice]:
    return {str(stars): ("rate_hazard", number, str(stars)) for stars in range(1, 6)}


def _ask(what: str, number: int) -> Reply:
    command = {"appeal": "appeal_hazard", "add": "add_to_hazard", "reopen": "reopen_hazard"}[what]
    choices: dict[str, Choice] = {ANY: (command, number), LEAVE: ("my_hazard", number)}
    return Reply(say(f"hazards.ask_{what}", number=number), choices)


def _line(one: MyHazard) -> str:
    state = say("hazards.state_waits") if one.waits else say(f"hazards.state_{one.state}")
    place = short(one.place) or say("hazards.your_spot")
    return say("hazards.line", number=one.number, kind=one.kind_name, place=place, state=state)


def _more(one: MyHazard) -> str:
    """Return what there is to say beyond the state, with what may be replied."""
    if one.waits:
        return say("hazards.more_waits", question=one.question)
    if one.state is HazardState.REJECTED:
        return _why_not(one)
    if one.state is HazardState.MERGED:
        return say("hazards.more_merged", first=one.first_number)
    if one.state in (HazardState.FIXED, HazardState.RATED):
        return _done(one)
    notes = [step for step in one.steps if step.action == "progress_noted"]
    progress = say("hazards.more_progress", note=notes[-1].note, at=notes[-1].at) if notes else ""
    due = say("hazards.more_due", due=one.due_at) if one.due_at else ""
    points = say("hazards.more_points", points=one.points) if one.points else ""
    return progress + due + points + say("hazards.more_open", number=one.number)


def _why_not(one: MyHazard) -> str:
    why = say("hazards.why", why=say(f"hazards.reason_{one.reason_code}"), words=one.reason)
    if one.may_appeal:
        return say("hazards.more_rejected", why=why, number=one.number)
    key = "appeal_open" if one.appeal is AppealState.OPEN else "appeal_over"
    return say(f"hazards.more_{key}", why=why)


def _done(one: MyHazard) -> str:
    points = say("hazards.more_points", points=one.points) if one.points else ""
    told = say("hazards.more_fixed", note=one.closing_note, at=one.fixed_at) + points
    if one.may_rate:
        told += say("hazards.more_rate")
    return told + (say("hazards.more_reopen", number=one.number) if one.may_reopen else "")


COMMANDS = (
    Command(
        "my_hazards",
        ("我的随手拍", "随手拍进度", "随手拍记录", "我的上报", "上报记录", "随手拍进展"),
        mine,
    ),
    Command("which_hazard", ("催办", "补充", "没修好", "重开"), which),
    Command("my_hazard", ("我的随手拍", "随手拍", "上报"), show, Takes.NUMBER),
    Command("appeal_hazard", ("申诉随手拍", "随手拍申诉"), appeal, Takes.NUMBER_AND_TEXT),
    Command("add_to_hazard", ("补充",), add, Takes.NUMBER_AND_TEXT),
    Command("nudge_hazard", ("催办", "催一下", "催"), nudge, Takes.NUMBER),
    Command("reopen_hazard", ("没修好", "重开"), reopen, Takes.NUMBER_AND_TEXT),
    Command("rate_hazard", ("评价随手拍", "随手拍评价"), rate, Takes.NUMBER_AND_TEXT),
)
