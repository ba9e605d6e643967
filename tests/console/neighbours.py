"""One thing of every kind in a community, each bearing a word that no neighbour may read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from server.areas import tree
from server.areas.models import Area
from server.audit import trail
from server.notices.models import Broadcast, BroadcastState, Notice
from server.office.imports.models import ImportBatch, ImportState
from server.party import contents
from server.party.models import Branch, PartyFile, PartyList, PartyUpload, UploadState
from server.people import posts, profile
from server.people.models import Channel, Erasure, ErasureState, Guardian, Role
from server.photos.models import Photo, PhotoState, Purpose
from server.riders.hazards import texts
from server.riders.hazards.models import Hazard, HazardPhoto, HazardState, HazardStep
from server.riders.rewards.means import Means
from server.riders.rewards.stock import Shelf
from server.riders.stations.facilities import FaultKind
from server.riders.stations.models import HostKind, Station, StationFault
from server.runtime import Runtime
from server.staff.models import (
    Approval,
    ApprovalState,
    Export,
    ExportState,
    StaffAccount,
    StaffState,
)
from server.volunteers.models import (
    Activity,
    ActivityState,
    ActivityTemplate,
    Attendance,
    Certificate,
    Dispute,
    DisputeState,
    Field,
    MemberState,
    Need,
    NeedState,
    NeedStep,
    ObjectionState,
    Oddity,
    OddityState,
    RecordState,
    RecordVersion,
    Route,
    ServiceRecord,
    Shift,
    Signup,
    SignupState,
    Skill,
    SkillKind,
    Source,
    StarAward,
    StarObjection,
    StarScheme,
    StarState,
    Team,
    TeamKind,
    TeamMember,
)
from tests.factories import a_person
from tests.server.party.acts import a_cell
from tests.server.riders.acts import rich, riding
from tests.server.riders.rewards.acts import a_reward, bring, hold, verified

WORD = "金丝雀"
"""Stands in every name, title, place and sentence of A1."""
PHONE = "13912345678"
NUMBER = "V2026000007"
CODE = "A1"

Ids = dict[str, int]


@dataclass
class World:
    """Everything of a community by the name under which addresses and forms ask for it."""

    code: str = CODE
    word: str = WORD
    phone: str = PHONE
    nth: int = 7
    ids: Ids = field(default_factory=dict)
    area_id: int = 0


def planted(runtime: Runtime, world: World | None = None) -> World:
    """Put one thing of every kind down in a community."""
    world = world or World()
    with runtime.db.transaction() as session:
        world.area_id = tree.by_code(session, world.code).id
        _people(session, runtime, world)
        _services(session, runtime, world)
        _presence(session, runtime, world)
        _papers(session, runtime, world)
        _desk(session, runtime, world)
        _told(session, runtime, world)
        _stations(session, runtime, world)
        _party(session, runtime, world)
        _hazards(session, runtime, world)
        _rewards(session, runtime, world)
    return world


def _kept(session: Session, world: World, key: str, row: Any) -> Any:
    session.add(row)
    session.flush()
    world.ids[key] = row.id
    return row


def _people(session: Session, runtime: Runtime, world: World) -> None:
    now, vault = runtime.now(), runtime.vault
    person = a_person(session, now)
    profile.rename(session, person, f"{world.word}甲", vault=vault)
    profile.set_phone(session, person, world.phone, vault=vault)
    row = session.get_one(profile.Person, person)
    row.area_id, row.volunteer_no, row.birth_year = world.area_id, f"V202600000{world.nth}", 1990
    worker = a_person(session, now)
    profile.rename(session, worker, f"{world.word}乙", vault=vault)
    session.get_one(profile.Person, worker).area_id = world.area_id
    post = posts.appoint(
        session, worker, Role.COMMUNITY_WORKER, tree.by_code(session, world.code), now, until=None
    )
    facts = {"state": StaffState.ACTIVE, "created_at": now, "changed_at": now}
    account = StaffAccount(person_id=worker, login=f"canary.{world.code.lower()}", **facts)
    _kept(session, world, "staff_id", account)
    world.ids |= {"person_id": person, "worker_id": worker, "post_id": post.id}
    guardian = Guardian(
        minor_id=person, name=b"", phone=b"", phone_mark=world.code, relation="母亲"
    )
    guardian.channel, guardian.agreed_at = Channel.CHAT, now
    _kept(session, world, "guardian_id", guardian)
    world.ids["guardianship_id"] = guardian.id
    guardian.name = vault.seal(f"{world.word}母", f"guardian:{guardian.id}:name")
    guardian.phone = vault.seal(world.phone, f"guardian:{guardian.id}:phone")


def _services(session: Session, runtime: Runtime, world: World) -> None:
    now, ids, area_id = runtime.now(), world.ids, world.area_id
    team = Team(
        number=world.nth,
        name=f"{world.word}队",
        kind=TeamKind.OTHER,
        area_id=area_id,
        about=world.word,
    )
    team.leader_id, team.created_at = ids["worker_id"], now
    _kept(session, world, "team_id", team)
    member = TeamMember(team_id=team.id, person_id=ids["person_id"], state=MemberState.ASKED)
    member.channel, member.asked_at, member.changed_at = Channel.CHAT, now, now
    _kept(session, world, "member", member)
    need = Need(
        number=world.nth,
        area_id=area_id,
        channel=Channel.CHAT,
        raised_by=ids["person_id"],
        words=b"",
        title=f"{world.word}需求",
        field=Field.CONVENIENCE,
        place=f"{world.word}路",
        state=NeedState.SUBMITTED,
        created_at=now,
        changed_at=now,
        due_at=now + timedelta(days=1),
    )
    _kept(session, world, "need_id", need)
    for name in ("words", "address", "asker_name"):
        setattr(need, name, runtime.vault.seal(f"{world.word}说", f"need:{need.id}:{name}"))
    need.asker_phone = runtime.vault.seal(world.phone, f"need:{need.id}:asker_phone")
    step = NeedStep(
        need_id=need.id, at=now, channel=Channel.CHAT, action="submitted", note=world.word
    )
    _kept(session, world, "step_id", step)
    for key, state, ahead in (
        ("draft_id", ActivityState.DRAFT, 24),
        ("review_id", ActivityState.REVIEW, 48),
        ("activity_id", ActivityState.OPEN, 1),
    ):
        _activity(session, world, key, state, now, ahead)
    what = {"title": f"{world.word}模板", "leader_name": world.word, "risk_note": world.word}
    kinds = {"field": "other", "team": "other", "risk": "normal"}
    times = [{"at": "09:00", "minutes": 60, "capacity": 5}]
    draft = {**what, **kinds, "place": world.word, "times": times}
    template = ActivityTemplate(area_id=area_id, name=world.word, draft=draft, created_at=now)
    _kept(session, world, "template_id", template)


def _activity(
    session: Session, world: World, key: str, state: ActivityState, now: datetime, ahead: int
) -> None:
    starts = now + timedelta(hours=ahead)
    ends = starts + timedelta(hours=2)
    activity = Activity(
        number=world.nth * 100 + ahead,
        title=f"{world.word}活动",
        field=Field.CONVENIENCE,
        team=TeamKind.OTHER,
        area_id=world.area_id,
        place=f"{world.word}室",
        leader_name=f"{world.word}丙",
        team_id=world.ids["team_id"],
        leader_id=world.ids["worker_id"],
        risk_note=f"{world.word}小心",
        state=state,
        closes_at=starts,
        ends_at=ends,
        created_by=world.ids["worker_id"],
        created_at=now,
    )
    _kept(session, world, key, activity)
    shift = Shift(activity_id=activity.id, starts_at=starts, ends_at=ends, capacity=9)
    shift.opens_at = shift.free_cancel_until = now - timedelta(hours=1)
    shift.closes_at = starts
    _kept(session, world, "shift_id", shift)


def _presence(session: Session, runtime: Runtime, world: World) -> None:
    now, ids = runtime.now(), world.ids
    shift = session.get_one(Shift, ids["shift_id"])
    shift.taken, shift.record_due = 1, now.date()
    signup = Signup(shift_id=shift.id, person_id=ids["person_id"], channel=Channel.CHAT)
    signup.state, signup.created_at, signup.changed_at = SignupState.CHECKED_OUT, now, now
    _kept(session, world, "signup_id", signup)
    presence = Attendance(signup_id=signup.id, shift_id=shift.id, person_id=ids["person_id"])
    presence.in_at, presence.in_route, presence.entered_at = now, Route.ROSTER, now
    presence.out_at, presence.out_route, presence.evidence = now, Route.ROSTER, world.word
    presence.recheck = "asked"
    _kept(session, world, "attendance_id", presence)
    record = ServiceRecord(
        person_id=ids["person_id"],
        shift_id=shift.id,
        signup_id=signup.id,
        area_id=world.area_id,
        field=Field.CONVENIENCE,
        day=now.date(),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        minutes=120,
        state=RecordState.PENDING,
        disputed=True,
        source=Source.ATTENDANCE,
        due=now.date() + timedelta(days=10),
        created_at=now,
    )
    _kept(session, world, "record_id", record)
    version = RecordVersion(record_id=record.id, version=1, minutes=120, reason=f"{world.word}因")
    version.starts_at, version.ends_at = shift.starts_at, shift.ends_at
    version.state, version.channel, version.made_at = RecordState.PENDING, Channel.CONSOLE, now
    _kept(session, world, "version_id", version)
    dispute = Dispute(record_id=record.id, person_id=ids["person_id"], words=b"")
    dispute.channel, dispute.state, dispute.raised_at = Channel.CHAT, DisputeState.OPEN, now
    dispute.due = now.date() + timedelta(days=5)
    _kept(session, world, "dispute_id", dispute)
    dispute.words = runtime.vault.seal(f"{world.word}不服", f"dispute:{dispute.id}:words")
    oddity = Oddity(key=world.code, kind="bulk", area_id=world.area_id, facts={"people": 21})
    oddity.shift_id, oddity.person_id = shift.id, ids["person_id"]
    oddity.state, oddity.found_at, oddity.note = OddityState.OPEN, now, world.word
    _kept(session, world, "oddity_id", oddity)


def _papers(session: Session, runtime: Runtime, world: World) -> None:
    now, person, area_id = runtime.now(), world.ids["person_id"], world.area_id
    paper = Certificate(
        number=f"ZM7777777777{world.nth}", person_id=person, area_id=area_id, minutes=120
    )
    paper.records, paper.issued_at, paper.channel, paper.issuer = 1, now, Channel.CHAT, world.word
    paper.snapshot, paper.snapshot_hash = b"", "0" * 64
    _kept(session, world, "certificate_id", paper)
    scheme = StarScheme(version=world.nth, name="星级", since=now.date() - timedelta(days=9))
    scheme.levels, scheme.made_at = {"1": 100}, now
    session.add(scheme)
    session.flush()
    award = StarAward(person_id=person, scheme_id=scheme.id, area_id=area_id, level=1, minutes=9000)
    award.state, award.channel, award.applied_at = StarState.APPLIED, Channel.CHAT, now
    award.note = world.word
    _kept(session, world, "award_id", award)
    said = StarObjection(award_id=award.id, person_id=a_person(session, now), channel=Channel.CHAT)
    said.state, said.raised_at, said.due, said.words = ObjectionState.OPEN, now, now.date(), b""
    _kept(session, world, "objection_id", said)
    award.objections, said.answer = 1, world.word
    skill = Skill(
        person_id=person, kind=SkillKind.TRAINING, name=f"{world.word}培训", evidence=world.word
    )
    skill.granted_on, skill.entered_at, skill.entered_by = now.date(), now, world.ids["worker_id"]
    _kept(session, world, "skill_id", skill)


def _told(session: Session, runtime: Runtime, world: World) -> None:
    now = runtime.now()
    key, facts = f"canary:{world.code}", {"title": world.word, "place": world.word}
    notice = Notice(key=key, person_id=world.ids["person_id"], kind="needs.done", facts=facts)
    notice.queued_at, notice.due_at, notice.not_after = now, now, now + timedelta(days=1)
    _kept(session, world, "notice_id", notice)


def _desk(session: Session, runtime: Runtime, world: World) -> None:
    now, ids = runtime.now(), world.ids
    approval = Approval(kind="hours.void", key=f"record:{ids['record_id']}", area_id=world.area_id)
    approval.facts = {"record": ids["record_id"], "minutes": 0, "version": 1}
    approval.reason, approval.state, approval.asked_by = (
        world.word,
        ApprovalState.ASKED,
        ids["worker_id"],
    )
    approval.asked_at, approval.expires_at = now, now + timedelta(days=7)
    _kept(session, world, "approval_id", approval)
    told = Broadcast(area_id=world.area_id, whom="everybody", title=f"{world.word}停水", counted=9)
    told.text, told.state, told.asked_by = world.word, BroadcastState.APPROVED, ids["worker_id"]
    told.asked_at, told.not_after = now, now + timedelta(days=2)
    _kept(session, world, "broadcast_id", told)
    export = Export(kind="service", form="csv", area_id=world.area_id, asked_by=ids["worker_id"])
    span = {"since": "2026-03-01", "until": "2026-03-09"}
    export.wanted = {"purpose": world.word, "whole": False, **span}
    export.state, export.asked_at, export.file_name = ExportState.READY, now, "canary.csv"
    export.ready_at, export.expires_at = now, now + timedelta(days=1)
    _kept(session, world, "export_id", export)
    batch = ImportBatch(
        kind="people", area_id=world.area_id, file_name=f"{world.word}.xlsx", rows=b""
    )
    batch.count, batch.flaws, batch.state = 1, 0, ImportState.PREVIEWED
    batch.made_by, batch.made_at = ids["worker_id"], now
    _kept(session, world, "batch_id", batch)
    wish = Erasure(person_id=ids["person_id"], channel=Channel.CHAT, state=ErasureState.ASKED)
    wish.asked_at, wish.due_at = now, now + timedelta(days=7)
    _kept(session, world, "wish_id", wish)
    subject, path = ("need", ids["need_id"]), session.get_one(Area, world.area_id).path
    who = ids["worker_id"]
    trail.record(session, who, "need.raised", subject, now, area_path=path, reason=world.word)


def _stations(session: Session, runtime: Runtime, world: World) -> None:
    now, person = runtime.now(), world.ids["person_id"]
    station = Station(
        number=world.nth,
        area_id=world.area_id,
        name=f"{world.word}驿站",
        host=HostKind.COMMUNITY,
        address=f"{world.word}路",
        lat=37_860_000,
        lng=112_570_000,
        strip=3_786,
        note=world.word,
        facilities=frozenset(),
        week=((),) * 7,
    )
    station.created_at = station.changed_at = now
    _kept(session, world, "station_id", station)
    fault = StationFault(
        station_id=station.id, person_id=person, kind=FaultKind.OTHER, words=world.word
    )
    fault.day, fault.channel = now.date(), Channel.CHAT
    fault.reported_at = fault.changed_at = now
    _kept(session, world, "fault_id", fault)


def _party(session: Session, runtime: Runtime, world: World) -> None:
    """A branch with a member, a list that was brought along, and one that may be taken."""
    now, vault = runtime.now(), runtime.party
    cell = a_cell(session, now, world.code)
    file = session.get_one(PartyFile, cell.file)
    for name in ("name", "place", "employer", "reason", "note"):
        contents.put_text(file, name, f"{world.word}{name}", vault)
    contents.put_text(file, "phone", world.phone, vault)
    session.get_one(Branch, cell.branch).name = f"{world.word}党支部"
    world.ids |= {"file_id": cell.file, "branch_id": cell.branch}
    who = cell.secretary.person_id
    upload = PartyUpload(branch_id=cell.branch, made_by=who, count=1, flaws=0, made_at=now)
    upload.state = UploadState.PREVIEWED
    _kept(session, world, "upload_id", upload)
    given = PartyList(branch_id=cell.branch, asked_by=who, first_by=who, second_by=who)
    given.allowed_at, given.ends_at = now, now + timedelta(days=1)
    _kept(session, world, "list_id", given)


def _hazards(session: Session, runtime: Runtime, world: World) -> None:
    now, person, vault = runtime.now(), world.ids["person_id"], runtime.vault
    hazard = Hazard(
        reporter_id=person,
        channel=Channel.CHAT,
        state=HazardState.ASSIGNED,
        kind="other",
        place=f"{world.word}路口",
        area_id=world.area_id,
        assigned_id=world.area_id,
        closing_note=world.word,
    )
    hazard.created_at = hazard.received_at = hazard.changed_at = hazard.due_at = now
    _kept(session, world, "hazard_id", hazard)
    hazard.words = texts.seal(vault, hazard.id, "words", f"{world.word}{world.phone}")
    step = HazardStep(hazard_id=hazard.id, at=now, by=person, channel=Channel.CHAT)
    step.action, step.note = "received", world.word
    session.add(step)
    photo = Photo(person_id=person, source=f"invented-{world.code}", purpose=Purpose.HAZARD)
    photo.day, photo.state, photo.noted_at = now.date(), PhotoState.KEPT, now
    photo.file_name = f"invented{world.nth}"
    _kept(session, world, "photo_id", photo)
    session.add(HazardPhoto(hazard_id=hazard.id, photo_id=photo.id, at=now))
    session.flush()


def _rewards(session: Session, runtime: Runtime, world: World) -> None:
    """Let a rider redeem something at the station; what it is, is the district's."""
    now, person = runtime.now(), world.ids["person_id"]
    riding(session, person, now)
    verified(session, person, now)
    rich(session, person, now, 10)
    shelf = Shelf(a_reward(session, now), world.ids["station_id"])
    bring(session, shelf, 5, now)
    means = Means(runtime.vault, runtime.limits, runtime.settings.rewards)
    world.ids["voucher_id"] = hold(session, person, shelf, now, means).id
