"""What each kind of message and event means, and what it is answered."""

from datetime import datetime

from bot import events, hazard_dialogue, help, rewards, sealing, staff, stations
from bot.chat import SILENCE, Chat, Private, Reply
from bot.router import Router
from config.wording import say
from server.db import Session
from server.people import dialogues, identities
from server.people.dialogues import Talk
from server.people.models import App
from server.runtime import Runtime
from server.staff import tickets
from server.wechat.messages import Incoming

SPOKEN = frozenset({"text", "voice"})
WORDLESS = frozenset({"voice", "video", "shortvideo", "location", "link"})
MEETING = frozenset({"subscribe", "scan"})
"""Events of somebody who looks at the chat just now and expects a word."""


class Conversation:
    """Answers whatever the official account is told; the mini-program is only listened to."""

    def __init__(self, runtime: Runtime, router: Router) -> None:
        self._runtime = runtime
        self._router = router

    def reply(self, session: Session, incoming: Incoming, talk: Talk | None, now: datetime) -> str:
        """Return what the person reads, or "" where nothing is to be said."""
        if not _is_answered(incoming):
            events.note(session, incoming, talk, now, self._runtime.settings)
            return ""
        chat = self._begin(session, incoming, talk or _met(session, incoming, now), now)
        reply = self._answer(chat, incoming)
        if reply.choices or reply.ends:
            kept = sealing.kept(reply.choices, chat.person_id, self._runtime)
            dialogues.offer(session, chat.person_id, kept, chat.talk.version, now)
        return Private(reply.text) if reply.private else reply.text

    def _begin(self, session: Session, incoming: Incoming, talk: Talk, now: datetime) -> Chat:
        if incoming.event != "subscribe" and not talk.known.following:
            # who writes to us follows us, whatever became of the event that should have said so
            identities.set_following(session, talk.known.account_id, True, incoming.created_at)
        return Chat(session, talk, now, self._runtime, incoming.openid)

    def _answer(self, chat: Chat, incoming: Incoming) -> Reply:
        if incoming.event == "subscribe":
            return _followed(chat, incoming)
        if incoming.event == "scan":
            return _scanned(chat, incoming)
        if incoming.event == "click":
            return self._router.answer(chat, incoming.event_key)
        if incoming.text.strip():
            return self._router.answer(chat, incoming.text)
        if incoming.kind == "location":
            wanted = rewards.located if rewards.WANTED in chat.choices else stations.located
            return hazard_dialogue.located(chat, incoming) or wanted(chat, incoming)
        if incoming.kind == "image":
            return hazard_dialogue.pictured(chat, incoming)
        if incoming.kind in WORDLESS:
            return Reply(say(f"chat.got_{incoming.kind}"))
        return help.lost(chat)


def _is_answered(incoming: Incoming) -> bool:
    if incoming.app != App.OFFICIAL:
        return False
    return incoming.kind in SPOKEN | WORDLESS | {"image"} or incoming.event in MEETING | {"click"}


def _met(session: Session, incoming: Incoming, now: datetime) -> Talk:
    known = identities.welcome(session, App(incoming.app), incoming.openid, now)
    return dialogues.begin(known)


def _scanned(chat: Chat, incoming: Incoming) -> Reply:
    if incoming.event_key.startswith(tickets.SCENE):
        return staff.scanned(chat, incoming.event_key)
    return help.show(chat)


def _followed(chat: Chat, incoming: Incoming) -> Reply:
    """Welcome a follower, unless we know that they have left again since."""
    known = chat.talk.known
    news = identities.set_following(chat.session, known.account_id, True, incoming.created_at)
    return help.greet(chat) if news or known.following else SILENCE
