"""One's own accounts, said in chat."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.party import own
from server.people import linking


def offer_code(chat: Chat) -> Reply:
    """Give a code that joins this account with the mini-program's."""
    offered = linking.offer(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    return Reply(say("chat.link_code", code=offered.code, until=offered.expires_at))


def redeem_code(chat: Chat, code: str) -> Reply:
    """Join this account with the one that was given the code."""
    # by account, since a refusal forgets a person who was met with this very message
    chat.runtime.limits.guess(chat.runtime.vault.mark(chat.openid, "guess"))
    stays = linking.redeem(
        chat.session, chat.person_id, code.replace(" ", ""), chat.now, vault=chat.runtime.vault
    )
    if own.has(chat.session, stays):
        return Reply(say("party.joined"), private=True)
    return Reply(say("chat.linked"))


def move_code(chat: Chat) -> Reply:
    """Give a code by which a new WeChat takes over all that is here."""
    who = chat.session, chat.person_id, chat.now
    offered = linking.offer(*who, moves=True, vault=chat.runtime.vault)
    return Reply(say("riders.move_code", code=offered.code, until=offered.expires_at))


def move(chat: Chat, code: str) -> Reply:
    """Bring over to this WeChat what the old one had."""
    redeem_code(chat, code)
    return Reply(say("riders.moved"))


def phone_how(_chat: Chat) -> Reply:
    """Tell what is to be done about a new phone, a new number, a new WeChat."""
    return Reply(say("riders.phone_how"))


def unlink(_chat: Chat) -> Reply:
    """Tell how two joined accounts are taken apart."""
    return Reply(say("chat.unlink"))


COMMANDS = (
    Command("offer_code", ("绑定", "绑定账号", "关联", "绑定小程序"), offer_code),
    Command("redeem_code", ("绑定", "绑定账号", "关联"), redeem_code, Takes.CODE),
    Command("unlink", ("解绑", "解除绑定", "取消绑定"), unlink),
    Command("move_code", ("换微信", "换微信号", "更换微信", "换号", "换账号"), move_code),
    Command("move", ("换微信", "换微信号", "更换微信", "换号", "换账号"), move, Takes.CODE),
    Command("phone_how", ("换手机", "换手机号", "更换手机", "换手机了", "换号码"), phone_how),
)
