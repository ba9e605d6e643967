"""The certificate of hours and the name that stands on it, said in chat."""

from bot import allowing
from bot.chat import Chat, Reply
from bot.router import Command, Takes
from config.wording import say
from server.people import profile
from server.people.models import Channel
from server.volunteers.certificates import certificates, papers, verification
from server.volunteers.hours import hours


def get(chat: Chat) -> Reply:
    """Issue the certificate, or find the one that still says it all, and give its link."""
    issued = certificates.issue(
        chat.session,
        chat.person_id,
        chat.now,
        channel=Channel.CHAT,
        issuer=chat.runtime.settings.issuer,
        vault=chat.runtime.vault,
    )
    here = chat.runtime.settings.public_url
    facts = {
        "number": papers.spaced(issued.number),
        "records": issued.records,
        "hours": hours.spelled(issued.minutes),
        "url": here + verification.link(issued.number, chat.now, chat.runtime.vault),
        "verify": f"{here}/verify/{issued.number}",
    }
    key = "certificates.issued" if issued.fresh else "certificates.same"
    return allowing.also(chat, Reply(say(key, **facts)), "certificate")


def call_me(chat: Chat, said: str) -> Reply:
    """Put down the name that stands on certificates."""
    name = profile.told(said)
    profile.rename(chat.session, chat.person_id, name, vault=chat.runtime.vault)
    return Reply(say("certificates.renamed", name=name))


def ask_name(_chat: Chat) -> Reply:
    """Tell how to say one's name."""
    return Reply(say("certificates.bad_name"))


NAMES = ("我叫", "我的姓名是", "我的名字是", "姓名", "名字")

COMMANDS = (
    Command(
        "certificate",
        (
            *("证书", "证明", "我的证书", "我的证明", "开证明", "志愿证书", "志愿者证书"),
            *("服务证明", "志愿服务证明", "志愿服务记录证明", "下载证书", "打印证书", "时长证明"),
        ),
        get,
    ),
    Command("ask_name", NAMES, ask_name),
    Command("call_me", NAMES, call_me, Takes.WORDS),
)
