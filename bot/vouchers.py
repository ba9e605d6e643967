"""One's own vouchers, said in chat: their codes, giving one back, collecting it elsewhere."""

from collections.abc import Callable

from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import short
from config.wording import say
from server.riders.points import reading
from server.riders.rewards import codes, ending, moving, places, vouchers
from server.riders.rewards.means import Means
from server.riders.rewards.models import VoucherState
from server.riders.rewards.vouchers import Held
from server.riders.stations import telling

PAGE = 8
WAITING = (VoucherState.RESERVED,)


def means(chat: Chat) -> Means:
    """Return what redeeming leans on."""
    runtime = chat.runtime
    return Means(runtime.vault, runtime.limits, runtime.settings.rewards)


def mine(chat: Chat) -> Reply:
    """Show one's voucher with its code, or list them; without any, what became of the last."""
    found = vouchers.browse(chat.session, chat.person_id, states=WAITING, limit=PAGE)
    if len(found) == 1:
        return show(chat, found[0].id)
    if found:
        return _ask(chat, found, "rewards.mine", "voucher")
    last = vouchers.browse(chat.session, chat.person_id, limit=1)
    became = told(chat, last[0]) if last else ""
    return Reply(say("rewards.no_vouchers", last=became))


def show(chat: Chat, voucher_id: int) -> Reply:
    """Show one voucher with its code; the list stays in force."""
    held = vouchers.of(chat.session, chat.person_id, voucher_id)
    return Reply(say("rewards.voucher", name=held.name, at=told(chat, held)), private=True)


def ask_cancel(chat: Chat, number: int | None = None) -> Reply:
    """Ask whether one's voucher is to be given back; of several, which."""
    return _of_one(chat, number, "cancel_voucher", confirm_cancel)


def confirm_cancel(chat: Chat, voucher_id: int) -> Reply:
    """Ask once before a voucher is given back."""
    held = vouchers.of(chat.session, chat.person_id, voucher_id)
    words = say("rewards.ask_cancel", name=held.name, points=held.points)
    return Reply(words, {"1": ("voucher_cancelled", voucher_id)})


def cancel(chat: Chat, voucher_id: int) -> Reply:
    """Give a voucher back; the points are there again."""
    held = ending.cancel(chat.session, chat.person_id, voucher_id, chat.now)
    points = reading.balance(chat.session, chat.person_id, chat.now).points
    facts = {"name": held.name, "points": held.points, "balance": points}
    return Reply(say(f"rewards.done_{held.state}", **facts))


def ask_where(chat: Chat, number: int | None = None) -> Reply:
    """Ask where else one's voucher is to be collected; of several, which one."""
    return _of_one(chat, number, "voucher_elsewhere", elsewhere)


def elsewhere(chat: Chat, voucher_id: int) -> Reply:
    """List the other stations that have the same."""
    held = vouchers.of(chat.session, chat.person_id, voucher_id)
    there = places.having(chat.session, held.reward_id, chat.now, person_id=chat.person_id)
    found = [one.view for one in there if one.view.id != held.station_id]
    if not found:
        return Reply(say("rewards.only_here", name=held.name, points=held.points))
    choices: dict[str, Choice] = {
        str(place): ("voucher_moved", held.id, view.id) for place, view in enumerate(found, 1)
    }
    lines = "\n".join(
        f"{place}. {view.number}号站 {short(view.name)} {telling.standing(view.standing, chat.now)}"
        for place, view in enumerate(found, 1)
    )
    return Reply(say("rewards.ask_where", name=held.name, lines=lines), choices)


def move(chat: Chat, voucher_id: int, station_id: int) -> Reply:
    """Let a voucher wait at another station."""
    held = moving.move(chat.session, chat.person_id, voucher_id, station_id, chat.now)
    return Reply(say("rewards.voucher", name=held.name, at=told(chat, held)), private=True)


def told(chat: Chat, held: Held) -> str:
    """Tell where a voucher waits until when, and its code, or what became of it."""
    code = held.code(chat.runtime.vault)
    if code is None:
        said = f"rewards.was_{held.state}"
        return say(said, name=held.name, number=held.station_number, at=held.ended_at)
    where = places.of(chat.session, held, chat.now)
    if where is None:
        return say("rewards.waits_nowhere", code=codes.told(code), number=held.station_number)
    return say(
        "rewards.waits",
        code=codes.told(code),
        number=where.number,
        station=where.name,
        address=where.address,
        standing=telling.standing(where.standing, chat.now),
        until=held.expires_at,
    )


def _of_one(
    chat: Chat, number: int | None, command: str, answer: Callable[[Chat, int], Reply]
) -> Reply:
    """Take the voucher of this number on the last list, the only one, or ask which."""
    chosen = chat.choices.get(str(number), ())
    if chosen and chosen[0] in ("voucher", command):
        return answer(chat, int(chosen[1]))
    found = vouchers.browse(chat.session, chat.person_id, states=WAITING, limit=PAGE)
    if len(found) == 1 and number in (None, 1):
        return answer(chat, found[0].id)
    if not found:
        return Reply(say("rewards.no_vouchers", last=""))
    return _ask(chat, found, "rewards.which", command)


def _ask(chat: Chat, found: list[Held], key: str, command: str) -> Reply:
    lines = "\n".join(
        say(
            "rewards.voucher_line",
            place=place,
            name=held.name,
            number=held.station_number,
            until=held.expires_at,
        )
        for place, held in enumerate(found, 1)
    )
    choices: dict[str, Choice] = {
        str(place): (command, held.id) for place, held in enumerate(found, 1)
    }
    return Reply(say(key, lines=lines), choices)


_MINE = ("我的券", "兑换码", "我的兑换", "我的兑换码", "券", "兑换券", "兑换记录", "领取码")
_CANCEL = ("取消兑换", "退兑换", "不兑了", "退券", "取消券")
_ELSEWHERE = ("换站", "换驿站", "换个站", "换个驿站", "换站领取")
"""What one says of one's vouchers."""

COMMANDS = (
    Command("vouchers", _MINE, mine),
    Command("voucher", (), show),
    Command("ask_cancel_voucher", _CANCEL, ask_cancel),
    Command("cancel_voucher_number", _CANCEL, ask_cancel, Takes.NUMBER),
    Command("cancel_voucher", (), confirm_cancel),
    Command("voucher_cancelled", (), cancel),
    Command("ask_elsewhere", _ELSEWHERE, ask_where),
    Command("ask_elsewhere_number", _ELSEWHERE, ask_where, Takes.NUMBER),
    Command("voucher_elsewhere", (), elsewhere),
    Command("voucher_moved", (), move),
)
