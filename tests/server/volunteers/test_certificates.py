"""Certificates say the sum of final records at their issue, and no longer than it is true."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from config.issuer import Issuer
from server.notices.models import Notice
from server.people import identities, profile, volunteer_numbers
from server.people.models import Channel
from server.volunteers.certificates import certificates, verification
from server.volunteers.certificates.certificates import NameUnknown, NothingFinal
from server.volunteers.models import Certificate, CertificateLine, RecordState, ServiceRecord
from tests.factories import a_person
from tests.server.volunteers.served import a_record, a_volunteer

ISSUER = Issuer(name="示例区社会工作部", in_charge="示例·王芳", contact="0351-0000000")


@pytest.fixture
def vault(runtime):
    return runtime.vault


@pytest.fixture
def issue(session, now, vault):
    def of(person, **more):
        known = {"channel": Channel.CHAT, "issuer": ISSUER, "vault": vault} | more
        return certificates.issue(session, person, now, **known)

    return of


def paper(session, issued, vault):
    row = session.get_one(Certificate, issued.id)
    return certificates.papers.opened(row.number, row.snapshot, vault)


def test_a_certificate_counts_final_records_and_nothing_else(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    a_record(session, person, now, 95)
    a_record(session, person, now, 120, title="敬老院理发")
    for state in (RecordState.PENDING, RecordState.CONFIRMED, RecordState.VOID):
        a_record(session, person, now, 60, state=state)

    issued = issue(person)
    said = paper(session, issued, vault)

    assert (issued.minutes, issued.records, issued.state) == (215, 2, "valid")
    assert [line.title for line in said.lines] == ["社区图书角整理", "敬老院理发"]
    assert (said.name, said.issuer, said.in_charge) == ("示例·李明", ISSUER.name, "示例·王芳")
    assert volunteer_numbers.is_whole(said.volunteer_no)


def test_a_number_cannot_be_guessed_and_has_no_letter_like_a_digit(session, now, vault, issue):
    numbers = []
    for _ in range(20):
        person = a_volunteer(session, vault, now)
        a_record(session, person, now)
        numbers.append(issue(person).number)

    assert len(set(numbers)) == 20
    assert all(re.fullmatch(r"NF2026[2-9A-HJ-NP-Z]{10}", number) for number in numbers)


def test_asking_again_with_nothing_changed_gives_the_same(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    a_record(session, person, now)

    first, again = issue(person), issue(person, channel=Channel.MINIPROGRAM)

    assert (first.number, first.fresh, again.fresh) == (again.number, True, False)
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_more_hours_make_a_new_certificate_and_leave_the_old_one_true(session, now, vault, issue):
    person = a_volunteer(session, vault, now)
    a_record(session, person, now, 60)
    first = issue(person)
    a_record(session, person, now, 60)

    second = issue(person)

    assert (second.minutes, second.number == first.number) == (120, False)
    assert [each.state for each in certificates.mine(session, person)] == ["valid", "valid"]


def test_the_same_hours_never_stand_under_two_names(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    a_record(session, person, now)
    first = issue(person)

    profile.rename(session, person, "示例·张三", vault=vault)
    second = issue(person)

    states = {each.number: each.state for each in certificates.mine(session, person)}
    assert states == {first.number: "superseded", second.number: "valid"}


def test_whose_name_is_unknown_is_told_how_to_tell_it(session, now, issue) -> None:
    person = a_person(session, now)
    a_record(session, person, now)

    with pytest.raises(NameUnknown):
        issue(person)


def test_without_final_hours_there_is_nothing_to_certify(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    a_record(session, person, now, state=RecordState.CONFIRMED)

    with pytest.raises(NothingFinal):
        issue(person)


def test_a_changed_record_supersedes_and_its_holder_is_told_once(session, now, vault, issue):
    person = a_volunteer(session, vault, now)
    record = a_record(session, person, now)
    other = a_record(session, person, now)
    issued = issue(person)

    session.get_one(ServiceRecord, record).version += 1
    for _ in range(2):
        certificates.supersede(session, record, now)
    found = verification.look_up(session, issued.number, vault)

    assert found is not None
    assert (found.state, found.superseded_at) == ("superseded", now)
    told = session.scalars(select(Notice.kind).where(Notice.person_id == person)).all()
    assert told == ["certificates.superseded"]
    session.get_one(ServiceRecord, other).version += 1
    certificates.supersede(session, other, now)
    assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_a_record_that_is_as_it_was_supersedes_nothing(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    record = a_record(session, person, now)
    issued = issue(person)

    certificates.supersede(session, record, now)

    assert verification.look_up(session, issued.number, vault).state == "valid"


def drifted(db) -> list[int]:
    """Return the valid certificates that count a record as it no longer is."""
    line, record = CertificateLine, ServiceRecord
    with db.reading() as session:
        rows = session.execute(
            select(Certificate.id)
            .join(line, line.certificate_id == Certificate.id)
            .join(record, record.id == line.record_id)
            .where(
                Certificate.superseded_at.is_(None),
                (record.minutes != line.minutes) | (record.state != RecordState.FINAL),
            )
        )
        return [row.id for row in rows]


def race(db, vault, now, *, hooked: bool, rounds: int = 6) -> list[int]:
    """Issue and amend at the same time; return the certificates that drifted."""
    with db.transaction() as session:
        people = [a_volunteer(session, vault, now) for _ in range(rounds)]
        records = [a_record(session, person, now) for person in people]
    start = Barrier(2)

    def issue(person: int) -> None:
        start.wait()
        with db.transaction() as session:
            certificates.issue(
                session, person, now, channel=Channel.CHAT, issuer=ISSUER, vault=vault
            )

    def amend(person: int, record: int) -> None:
        start.wait()
        with db.transaction() as session:
            identities.lock(session, person)
            amended = {"minutes": 30, "version": ServiceRecord.version + 1}
            session.execute(
                update(ServiceRecord).where(ServiceRecord.id == record).values(**amended)
            )
            if hooked:
                certificates.supersede(session, record, now)

    with ThreadPoolExecutor(2) as threads:
        for person, record in zip(people, records, strict=True):
            both = [threads.submit(issue, person), threads.submit(amend, person, record)]
            for each in both:
                each.result()
    return drifted(db)


def test_no_valid_certificate_drifts_from_its_records_in_a_race(db, vault, now) -> None:
    assert race(db, vault, now, hooked=True) == []


def test_control_without_the_hook_a_certificate_drifts(db, vault, now, session, issue) -> None:
    person = a_volunteer(session, vault, now)
    record = a_record(session, person, now)
    issue(person)
    session.execute(update(ServiceRecord).where(ServiceRecord.id == record).values(minutes=30))
    session.commit()

    assert len(drifted(db)) == 1


def test_a_link_opens_for_a_week_and_only_what_stands(session, now, vault, issue, clock) -> None:
    person = a_volunteer(session, vault, now)
    record = a_record(session, person, now)
    issued = issue(person)
    _, _, number, until, mark = verification.link(issued.number, now, vault).split("/")

    said = verification.follow(session, number, until, mark, now, vault)

    assert said.name == "示例·李明"
    later = f"{int(until, 16) + 1:x}"
    for forged in ((number, later, mark), (number, until, "0" * 40), ("NF2026X", until, mark)):
        with pytest.raises(verification.LinkOver):
            verification.follow(session, *forged, now, vault)
    with pytest.raises(verification.LinkOver):
        verification.follow(session, number, until, mark, clock.advance(days=7), vault)
    session.get_one(ServiceRecord, record).state = RecordState.VOID
    certificates.supersede(session, record, now)
    with pytest.raises(verification.LinkOver):
        verification.follow(session, number, until, mark, now, vault)


@pytest.mark.once
def test_the_printed_mark_tells_nothing_about_the_name(session, now, vault, issue) -> None:
    person = a_volunteer(session, vault, now)
    a_record(session, person, now)
    said = paper(session, issue(person), vault)

    guessed = certificates.Paper(**{**_facts(said), "salt": "0" * 32})

    assert guessed.hash() != said.hash()


def _facts(paper):
    return {name: getattr(paper, name) for name in paper.__dataclass_fields__}
