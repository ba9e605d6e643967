"""Somebody of whom everything is kept that can be kept, marked so that each trace is found."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from server.areas import tree
from server.db import Base
from server.notices import outbox
from server.people import ages, guardians, identities, profile, volunteer_numbers
from server.people.guardians import Given
from server.people.models import App, Channel, Person
from server.people.vault import Vault
from server.riders import registration
from server.riders.hazards import drafts, pictures, reporting
from server.riders.hazards.reporting import Told as Hazard
from server.riders.models import Sector
from server.riders.points import earning, reversing
from server.riders.points.earning import Award
from server.riders.registration import Told
from server.runtime import Runtime
from server.staff.models import Approval, ApprovalState, StaffAccount, StaffState
from server.store.memory import MemoryStore
from server.volunteers.hours import disputes, records
from server.volunteers.models import (
    Activity,
    Attendance,
    Certificate,
    MemberState,
    Need,
    NeedState,
    NeedStep,
    Oddity,
    OddityState,
    OwnCode,
    PlaceHint,
    Signup,
    Skill,
    SkillKind,
    StarAward,
    StarScheme,
    StarState,
    Team,
    TeamKind,
    TeamMember,
)
from server.volunteers.stars import objections as star_objections
from server.wechat.models import Waiting
from tests.factories import a_person, an_activity
from tests.server.volunteers.records.acts import a_past_shift, a_presence

WORD = "CANARY7f3a"
PHONE = "13899990001"
PLACE = 37.87654
OPENID = "oCANARY7f3aCANARY7f3aCANARY7"
OTHER_OPENID = "oCANARY7f3aCANARY7f3aCANARY8"
NEEDLES = (WORD, PHONE, str(PLACE))


class Remembering(Vault):
    """A vault that remembers what it sealed and marked of the canary."""

    def __init__(self, data_key: str) -> None:
        super().__init__(data_key)
        self.sealed: dict[bytes, str] = {}
        self.marks: dict[str, str] = {}

    def seal(self, text: str, about: str) -> bytes:
        sealed = super().seal(text, about)
        if any(needle in text for needle in NEEDLES):
            self.sealed[sealed] = about
        return sealed

    def mark(self, text: str, purpose: str) -> str:
        mark = super().mark(text, purpose)
        told = any(needle.lower() in text.lower() for needle in NEEDLES)
        # the mark of an erased account is the tombstone itself
        if told and purpose != "erased_account":
            self.marks[mark] = purpose
        return mark


def everything(session: Session, runtime: Runtime, person: int) -> None:
    """Keep of this person whatever the tables can hold."""
    now, vault = runtime.now(), runtime.vault
    profile.rename(session, person, f"{WORD}甲", vault=vault)
    profile.set_phone(session, person, PHONE, vault=vault)
    ages.declare(session, person, 1968, now, Channel.CHAT)
    session.get_one(Person, person).area_id = tree.root(session).id
    volunteer_numbers.of(session, person, now)
    outbox.queue(session, person, "chat.late_reply", f"late:{person}", now, {"text": WORD})
    waiting = Waiting(key="w", app="official", openid=OPENID, received_at=now, attempts=0)
    waiting.sealed = vault.seal(f"{WORD} wrote", "waiting:w")
    session.add(waiting)
    session.flush()
    _guarded(session, runtime, person)
    _served(session, runtime, person)
    _shown(session, runtime, person)
    _asked(session, runtime, person)
    _employed(session, runtime, person)
    _rode(session, runtime, person)
    _reported(session, runtime, person)
    session.flush()


def _rode(session: Session, runtime: Runtime, person: int) -> None:
    now = runtime.now()
    told = Told(Sector.FOOD, tree.root(session).code, WORD)
    registration.register(session, person, told, Channel.CHAT, now)
    code, source = "SUGGEST_ADOPTED", f"suggestion:{person}"
    award = earning.earn(session, Award(code, person, source, now, a_person(session, now)), now)
    reversing.reverse(session, award.transaction_id, f"{PHONE}来电说明", now)
    earning.earn(session, Award(code, person, f"{source}:2", now, a_person(session, now)), now)


def _reported(session: Session, runtime: Runtime, person: int) -> None:
    """Let them have reported a hazard and begun to tell of another."""
    now, vault = runtime.now(), runtime.vault
    told = Hazard(words=f"{WORD}说路灯不亮", place="示例路口")
    hazard = reporting.report(session, person, told, now, channel=Channel.CHAT, vault=vault)
    hazard.rating_note = vault.seal(f"{WORD}满意", f"hazard:{hazard.id}:rating_note")
    draft = drafts.begin(session, person, now, channel=Channel.CHAT)
    drafts.add_words(draft, f"{WORD}还有", vault=vault)
    pictures.add(session, draft.id, f"{WORD}-media", now)


def _guarded(session: Session, runtime: Runtime, person: int) -> None:
    now, vault = runtime.now(), runtime.vault
    child, staff, grown_up = (a_person(session, now) for _ in range(3))
    own = Given(f"{WORD}母", "13899990002", "母亲")
    guardians.agree(session, person, own, now, channel=Channel.PAPER, seen_by=staff, vault=vault)
    theirs = Given(f"{WORD}甲", PHONE, "父亲")
    guardians.agree(session, child, theirs, now, channel=Channel.PAPER, seen_by=staff, vault=vault)
    guardians.keep(session, grown_up, theirs, now, vault, channel=Channel.CHAT, guardian_id=person)


def _served(session: Session, runtime: Runtime, person: int) -> None:
    now, vault = runtime.now(), runtime.vault
    presence = a_presence(session, person, a_past_shift(session, now))
    kept = session.get_one(Attendance, presence)
    kept.device, kept.evidence = vault.mark(f"{WORD} phone", "device"), f"{WORD} says so"
    session.add(
        PlaceHint(attendance_id=presence, latitude=PLACE, longitude=112.5, accuracy=10, at=now)
    )
    session.get_one(Signup, kept.signup_id).override = f"{WORD} asked"
    record = records.from_attendance(session, presence, now)
    record_id = getattr(record, "id", record)
    disputes.raise_dispute(
        session, person, record_id, f"{WORD}觉得少了", now, channel=Channel.CHAT, vault=vault
    )
    session.add(
        Approval(
            kind="hours.amend",
            key=f"record:{record_id}",
            area_id=tree.root(session).id,
            facts={"record": record_id},
            reason=f"{WORD} forgot",
            note=f"{WORD} did",
            state=ApprovalState.GRANTED,
            asked_by=a_person(session, now),
            asked_at=now,
            expires_at=now,
        )
    )
    session.add(
        Oddity(
            key=f"odd:{person}",
            kind="bulk",
            area_id=tree.root(session).id,
            person_id=person,
            facts={"who": WORD},
            state=OddityState.OPEN,
            found_at=now,
            note=f"{WORD} was asked",
        )
    )
    session.add(OwnCode(person_id=person, mark=vault.mark(f"{WORD} own", "own"), expires_at=now))


def _shown(session: Session, runtime: Runtime, person: int) -> None:
    now, area = runtime.now(), tree.root(session).id
    certificate: dict[str, Any] = {
        "number": f"N{person}",
        "person_id": person,
        "minutes": 120,
        "records": 1,
        "issued_at": now,
        "channel": Channel.CHAT,
        "issuer": "示例区",
        "snapshot": runtime.vault.seal(json.dumps({"name": WORD}), "certificate"),
        "snapshot_hash": "0" * 64,
    }
    if hasattr(Certificate, "area_id"):
        certificate["area_id"] = area
    session.add(Certificate(**certificate))
    scheme = StarScheme(version=900, name="示例", since=now.date(), levels={}, made_at=now)
    session.add(scheme)
    session.flush()
    for owner, words in ((person, f"{WORD} never came"), (a_person(session, now), "看见了")):
        star = StarAward(
            person_id=owner,
            scheme_id=scheme.id,
            area_id=area,
            level=1,
            minutes=6000,
            state=StarState.PUBLISHED,
            channel=Channel.CHAT,
            applied_at=now,
            note=f"{WORD} is kind" if owner == person else None,
        )
        session.add(star)
        session.flush()
        _against(session, runtime, star.id, a_person(session, now), words)
    _against(session, runtime, star.id, person, f"{WORD} saw it")
    session.add(
        Skill(
            person_id=person,
            kind=SkillKind.TRAINING,
            name="急救",
            granted_on=now.date(),
            evidence=f"{WORD} card",
            entered_at=now,
        )
    )


def _against(session: Session, runtime: Runtime, star_id: int, person: int, words: str) -> None:
    now, vault = runtime.now(), runtime.vault
    raised = star_objections.object_to(
        session, person, star_id, words, now, channel=Channel.CHAT, vault=vault
    )
    raised.answer = f"{WORD} was asked" if WORD in words else None


def _asked(session: Session, runtime: Runtime, person: int) -> None:
    now, vault = runtime.now(), runtime.vault
    need = Need(
        number=900,
        area_id=tree.root(session).id,
        channel=Channel.CHAT,
        raised_by=person,
        words=b"",
        title="一老一小：需要搬抬",
        field="elderly_and_children",
        place="示例社区",
        state=NeedState.SUBMITTED,
        reason=f"{WORD} is out",
        created_at=now,
        changed_at=now,
    )
    session.add(need)
    session.flush()
    for column in ("words", "asker_name", "asker_phone", "address", "rating_note", "follow_up"):
        setattr(need, column, vault.seal(f"{WORD} {PHONE}", f"need:{need.id}:{column}"))
    session.add(
        NeedStep(
            need_id=need.id, at=now, by=person, channel=Channel.CHAT, action="raised", note=WORD
        )
    )
    team = Team(
        number=900, name="示例队", kind=TeamKind.YOUTH, area_id=need.area_id, created_at=now
    )
    team.leader_id = person
    session.add(team)
    session.flush()
    session.add(
        TeamMember(
            team_id=team.id,
            person_id=person,
            state=MemberState.MEMBER,
            channel=Channel.CHAT,
            asked_at=now,
            changed_at=now,
        )
    )


def _employed(session: Session, runtime: Runtime, person: int) -> None:
    now = runtime.now()
    session.add(
        StaffAccount(
            person_id=person,
            login=WORD.lower(),
            state=StaffState.DISABLED,
            totp=runtime.vault.seal(f"{WORD} totp", "totp"),
            created_at=now,
            changed_at=now,
        )
    )
    led = session.get_one(Activity, an_activity(session, now, title="看展").id)
    led.leader_id, led.leader_name = person, f"{WORD}甲"
    led.ends_at = now - timedelta(days=1)


def traces(session: Session, vault: Remembering) -> list[str]:
    """Return where in the tables anything of the canary stands, sealed or plain."""
    return [
        f"{table.name}.{name}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(table.select()).mappings()
        for name, cell in row.items()
        if _is_trace(cell, vault)
    ]


def traces_in_store(store: object) -> list[str]:
    """Return the keys and texts of the store, in memory or in Redis, that tell of the canary."""
    if isinstance(store, MemoryStore):
        kept = [f"{key} {text}" for key, (text, _until) in store._kept.items()]
    else:
        client = store._redis  # type: ignore[attr-defined]
        kept = [f"{key} {client.get(key)}" for key in client.scan_iter("nuanfeng:*")]
    return [line for line in kept if any(needle in line for needle in NEEDLES)]


def known(session: Session) -> int:
    """Return who talks with the canary's phone."""
    found = identities.recognise(session, App.OFFICIAL, OPENID)
    assert found is not None
    return found.person_id


def _is_trace(cell: object, vault: Remembering) -> bool:
    if isinstance(cell, bytes):
        if cell in vault.sealed:
            return True
        cell = cell.decode("latin-1")
    text = json.dumps(cell, ensure_ascii=False, default=str)
    told = any(needle.lower() in text.lower() for needle in NEEDLES)
    return told or any(mark in text for mark in vault.marks)
