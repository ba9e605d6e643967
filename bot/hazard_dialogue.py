"""Reporting a hazard in chat: a photo, a place, done; in any order, spoken or written as well.

A photo alone begins it. What was begun waits for a day, and is asked for once.
"""

from datetime import datetime, timedelta

from bot import help
from bot.chat import ANY, LEAVE, SILENCE, Chat, Choice, Reply
from bot.router import Command, Takes
from bot.stations import WISHED
from config.hazards import OTHER
from config.wording import say
from server.people.models import Channel
from server.riders.hazards import answers, drafts, kinds, pictures, reporting, texts, where
from server.riders.hazards.models import Hazard, HazardState
from server.riders.stations.coordinates import Place
from server.wechat import locations
from server.wechat.messages import Incoming

BURST = timedelta(seconds=60)
"""Photos that come so soon after each other are sent at once: one answer is worth reading."""
AWAITED = timedelta(minutes=30)
"""So long a place is taken for that of a report of which nothing is told yet."""


def begin(chat: Chat) -> Reply:
    """Ask for a photo or words, or go on where the person stopped."""
    draft = drafts.begin(chat.session, chat.person_id, chat.now, channel=Channel.CHAT)
    draft.changed_at = chat.now
    if drafts.is_told(chat.session, draft):
        return _ask_where(draft, "hazards.resume")
    return _ask_what(draft, "hazards.begin")


def pictured(chat: Chat, incoming: Incoming) -> Reply:
    """Take a photo: of the report just sent, of the one being told, or of a new one."""
    media = incoming.fields.get("MediaId", "")
    media_id = media if isinstance(media, str) else ""
    draft = drafts.current(chat.session, chat.person_id, chat.now)
    sent = drafts.just_sent(chat.session, chat.person_id, chat.now)
    if draft is None and sent is not None:
        added = answers.add_photo(chat.session, chat.person_id, sent.id, media_id, chat.now)
        if _is_burst(chat, added.before):
            return SILENCE
        return Reply(say("hazards.photo_added", number=sent.id, count=added.count), _after(sent))
    draft = drafts.begin(chat.session, chat.person_id, chat.now, channel=Channel.CHAT)
    added = pictures.add(chat.session, draft.id, media_id, chat.now)
    draft.changed_at = chat.now
    if drafts.has_place(draft):
        return _send(chat, draft)
    if _is_burst(chat, added.before):
        return SILENCE
    key = "hazards.got_photo" if added.before is None else "hazards.got_more"
    return _ask_where(draft, key, count=added.count)


def located(chat: Chat, incoming: Incoming) -> Reply | None:
    """Take a place for that of the report being told; None where none is, or stations are meant."""
    if WISHED in chat.choices:
        return None
    draft = drafts.current(chat.session, chat.person_id, chat.now)
    if draft is None or not _awaits_place(chat, draft):
        return None
    told = locations.told(incoming)
    if told is None:
        return _ask_where(draft, "hazards.no_place")
    place = Place.of(told.lat, told.lng)
    where.locate(chat.session, draft, place, told.label, chat.now)
    draft.changed_at = chat.now
    if drafts.is_told(chat.session, draft):
        return _send(chat, draft)
    return _ask_what(draft, "hazards.got_place", place=draft.place or say("hazards.your_spot"))


def told(chat: Chat, text: str) -> Reply:
    """Take what is dangerous in words: they replace the photo, and may tell the place as well."""
    draft = drafts.begin(chat.session, chat.person_id, chat.now, channel=Channel.CHAT)
    return take_words(chat, draft.id, text)


def take_words(chat: Chat, draft_id: int, text: str) -> Reply:
    """Keep what is dangerous, and ask where unless the words or a place before them tell."""
    draft = drafts.of(chat.session, chat.person_id, draft_id)
    drafts.add_words(draft, text, vault=chat.runtime.vault)
    draft.changed_at = chat.now
    if not drafts.has_place(draft) and where.names_area(chat.session, text):
        where.describe(chat.session, draft, text)
    reply = (
        _send(chat, draft) if drafts.has_place(draft) else _ask_where(draft, "hazards.got_words")
    )
    return warned(text, reply)


def take_place(chat: Chat, draft_id: int, text: str) -> Reply:
    """Take a place in words; what it says of the hazard counts as well."""
    draft = drafts.of(chat.session, chat.person_id, draft_id)
    where.describe(chat.session, draft, text)
    draft.changed_at = chat.now
    if kinds.guess(text) != OTHER or kinds.is_danger(text):
        drafts.add_words(draft, text, vault=chat.runtime.vault)
    if not drafts.is_told(chat.session, draft):
        return _ask_what(draft, "hazards.got_place", place=draft.place)
    return warned(text, _send(chat, draft))


