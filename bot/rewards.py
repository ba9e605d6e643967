"""Redeeming points, said in chat: what one can have, where, and the code that is shown there."""

import secrets
from collections.abc import Sequence

from bot import stations, vouchers
from bot.chat import Chat, Choice, Reply
from bot.router import Command, Takes
from bot.telling import short
from config.wording import say
from server.riders.points import reading
from server.riders.rewards import eligibility, holding, offers, places
from server.riders.rewards.holding import Wish
from server.riders.rewards.offers import Spread
from server.riders.rewards.places import Stocked
from server.riders.stations import telling
from server.riders.stations.coordinates import Place
from server.wechat import locations
from server.wechat.messages import Incoming

PAGE = 8
STATIONS = 5
WANTED = "wanted"
"""Under this, which nobody types, a list of stations keeps what is to be redeemed there."""


def show(chat: Chat) -> Reply:
    """List what one can have for one's points, and what is nearest out of reach."""
    eligibility.require_rider(chat.session, chat.person_id)
    points = reading.balance(chat.session, chat.person_id, chat.now).points
    there = [one for one in offers.browse(chat.session, chat.now) if one.free]
    if not there:
        return Reply(say("rewards.none", points=points))
    within = [one for one in there if one.offer.points <= points][:PAGE]
    later = [one for one in there if one.offer.points > points][: PAGE - len(within)]
    if not within:
        return Reply(say("rewards.none_yet", points=points, later=_later(later, points)))
    lines = "\n".join(_line(place, one) for place, one in enumerate(within, 1))
    rest = say("rewards.later", later=_later(later, points)) if later else ""
    choices: dict[str, Choice] = {
        str(place): ("reward", one.offer.reward_id) for place, one in enumerate(within, 1)
    }
    return Reply(say("rewards.list", points=points, lines=lines, rest=rest), _kept(chat) | choices)


def show_number(chat: Chat, number: int) -> Reply:
    """Take the reward of this number on the last list: 兑换 3."""
    chosen = chat.choices.get(str(number))
    if chosen is None or chosen[0] != "reward":
        return show(chat)
    return choose(chat, int(chosen[1]))


def show_named(chat: Chat, words: str) -> Reply:
    """Take the reward that is named: 兑换 手套."""
    named = [one for one in offers.browse(chat.session, chat.now) if words in one.offer.name]
    return choose(chat, named[0].offer.reward_id) if len(named) == 1 else show(chat)


def choose(chat: Chat, reward_id: int) -> Reply:
    """List the stations that have a reward; the number of one redeems it there."""
    at = chat.choices.get(stations.AT)
    near = Place(int(at[1]), int(at[2])) if at else None
    return _stations(chat, reward_id, near)


def located(chat: Chat, incoming: Incoming) -> Reply:
    """Answer a location with the nearest stations that have what was chosen."""
    told = locations.told(incoming)
    if told is None:
        return Reply(say("chat.got_location"))
    reward_id = int(chat.choices[WANTED][1])
    return _stations(chat, reward_id, Place.of(told.lat, told.lng))


def redeem(chat: Chat, reward_id: int, station_id: int, key: str) -> Reply:
    """Redeem a reward at a station; the same number again tells the same voucher."""
    wish = Wish(reward_id, station_id, key)
    held = holding.hold(chat.session, chat.person_id, wish, chat.now, vouchers.means(chat))
    left = reading.balance(chat.session, chat.person_id, chat.now).points
    return Reply(
        say(
            "rewards.redeemed",
            name=held.name,
            points=held.points,
            left=left,
            at=vouchers.told(chat, held),
        ),
        private=True,
    )


def _stations(chat: Chat, reward_id: int, near: Place | None) -> Reply:
    offer = offers.find(chat.session, reward_id, chat.now)
    eligibility.require_points(chat.session, chat.person_id, offer.points, chat.now)
    found = places.having(
        chat.session, reward_id, chat.now, near=near, person_id=chat.person_id, limit=STATIONS
    )
    if not found:
        return Reply(say("rewards.nowhere", name=offer.name))
    key = secrets.token_hex(8)
    choices: dict[str, Choice] = {
        str(place): ("redeem", reward_id, one.view.id, key) for place, one in enumerate(found, 1)
    }
    lines = "\n".join(_place(chat, place, one) for place, one in enumerate(found, 1))
    words = say("rewards.where", name=offer.name, points=offer.points, lines=lines)
    hint = say("rewards.send_place") if near is None and len(found) == STATIONS else ""
    return Reply(words + hint, _kept(chat) | choices | {WANTED: ("reward", reward_id)})


def _place(chat: Chat, place: int, one: Stocked) -> str:
    metres = one.view.metres
    return say(
        "rewards.place",
        place=place,
        name=short(one.view.name),
        number=one.view.number,
        distance="" if metres is None else f" {telling.distance(metres)}",
        standing=telling.standing(one.view.standing, chat.now),
        free=one.free,
    )


def _line(place: int, one: Spread) -> str:
    facts = {"name": one.offer.name, "points": one.offer.points, "stations": one.stations}
    return say("rewards.line", place=place, **facts)


def _later(found: Sequence[Spread], points: int) -> str:
    return "、".join(
        say("rewards.short_of", name=one.offer.name, missing=one.offer.points - points)
        for one in found
    )


def _kept(chat: Chat) -> dict[str, Choice]:
    """Keep where one was, which a list of stations has told."""
    at = chat.choices.get(stations.AT)
    return {stations.AT: tuple(at)} if at else {}


COMMANDS = (
    Command(
        "rewards",
        (
            "兑换",
            "积分兑换",
            "兑换奖品",
            "换东西",
            "兑奖",
            "能换什么",
            "积分换东西",
            "奖品",
            "礼品",
        ),
        show,
    ),
    Command("reward_number", ("兑换", "兑"), show_number, Takes.NUMBER),
    Command("reward", (), choose, Takes.NUMBER),
    Command("redeem", (), redeem, Takes.NUMBER),
    Command("reward_named", ("兑换", "兑"), show_named, Takes.WORDS),
)
