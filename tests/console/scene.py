"""A day at the console of the sample district: something of everything that staff see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from emulator.media import drawn
from server import sample, sample_needs, sample_rewards, sample_stations
from server.areas import tree
from server.ledgers import exports, months
from server.ledgers.questions import Question
from server.notices.broadcasts import consent, drafts
from server.office import appointing, handover
from server.party import branches, contacts
from server.party import files as party_files
from server.party.contents import Facts
from server.party.letters import writing
from server.party.letters.words import Words
from server.party.models import Office
from server.party.needs import needs
from server.party.reviews import answering, deciding
from server.party.reviews import showing as shown_reviews
from server.party.reviews.deciding import Decision
from server.party.reviews.grades import Grade
from server.party.reviews.terms import Rules
from server.people import erasures, identities, volunteer_numbers
from server.people.models import Channel, Role
from server.photos import files, noting, pictures
from server.photos.models import Purpose
from server.riders.hazards import hazards, reporting, showing
from server.riders.hazards.reporting import Told
from server.runtime import Runtime
from server.staff import approvals, sessions
from server.staff import reach as reaches
from server.staff.models import Approval, StaffAccount, StaffState
from server.staff.reach import Reach
from server.volunteers.certificates import certificates
from server.volunteers.hours import by_hand, disputes
from server.volunteers.hours.by_hand import Entry
from server.volunteers.hours.minutes import Span
from server.volunteers.models import (
    Field,
    Need,
    Oddity,
    OddityState,
    RecordState,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
    SkillKind,
)
from server.volunteers.stars import skills, stars
from server.volunteers.stars.skills import Seen
from tests.console import told
from tests.console.desk import a_resident
from tests.factories import POLICY, a_shift
from tests.journeys.people import employ
from tests.server.volunteers.served import a_record

WATER = "明天9点到12点检修管道，示例小区1到6号楼停水，请提前存水。有困难请打社区电话。"
NAMES = ("陈秀英", "吴桂兰", "郑晓军", "何文静", "马建华", "阿卜杜拉·买买提")
TITLES = ("楼道清扫", "义务剪发", "社区合唱排练", "读报陪聊", "河道巡查", "图书角整理")
FIELDS = tuple(field for field in Field if field is not Field.EMERGENCY_RESCUE)
COMMUNITY = "140106001001"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """Tokens of who may sign in, an invitation's path, and ids that pages are about."""

    tokens: dict[str, str]
    invitation: str
    person: int
    worker: int
    notice: int


def laid(runtime: Runtime) -> Scene:
    """Lay the scene down; everything in it is invented."""
    with runtime.db.transaction() as session:
        sample.load(session, runtime.now(), POLICY)
        invited = sample.invite_staff(session, runtime.now(), vault=runtime.vault)
        session.execute(update(StaffAccount).values(state=StaffState.ACTIVE))
    with runtime.db.transaction() as session:
        sample_needs.load(session, runtime.now(), vault=runtime.vault)
        sample_stations.load(session, runtime.now())
        sample_rewards.load(session, runtime.now())
    people = [
        a_resident(runtime, COMMUNITY, name, f"1390000010{n}") for n, name in enumerate(NAMES)
    ]
    _served(runtime, people)
    worker = _at_work(runtime, people)
    notice = told.lay(runtime, people)
    return Scene(_tokens(runtime), f"/invitation/{invited[0].token}", people[0], worker, notice)


def _served(runtime: Runtime, people: list[int]) -> None:
    """Let everybody have served now and then since January, and hold a place in what comes."""
    now, vault = runtime.now(), runtime.vault
    with runtime.db.transaction() as session:
        area = tree.by_code(session, COMMUNITY).id
        for number, person in enumerate(people):
            volunteer_numbers.of(session, person, now)
            for month in (1, 2, 3):
                day = datetime(2026, month, 2 + number % 5, 6, tzinfo=UTC)
                a_record(
                    session,
                    person,
                    day - 2 * DAY,
                    60 + 30 * ((number + month) % 4),
                    area_id=area,
                    day=day.date(),
                    title=TITLES[(number + month) % len(TITLES)],
                    field=FIELDS[(number * month) % len(FIELDS)],
                )
            facts = {"state": SignupState.CONFIRMED, "channel": Channel.PHONE}
            session.add(
                Signup(shift_id=2, person_id=person, created_at=now, changed_at=now, **facts)
            )
        session.execute(update(Shift).where(Shift.id == 2).values(taken=len(people)))
        for number in range(13):
            day = datetime(2026, 1, 10 + number, 0, tzinfo=UTC)
            facts = {"area_id": area, "day": day.date(), "title": "春节值守"}
            a_record(session, people[0], day - 2 * DAY, 480, **facts)
        issuer = runtime.settings.issuer
        for person in people[:3]:
            given = {"channel": Channel.CHAT, "issuer": issuer, "vault": vault}
            certificates.issue(session, person, now, **given)


