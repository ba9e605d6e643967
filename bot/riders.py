"""Registering as a rider, said in chat: what one rides for, where, and for whom if one likes."""

from bot.chat import ANY, LEAVE, Chat, Choice, Reply
from bot.need_dialogue import NONE
from bot.router import Command
from config.wording import say
from server.areas import spoken, tree
from server.areas.models import Area
from server.people.models import Channel
from server.riders import registration
from server.riders.models import Rider, Sector
from server.riders.registration import Told


def menu(_chat: Chat) -> Reply:
    """List what there is for riders; a station is for everybody."""
    choices: dict[str, Choice] = {
        "1": ("stations",),
        "2": ("points",),
        "3": ("points_entries",),
        "4": ("points_statement",),
        "5": ("rider",),
        "6": ("move_code",),
        "7": ("rewards",),
    }
    return Reply(say("riders.menu"), choices)


def show(chat: Chat) -> Reply:
    """Tell how one is registered and what to do next; ask whoever is not."""
    rider = registration.find(chat.session, chat.person_id)
    if rider is None:
        return ask_sector(chat)
    choices: dict[str, Choice] = {
        "1": ("points",),
        "2": ("rider_anew",),
        "3": ("leave_rider",),
    }
    state = say(f"riders.is_{rider.state}")
    return Reply(say("riders.registered", who=_told(chat, rider), state=state), choices)


def ask_sector(chat: Chat) -> Reply:
    """Ask what they do on the road; who may not be a rider is told before any question."""
    registration.assure_open(chat.session, chat.person_id, chat.now)
    names = {sector: say(f"copies.sector_{sector}") for sector in Sector}
    lines = "\n".join(f"{place}. {name}" for place, name in enumerate(names.values(), 1))
    choices: dict[str, Choice] = {
        str(place): ("rider_sector", sector) for place, sector in enumerate(names, 1)
    }
    return _question("riders.ask_sector", choices | {ANY: ("rider_sector_said",)}, lines=lines)


def take_sector(chat: Chat, text: str) -> Reply:
    """Take what they do in their own words, or ask again."""
    named = [sector for sector in Sector if say(f"copies.sector_{sector}") in text]
    return ask_area(chat, named[0]) if named else ask_sector(chat)


def ask_area(chat: Chat, sector: str) -> Reply:
    """Ask where they ride most: a street by its number, or any area by its name."""
    return _which(sector, tree.streets(chat.session), "riders.ask_area")


def take_area(chat: Chat, sector: str, text: str) -> Reply:
    """Find the area that is meant; of several ask which."""
    areas, _rest = spoken.meant(chat.session, text)
    if len(areas) == 1:
        return ask_platform(chat, sector, areas[0].code)
    if areas:
        return _which(sector, areas, "riders.which_area")
    return _which(sector, tree.streets(chat.session), "riders.area_unknown")


def ask_platform(_chat: Chat, sector: str, code: str) -> Reply:
    """Ask for whom they ride; nobody has to say."""
    choices: dict[str, Choice] = {
        "1": ("rider_done", sector, code),
        ANY: ("rider_platform", sector, code),
    }
    return _question("riders.ask_platform", choices)


def take_platform(chat: Chat, sector: str, code: str, text: str) -> Reply:
    """Keep for whom they ride, unless they would rather not say."""
    return register(chat, sector, code, None if NONE.match(text) else text)


def register(chat: Chat, sector: str, code: str, platform: str | None = None) -> Reply:
    """Register, and tell what is next."""
    told = Told(Sector(sector), code, platform)
    rider = registration.register(chat.session, chat.person_id, told, Channel.CHAT, chat.now)
    return Reply(say("riders.done", who=_told(chat, rider)), {"1": ("points",)})


def leave(chat: Chat) -> Reply:
    """Let somebody be no rider any more, freely and without a question."""
    was = registration.find(chat.session, chat.person_id)
    registration.leave(chat.session, chat.person_id, chat.now)
    return Reply(say("riders.left" if was else "riders.nothing_to_leave"))


def stop(_chat: Chat) -> Reply:
    """Leave the questions; nothing is kept of them."""
    return Reply(say("riders.stopped"))


def _which(sector: str, areas: list[Area], key: str) -> Reply:
    numbered = list(enumerate(areas, 1))
    lines = "\n".join(f"{place}. {area.name}" for place, area in numbered)
    choices: dict[str, Choice] = {
        str(place): ("rider_area", sector, area.code) for place, area in numbered
    }
    return _question(key, choices | {ANY: ("rider_where", sector)}, lines=lines)


def _told(chat: Chat, rider: Rider) -> str:
    area = tree.by_id(chat.session, rider.area_id).name
    sector = say(f"copies.sector_{rider.sector}")
    platform = say("riders.platform", platform=rider.platform) if rider.platform else ""
    return say("riders.who", sector=sector, area=area, platform=platform)


def _question(key: str, choices: dict[str, Choice], **facts: object) -> Reply:
    return Reply(say(key, **facts), choices | {LEAVE: ("rider_stop",)})


COMMANDS = (
    Command(
        "rider",
        ("骑手", "我是骑手", "注册骑手", "骑手注册", "登记骑手", "骑手登记", "我的骑手", "当骑手"),
        show,
    ),
    Command(
        "leave_rider",
        ("退出骑手", "骑手退出", "注销骑手", "取消骑手", "不当骑手", "不做骑手", "我不是骑手"),
        leave,
    ),
    Command("rider_menu", ("骑手服务", "骑手功能", "骑手菜单", "骑手帮助"), menu),
    Command("rider_anew", (), ask_sector),
    Command("rider_sector", (), ask_area),
    Command("rider_sector_said", (), take_sector),
    Command("rider_area", (), ask_platform),
    Command("rider_where", (), take_area),
    Command("rider_platform", (), take_platform),
    Command("rider_done", (), register),
    Command("rider_stop", (), stop),
)
