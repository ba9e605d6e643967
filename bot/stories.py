"""What is no command: danger first, then what a photo still waits for, then help somebody needs."""

from bot import hazard_dialogue, need_stories
from bot.chat import Chat, Reply


def take(chat: Chat, text: str) -> Reply | None:
    """Answer what somebody tells, if one of the works can make something of it."""
    return hazard_dialogue.take_story(chat, text) or need_stories.take_story(chat, text)
