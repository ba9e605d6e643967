"""组织消息: where a member finds what waits for them; a contact finds whom they are to call."""

from bot import party, party_contacts, party_letters, party_reports, party_reviews
from bot.chat import Chat, Choice, Reply
from bot.privately import privately
from bot.router import Command
from config.wording import say
from server.party import waiting
from server.party.refusals import NothingThere

ANSWERS = {
    word: command.name
    for noun in (party, party_contacts, party_reports, party_reviews, party_letters)
    for command in noun.COMMANDS
    for word in command.words
}
"""Which command is meant by a word; whoever adds to `waiting.SOURCES` adds their commands here."""

ALWAYS = ("联系人", "我的档案")


@privately
def show(chat: Chat) -> Reply | None:
    """List what waits, each with the number that answers it."""
    rules = chat.runtime.settings.reports
    try:
        found = waiting.of(chat.session, chat.person_id, chat.now, rules=rules)
    except NothingThere:
        return party_contacts.due(chat)
    words = [each.word for each in found]
    offered = [word for word in (*ALWAYS, *_of_a_contact(chat)) if word not in words]
    lines = [*(each.line for each in found), *offered]
    numbered = list(enumerate(zip([*words, *offered], lines, strict=True), 1))
    choices: dict[str, Choice] = {str(place): (ANSWERS[word],) for place, (word, _line) in numbered}
    told = "\n".join(f"{place}. {line}" for place, (_word, line) in numbered)
    key = "party.home" if found else "party.home_quiet"
    return Reply(say(key, lines=told), choices, private=True)


def _of_a_contact(chat: Chat) -> tuple[str, ...]:
    return ("联系名单",) if party_contacts.reach_of(chat) else ()


COMMANDS = (Command("party_home", ("组织消息", "看组织消息", "我的组织消息"), show, quiet=True),)
