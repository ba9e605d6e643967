"""Needs and teams with what every test says alike filled in."""

import base64
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas import tree
from server.people import posts
from server.people.models import Channel, Role
from server.people.vault import Vault
from server.staff import reach as reaches
from server.staff.reach import Reach
from server.volunteers.activities.staffing import Time
from server.volunteers.models import Activity, Need, NeedStep, Team, TeamKind
from server.volunteers.needs import activities as need_activities
from server.volunteers.needs import answers, needs, raising
from server.volunteers.needs.activities import Plan
from server.volunteers.needs.raising import Ask
from server.volunteers.teams import membership, teams
from tests.factories import POLICY, a_person

VAULT = Vault(base64.b64encode(b"k" * 32).decode())
WORDS = "下周二帮三楼的老人搬家，家具有点重😀"


def staff(
    session: Session, now: datetime, role: Role = Role.COMMUNITY_WORKER, code: str = "A1"
) -> Reach:
    """Return how far somebody reaches who holds a post in the area of this code."""
    person = a_person(session, now)
    posts.appoint(session, person, role, tree.by_code(session, code), now, until=None)
    return reaches.of(session, person, now)


def ask(session: Session, person: int, now: datetime, words: str = WORDS, **more) -> Need:
    what = Ask(words=words, **{"area_code": "A1"} | more)
    return raising.ask(session, person, what, now, channel=Channel.CHAT, vault=VAULT)


def a_team(
    session: Session, reach: Reach, now: datetime, code: str = "A1", kind=TeamKind.YOUTH
) -> Team:
    """Return a team whose leader belongs to it."""
    team = teams.found(session, reach, teams.Described("示例青年队", kind, code), now)
    leader = a_person(session, now)
    member = membership.join(session, leader, team.id, now, channel=Channel.CHAT)
    membership.decide_for(session, reach, member.member_id, True, now)
    return teams.appoint(session, reach, team.id, member.member_id, now)


def verify(session: Session, reach: Reach, need: Need, now: datetime, **more) -> Need:
    return needs.verify(session, reach, need.id, now, channel=Channel.CONSOLE, **more)


def reject(session: Session, reach: Reach, need: Need, now: datetime) -> Need:
    return needs.reject(session, reach, need.id, "和别人重复了", now, channel=Channel.CONSOLE)


def dispatch(session: Session, reach: Reach, need: Need, team: Team, now: datetime) -> Need:
    return needs.dispatch(session, reach, need.id, team.id, now, channel=Channel.CONSOLE)


def accept(session: Session, leader: int | None, need: Need, now: datetime) -> Need:
    assert leader is not None
    return answers.accept(session, leader, need.id, now, channel=Channel.CHAT)


def accepted(session: Session, reach: Reach, now: datetime, **more) -> tuple[Need, Team]:
    """Return a need that a team has taken on."""
    need, team = ask(session, a_person(session, now), now, **more), a_team(session, reach, now)
    verify(session, reach, need, now)
    dispatch(session, reach, need, team, now)
    return accept(session, team.leader_id, need, now), team


def a_plan(now: datetime, **more) -> Plan:
    starts_at = now + timedelta(hours=48)
    given = {
        "title": "帮老人搬家",
        "place": "示例A1社区",
        "leader_name": "示例·王芳",
        "risk_note": "两人同抬，注意腰部。",
        "time": Time(starts_at, starts_at + timedelta(hours=2), 3),
    }
    return Plan(**(given | more))


def plan(session: Session, reach: Reach, need: Need, now: datetime, **more) -> Activity:
    what = a_plan(now, **more)
    return need_activities.plan(session, reach, need.id, what, now, policy=POLICY)


def finish(session: Session, reach: Reach, need: Need, now: datetime) -> Need:
    note = "三名志愿者搬好了。"
    return needs.finish(session, reach, need.id, note, now, channel=Channel.CONSOLE)


def rate(session: Session, person: int, need: Need, stars: int, now: datetime) -> Need:
    return answers.rate(
        session, person, need.id, stars, "很满意", now, channel=Channel.CHAT, vault=VAULT
    )


def actions(session: Session, need: Need) -> list[str]:
    """Return what was done with the need, in order."""
    found = select(NeedStep.action).where(NeedStep.need_id == need.id).order_by(NeedStep.id)
    return list(session.scalars(found))
