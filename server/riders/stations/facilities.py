"""What a station has, how people ask for it, and what may be wrong with it."""

from collections.abc import Iterable
from enum import StrEnum

from config.wording import say


class Facility(StrEnum):
    """Something a station may have; the order is that in which it is told, and never changes."""

    WATER = "water"
    CHARGING = "charging"
    MICROWAVE = "microwave"
    REST = "rest"
    TOILET = "toilet"
    FIRST_AID = "first_aid"
    CLIMATE = "climate"
    PUMP = "pump"
    BIKE_CHARGING = "bike_charging"
    BATTERY_SWAP = "battery_swap"
    NURSING = "nursing"
    FRIDGE = "fridge"
    WIFI = "wifi"
    UMBRELLA = "umbrella"
    TOOLS = "tools"
    AED = "aed"
    BOOKS = "books"
    SHOWER = "shower"


Facilities = frozenset[Facility]
ORDER = tuple(Facility)

_ASKED_BY = {
    Facility.WATER: "饮水 喝水 热水 开水 接水",
    Facility.BIKE_CHARGING: "电动车充电 电瓶车充电 车充电",
    Facility.CHARGING: "手机充电 充电 充电宝",
    Facility.MICROWAVE: "微波炉 热饭 加热",
    Facility.REST: "休息 歇脚 座椅",
    Facility.TOILET: "厕所 卫生间 洗手间 上厕所 公厕",
    Facility.FIRST_AID: "药箱 急救箱 创可贴",
    Facility.CLIMATE: "空调 取暖 暖气 乘凉 避暑",
    Facility.PUMP: "打气 气筒 打气筒",
    Facility.BATTERY_SWAP: "换电",
    Facility.NURSING: "母婴 母婴室 哺乳",
    Facility.FRIDGE: "冰箱",
    Facility.WIFI: "wifi 无线网 上网",
    Facility.UMBRELLA: "雨伞 借伞",
    Facility.TOOLS: "修车 修车工具 工具",
    Facility.AED: "aed 除颤仪",
    Facility.BOOKS: "图书 看书 书角",
    Facility.SHOWER: "淋浴 洗澡",
}
WORDS = {word: facility for facility, words in _ASKED_BY.items() for word in words.split()}
"""The words by which people ask for a facility, in chat and on the page."""
_LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)


class FaultKind(StrEnum):
    """What somebody found wrong with a station."""

    LOCKED = "locked"
    WATER = "water"
    POWER = "power"
    APPLIANCE = "appliance"
    TOILET = "toilet"
    CLIMATE = "climate"
    DIRTY = "dirty"
    OTHER = "other"


_FAULT_SIGNS = {
    FaultKind.LOCKED: "没开门 不开门 关着 锁着 锁门 没人 进不去",
    FaultKind.TOILET: "厕所 卫生间 洗手间 马桶",
    FaultKind.POWER: "充电 插座 没电 停电 插头",
    FaultKind.WATER: "水",
    FaultKind.CLIMATE: "空调 暖气 太冷 太热",
    FaultKind.APPLIANCE: "微波炉 冰箱 打气 药箱 坏",
    FaultKind.DIRTY: "脏 卫生 垃圾 异味",
}


def meant(words: str) -> tuple[Facilities, str]:
    """Return which facilities the words ask for, and what they say besides."""
    rest, found = words.lower(), set()
    for word in _LONGEST_FIRST:
        if word in rest:
            found.add(WORDS[word])
            rest = rest.replace(word, " ")
    return frozenset(found), " ".join(rest.strip(" ，,、和有的").split())


def told(facilities: Iterable[Facility]) -> str:
    """Name facilities in one line, in their order."""
    has = frozenset(facilities)
    return "、".join(say(f"stations.facility_{one}") for one in ORDER if one in has)


def mask_of(facilities: Iterable[Facility]) -> int:
    """Return the whole number that stands for these: a bit for each, by its place in the order."""
    return sum(1 << ORDER.index(one) for one in set(facilities))


def from_mask(mask: int) -> Facilities:
    """Return which facilities a whole number stands for."""
    return frozenset(one for place, one in enumerate(ORDER) if mask >> place & 1)


def fault_of(words: str) -> FaultKind:
    """Return what seems to be wrong by what somebody says; else something other."""
    for kind, signs in _FAULT_SIGNS.items():
        if any(sign in words for sign in signs.split()):
            return kind
    return FaultKind.OTHER
