"""One's own accounts, said in chat."""

from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.people import linking


def offer_code(chat: Chat) -> Reply:
    """Give a code that joins this account with the mini-program's."""
    offered = linking.offer(chat.session, chat.person_id, chat.now, vault=chat.runtime.vault)
    return Reply(say("chat.link_code", code=offered.code, until=offered.expires_at))


def redeem_code(chat: Chat, code: str) -> Reply:
    """Join this account with the one that was given the code."""
    # by account, since a refusal forgets a person who was met with this very message
    chat.runtime.limits.guess(chat.runtime.vault.mark(chat.openid, "guess"))
    linking.redeem(
        chat.session, chat.person_id, code.replace(" ", ""), chat.now, vault=chat.runtime.vault
    )
    return Reply(say("chat.linked"))


def unlink(_chat: Chat) -> Reply:
    """Tell how two joined accounts are taken apart."""
    return Reply(say("chat.unlink"))


COMMANDS = (
    Command("offer_code", ("绑定", "绑定账号", "关联", "绑定小程序"), offer_code),
    Command("redeem_code", ("绑定", "绑定账号", "关联"), redeem_code, Takes.CODE),
    Command("unlink", ("解绑", "解除绑定", "取消绑定"), unlink),
)
