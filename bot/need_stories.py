"""Long texts, mostly forwarded from other chats, out of which a need may be made."""

import re

from bot import need_dialogue
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from config.wording import say
from server.staff import reach as reaches
from server.staff.rights import Right
from server.volunteers.needs import drafts

PLEA = re.compile(r"需要(?:人|有人|帮)|(?:请|想?找)人|有没有人|谁能|谁可以|帮个忙|帮帮忙|帮忙")
"""What people write who ask for help without the word for it."""
LEAST = 6
STORY = 40
"""Characters from which on what nobody understood is taken for a need that is told or forwarded."""


def take_story(chat: Chat, text: str) -> Reply | None:
    """Offer to make a need of a long or forwarded text; it is one only once that is confirmed."""
    is_long = len(text.strip()) >= STORY and any(map(str.isalpha, text))
    return _offer(chat, text) if is_long else None


def take_plea(chat: Chat, text: str) -> Reply | None:
    """Offer the same for a short text that sounds like asking for help."""
    return _offer(chat, text) if len(text.strip()) >= LEAST and PLEA.search(text) else None


def _offer(chat: Chat, text: str) -> Reply:
    draft = need_dialogue.start(chat, text)
    if reaches.of(chat.session, chat.person_id, chat.now).may(Right.RAISE_NEEDS):
        kinds, key = ["need_for_other", "need_for_me"], "needs.story_of_staff"
    else:
        kinds, key = ["need_for_me"], "needs.story"
    choices: dict[str, Choice] = {
        str(place): (kind, draft.id) for place, kind in enumerate(kinds, 1)
    }
    return Reply(say(key), choices | {str(len(kinds) + 1): ("need_drop",)})


def for_me(chat: Chat, draft_id: int) -> Reply:
    """Take the story for one's own need."""
    return need_dialogue.ask_on(chat, drafts.of(chat.session, chat.person_id, draft_id), "p")


def for_other(chat: Chat, draft_id: int) -> Reply:
    """Take the story for a resident's need, in the area of one's own post."""
    draft = drafts.of(chat.session, chat.person_id, draft_id)
    draft.on_behalf = True
    reach = reaches.of(chat.session, chat.person_id, chat.now)
    areas = reaches.areas(chat.session, reach, Right.RAISE_NEEDS)
    if areas:
        drafts.set_area(chat.session, draft, areas[0].code)
    return need_dialogue.ask_on(chat, draft, "p")


def drop(chat: Chat) -> Reply:
    """Throw the story away."""
    drafts.drop(chat.session, chat.person_id)
    return Reply(say("needs.dropped"))


COMMANDS = (
    Command("need_drop", (), drop, Takes.WORDS),
    Command("need_for_me", (), for_me, Takes.NUMBER),
    Command("need_for_other", (), for_other, Takes.NUMBER),
)
