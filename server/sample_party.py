"""An invented branch of the sample district: twelve members, two contacts and a year behind them.

Only where the work of floating members has its key; without it nothing is planted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.reports import Reports
from server.areas import tree
from server.party import branches, contacts, files, own, quarters
from server.party.contacts import Touch
from server.party.contents import Facts
from server.party.keys import PartyVault
from server.party.models import Branch, Office, PartyFile, PartyReport, Way
from server.party.quarters import Quarter
from server.party.reports import decisions, proxies, reports, windows
from server.people import identities, posts, profile
from server.people.models import Channel, Role
from server.people.vault import Vault
from server.staff import accounts
from server.staff import reach as reaches
from server.staff.accounts import Invited
from server.staff.reach import Reach

NAME, HOST = "示例柳北社区流动党员党支部", "示例县示例村党支部"
COMMUNITY = "001001"
STAFF = (
    ("dangjian", "示例·何建国", Role.PARTY_DATA_OFFICER, ""),
    ("shuji", "示例·郑书琴", Role.BRANCH_SECRETARY, COMMUNITY),
    ("lianxi1", "示例·吴小梅", Role.CONTACT_PERSON, COMMUNITY),
    ("lianxi2", "示例·孙立新", Role.CONTACT_PERSON, COMMUNITY),
)
"""Invented staff: sign-in, name, post, and the end of the code of their area."""
MEMBERS = (
    *("示例·赵小兰", "示例·钱进", "示例·李春生", "示例·周玉华", "示例·冯宝山", "示例·陈桂香"),
    *("示例·褚文斌", "示例·卫红霞", "示例·蒋大勇", "示例·沈秋菊", "示例·韩志远", "示例·杨柳青"),
)
SAID = {
    "work": ("还在示例物流公司上班", "换到示例快餐店了，住处没变", "在家带孩子"),
    "thought": ("都好，请支部放心", "想多回来看看", "最近学习了新的政策"),
    "life": ("参加了线上学习", "参加了流入地支部的活动", "帮邻居修了水管"),
    "needs": ("没有", "孩子上学的事想请支部问问", "没有"),
}
SEED, PAST = 20260309, 4
"""The lot is the same each time; so many quarters have been reported."""
TOUCHED, REPORTED, PROXIED = 0.9, 0.85, 0.3


class Keys(NamedTuple):
    """By which rules the work is done, under which key; `names` is the general one."""

    rules: Reports
    vault: PartyVault
    names: Vault


class Hands(NamedTuple):
    """Who does the work of the branch, and by which rules and key."""

    officer: int
    secretary: int
    contacts: Sequence[int]
    rules: Reports
    vault: PartyVault


def load(session: Session, now: datetime, keys: Keys) -> list[Invited]:
    """Plant the branch once, and return links for those who lead it.

    Every step is done by its own verb at its own moment, from the first of the past quarters on.
    """
    if session.scalar(select(Branch.id).limit(1)) is not None:
        return []
    quarter = quarters.of(now)
    for _ in range(PAST):
        quarter = quarter.before
    begins = quarter.begins + timedelta(hours=9)
    people = [_employed(session, begins, *each[1:], keys.names) for each in STAFF]
    hands = Hands(people[0], people[1], people[2:], keys.rules, keys.vault)
    here = _branch(session, hands, begins)
    members = [_member(session, hands, here, number, begins) for number in range(len(MEMBERS))]
    lot = Random(SEED)
    while quarter < quarters.of(now):
        _quarter(session, hands, members, quarter, lot, now)
        _accept(session, hands, members, quarter, now)
        quarter = quarter.after
    invited = zip(people, STAFF, strict=True)
    return [
        accounts.invite(session, person, login, now, vault=keys.names)
        for person, (login, *_rest) in invited
    ]


def _employed(
    session: Session, since: datetime, name: str, role: Role, area: str, names: Vault
) -> int:
    person = identities.put_down(session, since)
    profile.rename(session, person, name, vault=names)
    where = tree.by_code(session, tree.root(session).code + area)
    posts.appoint(session, person, role, where, since, until=None)
    return person


def _branch(session: Session, hands: Hands, now: datetime) -> tuple[int, int]:
    """Put the branch and its host down; return both."""
    officer, area = reaches.of(session, hands.officer, now), tree.root(session).code
    home = branches.found(session, officer, area + COMMUNITY, NAME, now)
    host = branches.found(session, officer, area, HOST, now, outside=True)
    branches.entrust(session, officer, home.id, hands.secretary, Office.SECRETARY, now)
    return home.id, host.id


def _member(
    session: Session, hands: Hands, here: tuple[int, int], number: int, now: datetime
) -> PartyFile:
    """Put a member down, who confirms their file; every third one has a host."""
    secretary, (home, host) = reaches.of(session, hands.secretary, now), here
    told = Facts(
        name=MEMBERS[number],
        phone=f"138000003{number:02}",
        place=f"示例市示例路{number + 1}号",
        employer="示例物流公司",
        reason="务工",
        left_on=now.date() - timedelta(days=60),
    )
    how: dict[str, Any] = {"channel": Channel.CONSOLE, "vault": hands.vault}
    file = files.report(session, secretary, home, told, now, **how)
    contact = hands.contacts[number % len(hands.contacts)]
    contacts.name(session, secretary, file.id, contact, now)
    own.agree(session, file.person_id, now)
    own.confirm(session, file.person_id, now)
    if number % 3 == 0:
        files.link_host(session, secretary, file.id, host, now)
    return file


def _quarter(
    session: Session,
    hands: Hands,
    members: Sequence[PartyFile],
    quarter: Quarter,
    lot: Random,
    now: datetime,
) -> None:
    """Let a quarter pass: most are called, most report, some by telephone, some late."""
    window = windows.of(quarter, hands.rules)
    for number, file in enumerate(members):
        contact = hands.contacts[number % len(hands.contacts)]
        called = quarter.begins + timedelta(days=lot.randrange(5, 80), hours=10)
        if lot.random() < TOUCHED:
            touch = Touch(lot.choice((Way.PHONE, Way.MESSAGE, Way.VISIT)), note="聊了聊近况")
            _log(session, hands, contact, file, touch, called)
        told = window.opens + timedelta(days=lot.randrange(1, 38), hours=10)
        if lot.random() < REPORTED and told < min(window.grace, now):
            said = {one: lot.choice(words) for one, words in SAID.items()}
            _report(session, hands, contact, file, quarter, said, told, lot.random() < PROXIED)


def _accept(
    session: Session, hands: Hands, members: Sequence[PartyFile], quarter: Quarter, now: datetime
) -> None:
    """Let the secretary accept what was handed in, but for the last quarter, which still waits."""
    if quarter.after == quarters.of(now):
        return
    at = windows.of(quarter, hands.rules).grace
    secretary = reaches.of(session, hands.secretary, at)
    row, mine = PartyReport, [file.id for file in members]
    told = row.file_id.in_(mine), row.quarter == str(quarter), row.number > 0
    for file_id, number in session.execute(select(row.file_id, row.number).where(*told)).all():
        decisions.accept(session, secretary, file_id, str(quarter), number, at)


def _log(
    session: Session,
    hands: Hands,
    contact: int,
    file: PartyFile,
    touch: Touch,
    at: datetime,
) -> None:
    reach = reaches.of(session, contact, at)
    how: dict[str, Any] = {"channel": Channel.CHAT, "vault": hands.vault}
    contacts.log(session, reach, file.id, touch, at, **how)


def _report(  # noqa: PLR0913  who tells what, of which quarter, by which door
    session: Session,
    hands: Hands,
    contact: int,
    file: PartyFile,
    quarter: Quarter,
    said: dict[str, str],
    at: datetime,
    by_phone: bool,
) -> None:
    keys: dict[str, Any] = {"rules": hands.rules, "vault": hands.vault}
    if by_phone:
        reach: Reach = reaches.of(session, contact, at)
        told = session, reach, file.id, str(quarter), said, at
        proxies.submit(*told, channel=Channel.PHONE, **keys)
    else:
        mine = session, file.person_id, str(quarter), at
        reports.submit(*mine, said=said, channel=Channel.CHAT, **keys)