def take_more(chat: Chat, hazard_id: int, text: str) -> Reply:
    """Add words to the report just sent; later they are no part of it any more."""
    sent = drafts.just_sent(chat.session, chat.person_id, chat.now)
    if sent is None or sent.id != hazard_id:
        return help.lost(chat)
    vault = chat.runtime.vault
    who = chat.session, chat.person_id, hazard_id
    answers.add(*who, text, chat.now, channel=Channel.CHAT, vault=vault)
    return warned(text, Reply(say("hazards.added", number=hazard_id), _after(sent)))


def choose_kind(chat: Chat, hazard_id: int, code: str) -> Reply:
    """Set right what one's report is about."""
    hazard = answers.set_kind(chat.session, chat.person_id, hazard_id, code, chat.now)
    name = kinds.name(hazard.kind)
    return Reply(say("hazards.kind_set", number=hazard.id, kind=name), _after(hazard))


def ask_kind(chat: Chat) -> Reply:
    """List the kinds, for whoever would set right what the report just sent is about."""
    sent = drafts.just_sent(chat.session, chat.person_id, chat.now)
    if sent is None:
        return Reply(say("hazards.no_recent"))
    return Reply(say("hazards.which_kind", number=sent.id, lines=_kinds()), _after(sent))


def leave(chat: Chat) -> Reply:
    """Give up what one began to tell; nothing is kept of it."""
    drafts.drop(chat.session, chat.person_id)
    return Reply(say("hazards.left"))


def take_story(chat: Chat, text: str) -> Reply | None:
    """Take words of danger for a report, and words for the place that was asked for last.

    The question stands for as long as the draft does, not for half an hour alone.
    """
    if kinds.is_danger(text):
        return told(chat, text)
    asked = chat.offered.get(ANY, ("",))
    if asked[0] != "hazard_where" or len(text) > texts.MOST_PLACE:
        return None
    draft = drafts.current(chat.session, chat.person_id, chat.now)
    return take_place(chat, draft.id, text) if draft else None


def _send(chat: Chat, draft: Hazard) -> Reply:
    hazard = reporting.send(chat.session, draft, chat.now, vault=chat.runtime.vault)
    name = kinds.name(hazard.kind)
    words = say(
        "hazards.received" if hazard.kind != OTHER else "hazards.received_which",
        number=hazard.id,
        kind=name,
        lines=_kinds(),
        place=hazard.place or say("hazards.your_spot"),
        due=hazard.due_at,
    )
    return Reply(words, _after(hazard))


def _after(hazard: Hazard) -> dict[str, Choice]:
    """Return what may follow for some minutes: its kind by number, and more words."""
    choices: dict[str, Choice] = {ANY: ("hazard_more", hazard.id)}
    if hazard.state is HazardState.RECEIVED:
        choices |= {
            str(place): ("hazard_kind", hazard.id, kind.code)
            for place, kind in enumerate(kinds.choices(), 1)
        }
    return choices


def _kinds() -> str:
    return " ".join(f"{place}.{kind.name}" for place, kind in enumerate(kinds.choices(), 1))


def _awaits_place(chat: Chat, draft: Hazard) -> bool:
    return drafts.is_told(chat.session, draft) or draft.changed_at > chat.now - AWAITED


def _is_burst(chat: Chat, before: datetime | None) -> bool:
    return before is not None and chat.now - before < BURST


def _ask_where(draft: Hazard, key: str, **facts: object) -> Reply:
    choices: dict[str, Choice] = {ANY: ("hazard_where", draft.id), LEAVE: ("hazard_leave",)}
    return Reply(say(key, **facts), choices)


def _ask_what(draft: Hazard, key: str, **facts: object) -> Reply:
    choices: dict[str, Choice] = {ANY: ("hazard_what", draft.id), LEAVE: ("hazard_leave",)}
    return Reply(say(key, **facts), choices)


def warned(text: str, reply: Reply) -> Reply:
    """Tell whom to call first where the words speak of danger."""
    if not kinds.is_danger(text):
        return reply
    return Reply(say("hazards.danger") + "\n" + reply.text, reply.choices)


_REPORT = ("随手拍", "上报", "报隐患", "隐患", "举报隐患", "上报隐患", "拍一拍", "隐患上报")

COMMANDS = (
    Command("hazard", (*_REPORT, "我要随手拍", "发现隐患"), begin),
    Command("hazard_said", ("随手拍", "上报", "报隐患", "上报隐患", "发现隐患"), told, Takes.TEXT),
    Command("hazard_what", (), take_words, Takes.WORDS),
    Command("hazard_where", (), take_place, Takes.WORDS),
    Command("hazard_more", (), take_more, Takes.WORDS),
    Command("hazard_kind", (), choose_kind, Takes.WORDS),
    Command("hazard_kinds", ("类型", "改类型", "隐患类型"), ask_kind),
    Command("hazard_leave", (), leave, Takes.WORDS),
)
