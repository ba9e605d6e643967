"""Asking for help question by question; who goes away in between finds the rest kept.

What is still to be asked travels with the choices: `w` for when, `p` for the telephone.
"""

import re

from bot import allowing
from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.router import Command, Takes
from config.wording import say
from server.areas import spoken, tree
from server.people import profile
from server.people.models import Channel
from server.staff import reach as reaches
from server.volunteers.models import Field, Need
from server.volunteers.needs import drafts as need_drafts
from server.volunteers.needs.drafts import NOWHERE

ALL = "wp"
ANY_TIME = -1
DAYS = (3, 7, 30, ANY_TIME)
NONE = re.compile(r"\s*(?:不|没|无|算了|免|跳过)")
PHONE = re.compile(r"\+?\d[\d \-]{5,16}\d")


def begin(chat: Chat) -> Reply:
    """Ask what is needed, or go on where the person stopped."""
    draft = need_drafts.current(chat.session, chat.person_id, chat.now)
    if draft is not None:
        return _after(say("needs.resume", title=draft.title), ask_on(chat, draft, ALL))
    fields = list(Field)
    names = (say(f"needs.field_{field}") for field in fields)
    lines = "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
    choices: dict[str, Choice] = {
        str(place): ("need_field", field) for place, field in enumerate(fields, 1)
    }
    return _question("needs.ask_what", choices | {ANY: ("need_what", "")}, lines=lines)


def choose_field(_chat: Chat, field: str) -> Reply:
    """Take note of the kind of help, and ask for it in words."""
    named = say(f"needs.field_{field}")
    return _question("needs.ask_words", {ANY: ("need_what", field)}, field=named)


def take_words(chat: Chat, field: str, text: str) -> Reply:
    """Keep what is needed and ask the next question."""
    return ask_on(chat, start(chat, text, Field(field) if field else None), ALL)


def start(chat: Chat, words: str, field: Field | None = None, area: str | None = None) -> Need:
    """Begin a draft in the place of any before it."""
    return need_drafts.begin(
        chat.session,
        chat.person_id,
        words,
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
        field=field,
        area_code=area,
    )


def leave(_chat: Chat) -> Reply:
    """Stop asking; what was told is kept for some days."""
    return Reply(say("needs.left"), {"1": ("need",)})


def ask_on(chat: Chat, draft: Need, left: str) -> Reply:
    """Ask the next of the questions that are left, or send the need."""
    if draft.place == NOWHERE:
        return _ask_where(chat, draft, left)
    if "w" in left:
        choices: dict[str, Choice] = {
            str(place): ("need_when", draft.id, days, "p") for place, days in enumerate(DAYS, 1)
        }
        return _question("needs.ask_when", choices | {ANY: ("need_when_said", draft.id, "p")})
    if "p" in left and draft.on_behalf:
        return _question("needs.ask_who", _optional(draft, "need_who"))
    vault = chat.runtime.vault
    if "p" in left and not profile.phone_of(chat.session, chat.person_id, vault=vault):
        return _question("needs.ask_phone", _optional(draft, "need_who"))
    return send(chat, draft.id)


def take_place(chat: Chat, draft_id: int, left: str, text: str) -> Reply:
    """Find the area that is meant; of several ask which."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    areas, rest = spoken.meant(chat.session, text)
    need_drafts.set_address(draft, rest, vault=chat.runtime.vault)
    if len(areas) == 1:
        return choose_area(chat, draft_id, areas[0].code, left)
    if not areas:
        return _after(say("needs.no_such_area"), _ask_where(chat, draft, left))
    lines = "\n".join(f"{place}. {area.name}" for place, area in enumerate(areas, 1))
    choices: dict[str, Choice] = {
        str(place): ("need_area", draft_id, area.code, left) for place, area in enumerate(areas, 1)
    }
    again = choices | {ANY: ("need_where", draft_id, left)}
    return _question("needs.which_area", again, lines=lines)


def choose_area(chat: Chat, draft_id: int, code: str, left: str) -> Reply:
    """Say where, and go on."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    need_drafts.set_area(chat.session, draft, code)
    return ask_on(chat, draft, left)


def choose_time(chat: Chat, draft_id: int, days: int, left: str) -> Reply:
    """Say within how many days, and go on."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    need_drafts.set_window(draft, chat.now, None if days == ANY_TIME else days)
    return ask_on(chat, draft, left)


def take_time(chat: Chat, draft_id: int, left: str, text: str) -> Reply:
    """Keep in words when it suits, and go on."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    need_drafts.add_words(draft, say("needs.when_said", words=text), vault=chat.runtime.vault)
    return ask_on(chat, draft, left)


def take_asker(chat: Chat, draft_id: int, text: str) -> Reply:
    """Keep the telephone number, with the name before it if one was told, and send the need."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    found = PHONE.search(text)
    if found is None and NONE.match(text):
        return send(chat, draft_id)
    name = (text.replace(found[0], "") if found else text).strip(" ，,、:：")
    phone = found[0] if found else ("" if draft.on_behalf else text)
    need_drafts.set_asker(draft, name if draft.on_behalf else "", phone, vault=chat.runtime.vault)
    return send(chat, draft_id)


def send(chat: Chat, draft_id: int) -> Reply:
    """Put the need before staff and tell its number."""
    draft = need_drafts.of(chat.session, chat.person_id, draft_id)
    reach = reaches.of(chat.session, chat.person_id, chat.now) if draft.on_behalf else None
    sent = need_drafts.send(chat.session, draft, chat.now, reach=reach, vault=chat.runtime.vault)
    return received(chat, sent)


def received(chat: Chat, need: Need) -> Reply:
    """Tell that a need is in, by which number, and until when it is looked at."""
    words = say(
        "needs.received",
        number=need.number,
        title=need.title,
        place=need.place,
        due=need.due_at,
    )
    reply = Reply(words, {str(need.number): ("my_need", need.number)})
    return allowing.also(chat, reply, "need")


def _ask_where(chat: Chat, draft: Need, left: str) -> Reply:
    known = tree.by_id(chat.session, draft.area_id)
    choices: dict[str, Choice] = {"1": ("need_area", draft.id, known.code, left)}
    return _question(
        "needs.ask_where", choices | {ANY: ("need_where", draft.id, left)}, area=known.name
    )


def _optional(draft: Need, command: str) -> dict[str, Choice]:
    return {"1": ("need_send", draft.id), ANY: (command, draft.id)}


def _question(key: str, choices: dict[str, Choice], **facts: object) -> Reply:
    return Reply(say(key, **facts), choices | {LEAVE: ("need_leave",)})


def _after(words: str, reply: Reply) -> Reply:
    return Reply(words + reply.text, reply.choices)


COMMANDS = (
    Command("need_field", (), choose_field, Takes.WORDS),
    Command("need_what", (), take_words, Takes.WORDS),
    Command("need_where", (), take_place, Takes.WORDS),
    Command("need_area", (), choose_area, Takes.WORDS),
    Command("need_when", (), choose_time, Takes.WORDS),
    Command("need_when_said", (), take_time, Takes.WORDS),
    Command("need_who", (), take_asker, Takes.WORDS),
    Command("need_send", (), send, Takes.NUMBER),
    Command("need_leave", (), leave, Takes.WORDS),
)