def _at_work(runtime: Runtime, people: list[int]) -> int:
    """Let something wait on every desk; return the community's worker."""
    now, vault = runtime.now(), runtime.vault
    week, month = 7 * DAY, 30 * DAY
    with runtime.db.transaction() as session:
        worker, keeper = session.scalars(
            select(StaffAccount.person_id).order_by(StaffAccount.id)
        ).all()
        clerk, head = (reaches.of(session, each, now) for each in (worker, keeper))
        employ(session, runtime, (people[3], NAMES[3]), Role.COMMUNITY_WORKER, "140106001002")
        appointing.appoint(
            session, head, people[4], Role.COMMUNITY_ASSISTANT, COMMUNITY, "接替调走的网格员", now
        )
        handover.hand_over(
            session, head, worker, people[3], now, now + week, now, reason="住院", vault=vault
        )
        served = a_shift(session, now - 3 * DAY, starts_in=2 * DAY, area_code=COMMUNITY)
        span = Span(now - DAY, now - DAY + timedelta(hours=2))
        by_hand.enter_by_hand(
            session,
            clerk,
            Entry(people[2], served, span, "手机没电，没能签到", "纸质签到表第1页第3行"),
            now,
        )
        today = {"starts_in": timedelta(hours=5), "area_code": COMMUNITY, "capacity": 8}
        a_shift(session, now, title="楼道清扫", **today)
        seen = Seen(SkillKind.TRAINING, "急救培训", date(2026, 3, 2), None, "看过结业证原件")
        skills.enter(session, clerk, people[1], seen, now)
        stars.apply(session, people[0], now, channel=Channel.CHAT)
        erasures.ask(session, people[5], now, channel=Channel.CHAT, cooling=week)
        record = session.scalars(
            select(ServiceRecord).where(ServiceRecord.person_id == people[1])
        ).first()
        record.state, record.version = RecordState.CONFIRMED, 1
        _broadcast(session, runtime, clerk, head)
        _hazards(session, runtime, clerk, people)
        given = {"channel": Channel.CHAT, "vault": vault}
        disputes.raise_dispute(session, people[1], record.id, "我待到12点才走", now, **given)
        _odd(session, people[2], tree.by_code(session, COMMUNITY).id, now)
        year = months.Span(now.date() - month, now.date())
        asked = Question(
            "service", "xlsx", tree.by_code(session, COMMUNITY), year, "给街道报三月小结"
        )
        exports.ask(session, clerk, asked, now)
        session.execute(update(Need).where(Need.number == 2).values(due_at=now - week))
    return worker


def _hazards(session: Session, runtime: Runtime, clerk: Reach, people: list[int]) -> None:
    """Let people have reported what is dangerous: one to be looked at, one to be put right."""
    now, vault, folder = runtime.now(), runtime.vault, runtime.settings.photos_dir
    told = (
        ("pothole.jpg", "路面坑洼，骑车会摔", "迎泽公园西门"),
        ("blocked.jpg", "楼道口堵满杂物，消防车进不来", "示例小区3号楼"),
        ("wires.jpg", "楼外飞线充电", "示例小区5号楼"),
    )
    for person, (name, words, place) in zip(people, told, strict=False):
        whole = {"by": person, "purpose": Purpose.HAZARD, "now": now}
        picture = pictures.look(drawn(name))
        laid = files.lay(folder, picture, vault=vault)
        photo = noting.keep(session, laid, name, ask=False, **whole)
        report = Told(words, place, photos=(photo,))
        given = {"channel": Channel.MINIPROGRAM, "vault": vault}
        hazard = reporting.report(session, person, report, now, **given)
        hazard.area_id = tree.by_code(session, COMMUNITY).id
        session.flush()
        if name == "wires.jpg":
            here = {"channel": Channel.CONSOLE}
            showing.allow(session, clerk, hazard.id, photo, now)
            hazards.triage(session, clerk, hazard.id, now, **here)
            hazards.assign(session, clerk, hazard.id, COMMUNITY, now, remark="先断电", **here)


def _odd(session: Session, person: int, area: int, now: datetime) -> None:
    """Let the machine have noticed something."""
    row = {"kind": "bulk", "area_id": area, "shift_id": 2, "person_id": person}
    session.add(
        Oddity(key="scene", facts={"count": 12}, state=OddityState.OPEN, found_at=now, **row)
    )


