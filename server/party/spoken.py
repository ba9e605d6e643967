"""One line said by a contact, understood kindly: 「联系了 张三 电话 孩子上学的事已经办好」."""

import re
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.party import access, contents
from server.party.access import is_me, may_read
from server.party.contents import Facts
from server.party.keys import PartyVault
from server.party.models import LIVE, Contact, Look, PartyFile, Way
from server.party.own import Moved
from server.staff.reach import Reach

WORDS: dict[Way, tuple[str, ...]] = {
    Way.PHONE: ("打电话", "打了电话", "通电话", "电话", "手机"),
    Way.MESSAGE: ("发微信", "微信", "短信", "留言", "视频"),
    Way.VISIT: ("上门", "走访", "家访", "见面", "当面", "面谈", "到家"),
    Way.MEETING: ("开会", "会议", "组织生活", "主题党日"),
}
IN_VAIN = re.compile(
    r"没联系上|联系不上|没打通|打不通|没接|不接|没人接|没找到|没回|未接通|关机|停机|空号"
)
GAP = re.compile(r"[\s:：,，、。;；/]+")
NAMES = range(2, 13)
MOST = 9


class Said(NamedTuple):
    """What was understood of a line: how they were in touch, whether it worked, and the rest."""

    way: Way
    reached: bool
    note: str


class Meant(NamedTuple):
    """A member whose contact this is, whose name the line begins with."""

    file_id: int
    name: str
    tail: str
    rest: str


def meant(
    session: Session, reach: Reach, line: str, now: datetime, *, vault: PartyVault
) -> list[Meant]:
    """Return which of the members this person is contact of a line may begin with.

    Others are looked for in the same way and never found: whether they are members, nobody learns.
    One statement, whatever was said.
    """
    said = line.strip().lstrip(":：,，、 ")
    names = {
        contents.mark_of(Facts(name=said[:length].strip()), vault): length
        for length in NAMES
        if length <= len(said)
    }
    mine = (
        select(PartyFile)
        .join(Contact, Contact.file_id == PartyFile.id)
        .where(
            Contact.until.is_(None),
            is_me(Contact.contact_id, reach, now),
            may_read(reach, now),
            PartyFile.state.in_(LIVE),
            PartyFile.name_mark.in_(names),
        )
        .order_by(PartyFile.id)
    )
    found = [(names[file.name_mark], file) for file in session.scalars(mine)]
    longest = max((length for length, _file in found), default=0)
    return [
        Meant(
            file.id,
            contents.text_of(file, "name", vault),
            contents.text_of(file, "phone", vault)[-4:],
            said[length:].strip(),
        )
        for length, file in found
        if length == longest
    ][:MOST]


def note(session: Session, reach: Reach, found: list[Meant], now: datetime) -> None:
    """Write down that several of one name were shown, to choose from."""
    access.note(session, reach.person_id, [one.file_id for one in found], Look.LIST, now)


def understood(rest: str) -> Said:
    """Return how somebody was in touch, from what stands behind the name.

    Without a word for it, it was by telephone; what tells that nobody answered is a try in vain.
    """
    way = next(
        (way for way, words in WORDS.items() if any(word in rest for word in words)), Way.PHONE
    )
    reached = not IN_VAIN.search(rest)
    note = rest.lstrip(" :：,，、;；")
    for word in WORDS.get(way, ()):
        if note.startswith(word):
            note = note.removeprefix(word)
            break
    return Said(way, reached, GAP.sub(" ", note).strip())


_LABELS = {
    "place": r"住址|地址|现居地|居住地|住处|搬到|搬去|搬至|住到|住在",
    "employer": r"工作单位|单位|公司",
    "phone": r"手机号码|手机号|电话号码|电话|手机",
}
_ANY = rf"(?:我的|新的|新|换了|改了|换|改)?(?P<label>{'|'.join(_LABELS.values())})"
_PARTS = re.compile(rf"[；;。\n，,、]+|\s+(?={_ANY.replace('?P<label>', '?:')})")
_LABEL = re.compile(rf"{_ANY}(?:是|为|改成|改为|换成|变成|到)?")
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,17}[0-9]")


def changes(text: str) -> Moved:
    """Return what somebody says has changed: place, employer and phone in any order.

    What bears no label is the place, since that is what one tells when one has moved.
    """
    said: dict[str, str] = {}
    for part in map(str.strip, _PARTS.split(text)):
        label = _LABEL.match(part)
        words = GAP.sub(" ", part[label.end() :] if label else part).strip()
        number = _PHONE.search(words)
        if not words:
            continue
        if label:
            field = next(name for name, way in _LABELS.items() if re.fullmatch(way, label["label"]))
        else:
            field = "phone" if _PHONE.fullmatch(words) else "place"
        if field == "phone":
            said["phone"] = number[0] if number else words
        else:
            said[field] = f"{said[field]} {words}" if field in said else words
    return Moved(**said)
