"""One's own data, said in chat: what is kept, what one agrees to, a copy, and leaving."""

from datetime import datetime, timedelta

from bot.chat import Chat, Reply
from bot.router import Command
from config.wording import say
from server.people import consents, downloads, erasures
from server.people.consents import CURRENT, Purpose, Standing
from server.people.models import Channel, Erasure


def show(chat: Chat) -> Reply:
    """Tell what is kept, why and how long, and what one may choose by number."""
    service, notices = consents.of(chat.session, chat.person_id)
    wish = erasures.of(chat.session, chat.person_id)
    text = say(
        "privacy.page",
        what=say("privacy.what", version=CURRENT[Purpose.SERVICE]),
        service=_service(service),
        notices=_notices(notices),
        leaving=_leaving(wish),
    )
    choices = {
        "1": ("consent", Purpose.SERVICE, "no" if service.granted else "yes"),
        "2": ("consent", Purpose.NOTICES, "yes" if _is_closed(notices) else "no"),
        "3": ("own_copy",),
        "4": ("stay",) if wish else ("be_forgotten",),
    }
    return Reply(text, choices)


def choose(chat: Chat, purpose: str, answer: str) -> Reply:
    """Agree to a purpose, or take it back."""
    wanted = Purpose(purpose)
    if answer == "yes":
        consents.grant(chat.session, chat.person_id, wanted, chat.now, channel=Channel.CHAT)
        return Reply(say(f"privacy.{wanted}_granted"))
    consents.withdraw(chat.session, chat.person_id, wanted, chat.now, channel=Channel.CHAT)
    return Reply(say(f"privacy.{wanted}_withdrawn"))


def stop_notices(chat: Chat) -> Reply:
    """Stop every push at once."""
    return choose(chat, Purpose.NOTICES, "no")


def resume_notices(chat: Chat) -> Reply:
    """Let pushes come again."""
    return choose(chat, Purpose.NOTICES, "yes")


def copy(chat: Chat) -> Reply:
    """Give a link to all that is kept of oneself."""
    token = downloads.link(downloads.COPY, chat.person_id, chat.now, vault=chat.runtime.vault)
    url = f"{chat.runtime.settings.public_url}/console/copies/{token}"
    return Reply(say("privacy.copy_link", url=url))


def leave(chat: Chat) -> Reply:
    """Tell what goes and what stays, and ask whether one is sure."""
    wish = erasures.of(chat.session, chat.person_id)
    if wish is not None:
        return _asked(wish)
    erasures.check(chat.session, chat.person_id, chat.now)
    days = chat.runtime.settings.erasure_cooling_days
    choices = {
        "1": ("forget_me", chat.now.isoformat()),
        "2": ("own_copy",),
        "3": ("stay_after_all",),
    }
    return Reply(say("privacy.leave", days=days), choices)


def leave_now(chat: Chat, asked_at: str) -> Reply:
    """Note the wish, if the question was asked just now."""
    erasures.confirm(datetime.fromisoformat(asked_at), chat.now)
    cooling = timedelta(days=chat.runtime.settings.erasure_cooling_days)
    wish = erasures.ask(
        chat.session, chat.person_id, chat.now, channel=Channel.CHAT, cooling=cooling
    )
    return _asked(wish)


def stay_after_all(_chat: Chat) -> Reply:
    """Leave everything as it is."""
    return Reply(say("privacy.stays"))


def stay(chat: Chat) -> Reply:
    """Take the wish back, with all that it stopped."""
    erasures.take_back(chat.session, chat.person_id, chat.now)
    return Reply(say("privacy.taken_back"))


def _asked(wish: Erasure) -> Reply:
    return Reply(say("privacy.leaving", due_at=wish.due_at), {"1": ("stay",)})


def _service(standing: Standing) -> str:
    if standing.granted:
        return say("privacy.service_given", since=standing.changed_at)
    return say("privacy.service_taken_back" if standing.changed_at else "privacy.service_open")


def _notices(standing: Standing) -> str:
    return say("privacy.notices_off" if _is_closed(standing) else "privacy.notices_on")


def _is_closed(standing: Standing) -> bool:
    return standing.changed_at is not None and not standing.granted


def _leaving(wish: Erasure | None) -> str:
    return say("privacy.may_stay", due_at=wish.due_at) if wish else say("privacy.may_leave")


COMMANDS = (
    Command("privacy", ("隐私", "隐私政策", "个人信息", "我的信息", "隐私保护", "撤回同意"), show),
    Command("consent", (), choose),
    Command(
        "stop_notices",
        (
            *("停止提醒", "不要提醒", "取消提醒", "关闭提醒", "退订", "td", "别发了", "不要再发了"),
            *("不要发消息", "不要给我发消息", "别给我发消息", "不想收到消息", "不想收消息"),
        ),
        stop_notices,
    ),
    Command("resume_notices", ("恢复提醒", "开启提醒", "打开提醒", "继续提醒"), resume_notices),
    Command("own_copy", ("导出", "导出数据", "我的数据", "导出我的数据", "下载我的数据"), copy),
    Command("be_forgotten", ("注销", "注销账号", "删除我的信息", "删除账号"), leave),
    Command("forget_me", (), leave_now),
    Command("stay_after_all", (), stay_after_all),
    Command("stay", ("撤销注销", "取消注销", "不注销", "撤回注销"), stay),
)
