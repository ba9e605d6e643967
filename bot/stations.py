"""Finding a station, said in chat: by where one is, by the name of a place, by what one needs.

Where somebody is stays with their last list, to some ten metres, and is gone with it.
"""

from datetime import timedelta

from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import short
from config.wording import say
from server.riders.stations import facilities as having
from server.riders.stations import nearest, schedules, stations, telling, views
from server.riders.stations.coordinates import Place
from server.riders.stations.facilities import Facilities
from server.riders.stations.views import StationView
from server.riders.stations.wishes import Wish
from server.wechat import locations
from server.wechat.messages import Incoming

PAGE = 5
LONGEST_HAS = 40
STALE = timedelta(minutes=10)
"""A place that was sent longer ago says nothing of a rider."""
COARSE = 100
"""Millionths of a degree that a place is rounded to before it is kept with the list."""
AT, WISHED, SHOWN = "at", "wished", "shown"
"""Under these, which nobody types, a list keeps where, for what, and which station was shown."""


def ask(chat: Chat) -> Reply:
    """List what is open around where somebody was last, or ask where they are."""
    return _wanting(chat, frozenset())


def ask_with(chat: Chat, words: str) -> Reply:
    """List what is open by a facility, a place, or the name of a station: 驿站 充电 柳巷."""
    wanted, rest = having.meant(words)
    if not rest:
        return _wanting(chat, wanted)
    area = stations.named(chat.session, rest)
    if area:
        name, middle = area
        return around(chat, middle, name, wanted)
    return _named(chat, rest, wanted)


def ask_for(chat: Chat, word: str) -> Reply:
    """List what is open and has what the word asks for: 厕所."""
    return _wanting(chat, having.meant(word)[0])


def located(chat: Chat, incoming: Incoming) -> Reply:
    """Answer a location with the nearest stations that are open and have what was asked for."""
    told = locations.told(incoming)
    if told is None:
        return Reply(say("chat.got_location"))
    age = chat.now - incoming.created_at
    if age > STALE:
        return Reply(say("stations.stale", minutes=int(age.total_seconds()) // 60), _open(0))
    wished = chat.choices.get(WISHED)
    wanted = having.from_mask(int(wished[1])) if wished else frozenset()
    return around(chat, Place.of(told.lat, told.lng), told.label, wanted)


def around(chat: Chat, near: Place, label: str, wanted: Facilities) -> Reply:
    """List the nearest stations that are open; where none is, tell the next that opens."""
    wish = Wish(facilities=wanted, open_now=True)
    found = nearest.find(chat.session, near, chat.now, wish, limit=PAGE)
    has = say("stations.with", has=having.told(wanted)) if wanted else ""
    at: dict[str, Choice] = {AT: ("stations_at", *_coarse(near), label)}
    if found.items:
        where = label or say("stations.your_place")
        lines, choices = _lines(chat, found.items)
        return Reply(say("stations.near", where=where, has=has, lines=lines), choices | at)
    within = telling.distance(found.within)
    if found.opens_next:
        lines, choices = _lines(chat, [found.opens_next])
        return Reply(say("stations.none_open", within=within, has=has, lines=lines), choices | at)
    return Reply(say("stations.none_near", within=within, has=has), _open(0))


def show(chat: Chat, station_id: int) -> Reply:
    """Tell all about one station."""
    return _told(chat, views.by_id(chat.session, station_id, chat.now))


def show_number(chat: Chat, number: int) -> Reply:
    """Tell all about the station of this number: 17号站."""
    return _told(chat, views.by_number(chat.session, number, chat.now))


def _wanting(chat: Chat, wanted: Facilities) -> Reply:
    at = chat.choices.get(AT)
    if at is None:
        has = say("stations.with", has=having.told(wanted)) if wanted else ""
        return Reply(say("stations.where", has=has), _open(having.mask_of(wanted)))
    _name, lat, lng, label = at
    return around(chat, Place(int(lat), int(lng)), str(label), wanted)


def _named(chat: Chat, words: str, wanted: Facilities) -> Reply:
    wish = Wish(facilities=wanted, words=words)
    found = stations.browse(chat.session, chat.now, wish, limit=PAGE)
    if not found.items:
        said = say("stations.none_named", words=short(words))
        return Reply(said, _open(having.mask_of(wanted)))
    lines, choices = _lines(chat, found.items)
    return Reply(say("stations.named", words=short(words), lines=lines), choices)


def _lines(
    chat: Chat, found: list[StationView] | tuple[StationView, ...]
) -> tuple[str, dict[str, Choice]]:
    lines = "\n".join(
        say(
            "stations.line",
            place=place,
            name=short(view.name),
            number=view.number,
            distance="" if view.metres is None else f" {telling.distance(view.metres)}",
            standing=telling.standing(view.standing, chat.now),
            has=short(telling.has(view), LONGEST_HAS),
        )
        for place, view in enumerate(found, 1)
    )
    return lines, {str(place): ("station", view.id) for place, view in enumerate(found, 1)}


def _told(chat: Chat, view: StationView) -> Reply:
    wrong = telling.faults(view)
    words = say(
        "stations.one",
        number=view.number,
        name=view.name,
        standing=telling.standing(view.standing, chat.now),
        hours=schedules.told(view.hours) or say("stations.no_hours"),
        address=view.address,
        has=telling.has(view),
        confirmed=telling.confirmed(view, chat.now),
        more="".join(f"\n{line}" for line in (view.note, wrong) if line),
        phone=view.phone or say("stations.no_phone"),
        link=f"{chat.runtime.settings.public_url}/stations/{view.id}",
    )
    kept: dict[str, Choice] = {key: tuple(choice) for key, choice in chat.choices.items()}
    return Reply(words, kept | {SHOWN: ("station", view.id)})


def _open(mask: int) -> dict[str, Choice]:
    return {WISHED: ("stations_wished", mask)}


def _coarse(place: Place) -> tuple[int, int]:
    return round(place.lat / COARSE) * COARSE, round(place.lng / COARSE) * COARSE


_STATION = (
    *("驿站", "站点", "暖蜂驿站", "附近驿站", "附近的驿站", "最近的驿站", "找驿站", "歇脚点"),
    *("附近有没有驿站", "附近有驿站", "哪里有驿站", "哪有驿站", "驿站在哪", "驿站在哪里"),
)
_ASIDE = frozenset({"休息", "工具", "图书", "加热", "上网", "空调"})
"""What by itself may mean something else."""
_ASKED = ("", "附近", "附近的", "最近的", "哪里有", "哪有", "哪里能", "哪能")
_FACILITIES = tuple(
    before + word for word in having.WORDS for before in _ASKED if before or word not in _ASIDE
)

COMMANDS = (
    Command("stations", _STATION, ask),
    Command("station", (), show, Takes.NUMBER),
    Command("station_number", ("驿站", "站点", "站"), show_number, Takes.NUMBER),
    Command("stations_of", _FACILITIES, ask_for, Takes.ITSELF),
    Command("stations_with", ("驿站", "站点"), ask_with, Takes.WORDS),
)