def _tokens(runtime: Runtime) -> dict[str, str]:
    """Sign in the community's worker, the district's operator, an auditor and a system admin."""
    now = runtime.now()
    with runtime.db.transaction() as session:
        found = session.scalars(select(StaffAccount).order_by(StaffAccount.id)).all()
        accounts = {"worker": found[0].id, "operator": found[1].id}
        for role, name in ((Role.AUDITOR, "示例·周正"), (Role.SYSTEM_ADMIN, "示例·唐明")):
            person = identities.put_down(session, now)
            accounts[role.value] = employ(session, runtime, (person, name), role, "140106")
        accounts |= _organise(session, runtime)
        return {who: sessions.start(session, id_, "test", now) for who, id_ in accounts.items()}


def _organise(session: Session, runtime: Runtime) -> dict[str, int]:
    """Let a branch keep the files of two members; return who may sign in."""
    now, found = runtime.now(), {}
    for role, name in (
        (Role.PARTY_DATA_OFFICER, "示例·党建国"),
        (Role.BRANCH_SECRETARY, "示例·书记"),
        (Role.CONTACT_PERSON, "示例·联系人"),
    ):
        person = identities.put_down(session, now)
        area = "140106" if role is Role.PARTY_DATA_OFFICER else COMMUNITY
        found[role.value] = person, employ(session, runtime, (person, name), role, area)
    reach = {who: reaches.of(session, person, now) for who, (person, _id) in found.items()}
    officer, leads = reach["party_data_officer"], reach["branch_secretary"]
    branch = branches.found(session, officer, COMMUNITY, "示例柳北社区党支部", now)
    branches.found(session, officer, "140106", "示例县示例村党支部", now, outside=True)
    seat = officer, branch.id, leads.person_id, Office.SECRETARY, now
    branches.entrust(session, *seat)
    how = {"channel": Channel.CONSOLE, "vault": runtime.party}
    for number, name in enumerate(("示例·赵小兰", "示例·钱进"), 1):
        told = Facts(name, f"1380000020{number}", "示例路1号", "示例物流公司", "务工")
        file = party_files.report(session, leads, branch.id, told, now, **how)
        contact = reach["contact_person"].person_id
        contacts.name(session, leads, file.id, contact, now)
        file.reported_at = now - 150 * DAY
        if number == 2:
            _objects(session, runtime, leads, file.id, file.person_id)
    _write_to(session, runtime, leads, file.id)
    return {who: staff_id for who, (_person, staff_id) in found.items()}


def _objects(session: Session, runtime: Runtime, leads: Reach, file_id: int, member: int) -> None:
    """Let a branch review a member, who has something to say to it."""
    now, quarter = runtime.now(), "2025Q4"
    rules = Rules(runtime.settings.reports, runtime.settings.reviews)
    both = {"vault": runtime.party, "names": runtime.vault}
    decision = Decision(Grade.BASIC, (), "电话打过两次没有接")
    session.flush()
    deciding.decide(session, leads, file_id, quarter, decision, now, rules=rules, **both)
    shown_reviews.show(session, leads, quarter, [file_id], now, **both)
    words, how = "10月在工地开过两次会", {"channel": Channel.CHAT, "vault": runtime.party}
    answering.object_to(session, member, quarter, words, now, **how)


def _write_to(session: Session, runtime: Runtime, leads: Reach, file_id: int) -> None:
    """Let last year's letter to a member be written, and one of their needs be open."""
    now, vault = runtime.now(), runtime.party
    said = Words("这一年您在外地送快递，还抽空参加了线上学习。\n父母身体都好，家里放心。", "合格")
    writing.write(session, leads, file_id, 2025, said, 0, now, vault=vault)
    how = {"channel": Channel.PHONE, "vault": vault}
    needs.put_down(session, leads, file_id, "孩子入学的材料还差一份，想请支部问一问", now, **how)


def _broadcast(session: Session, runtime: Runtime, clerk: Reach, head: Reach) -> None:
    """Let a broadcast go out that the clerk has asked for and the head allowed."""
    now, settings = runtime.now(), runtime.settings
    draft = drafts.Draft("明天上午停水", WATER, "everybody", COMMUNITY)
    made = drafts.write(session, clerk, draft, now, settings=settings)
    consent.ask(session, clerk, made.id, "水务公司来电", now, settings=settings)
    question = session.scalars(select(Approval.id).where(Approval.kind == consent.KIND)).one()
    approvals.grant(session, head, question, now)
