"""Ages, and who answers for minors, said in chat."""

import re

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.people import ages, guardian_codes, guardians
from server.people.models import Channel
from server.volunteers.signups import minors

YEAR = re.compile(r"((?:19|20)[0-9]{2})(?: ?年.*)?")


def tell_year(chat: Chat, words: str) -> Reply:
    """Put down one's year of birth, which some activities ask for."""
    found = YEAR.fullmatch(words)
    if not found:
        return Reply(say("chat.birth_year_how"))
    who = chat.session, chat.person_id
    counts = ages.declare(*who, int(found[1]), chat.now, Channel.CHAT)
    return Reply(say("chat.birth_year" if counts else "chat.birth_year_waits", year=found[1]))


def ask_year(_chat: Chat) -> Reply:
    """Tell how to say one's year of birth."""
    return Reply(say("chat.birth_year_how"))


def offer_code(chat: Chat) -> Reply:
    """Give a minor the code by which their guardian agrees."""
    offered = guardian_codes.offer(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    return Reply(say("guardians.code", code=offered.code, until=offered.expires_at))


def agree(chat: Chat, code: str) -> Reply:
    """Agree, as a guardian, that a minor may serve."""
    chat.runtime.limits.guess(chat.runtime.vault.mark(chat.openid, "guess"))
    minors.agree_by_code(
        chat.session,
        chat.person_id,
        code.replace(" ", ""),
        chat.now,
        channel=Channel.CHAT,
        vault=chat.runtime.vault,
    )
    return Reply(say("guardians.agreed"))


def choose(chat: Chat) -> Reply:
    """List the consents one gave as a guardian, to take one back."""
    given = guardians.given_by(chat.session, chat.person_id, vault=chat.runtime.vault)
    standing = [each for each in given if each.withdrawn_at is None]
    if not standing:
        return Reply(say("guardians.none_given"))
    lines = "\n".join(
        say("guardians.line", place=place, agreed_at=each.agreed_at)
        for place, each in enumerate(standing, 1)
    )
    choices = {str(place): ("withdraw", each.id) for place, each in enumerate(standing, 1)}
    return Reply(say("guardians.withdraw_which", lines=lines), choices)


def withdraw(chat: Chat, guardianship_id: int) -> Reply:
    """Take a consent back."""
    guardians.withdraw(chat.session, guardianship_id, chat.person_id, chat.now)
    return Reply(say("guardians.withdrawn"))


COMMANDS = (
    Command("tell_year", ("出生", "出生年份", "出生年", "生于"), tell_year, Takes.WORDS),
    Command("ask_year", ("出生", "出生年份", "年龄"), ask_year),
    Command("guardian_code", ("监护人", "监护", "监护人同意", "监护人验证码"), offer_code),
    Command("guardian_agree", ("监护", "监护人", "监护人同意"), agree, Takes.CODE),
    Command("choose_guardianship", ("撤回监护", "取消监护"), choose),
    Command("withdraw", (), withdraw, Takes.NUMBER),
)
