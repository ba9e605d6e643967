from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people import downloads, erasures, profile
from server.people.models import Channel, Erasure, ErasureState, Person, Role
from server.staff import approvals, queue, reach
from server.staff.models import Approval
from tests.factories import a_person

DESK = Role.DISTRICT_OPERATOR
PATHS = ("/privacy", "/privacy/new", "/privacy/1")
WEEK = timedelta(days=7)


@pytest.fixture
def li(runtime, district) -> int:
    with runtime.db.transaction() as session:
        person = a_person(session, runtime.now())
        profile.rename(session, person, "示例·李明", vault=runtime.vault)
        profile.set_phone(session, person, "13812345678", vault=runtime.vault)
    return person


@pytest.fixture
def wish(runtime, li) -> int:
    with runtime.db.transaction() as session:
        return erasures.ask(session, li, runtime.now(), channel=Channel.CHAT, cooling=WEEK).id


def state_of(runtime, wish: int) -> ErasureState:
    with runtime.db.reading() as session:
        return session.get_one(Erasure, wish).state


def test_the_desk_lists_open_wishes_and_counts_consents(clerk, wish) -> None:
    page = clerk(DESK, "D").get("/privacy").get_data(as_text=True)

    assert "2026" not in page or "3月16日" in page
    assert "3月24日" in page or "还剩" in page
    assert "李明" not in page


@pytest.mark.parametrize("path", PATHS)
def test_only_the_district_handles_privacy(clerk, wish, path) -> None:
    assert clerk(Role.COMMUNITY_WORKER, "B1").get(path).status_code == 403
    assert clerk(Role.STREET_OPERATOR, "A").get(path).status_code == 403
    assert clerk(DESK, "A").get(path).status_code == 404
    assert clerk(DESK, "D").get(path).status_code == 200


def test_others_change_nothing(clerk, runtime, wish, li) -> None:
    for stranger in (clerk(Role.COMMUNITY_WORKER, "B1"), clerk(DESK, "A")):
        answers = [
            stranger.post(f"/privacy/{wish}/take-back", reason="想看看"),
            stranger.post(f"/privacy/{wish}/copy", reason="想看看"),
            stranger.post("/privacy/new", person_id=str(li), channel="phone", reason="想看看"),
        ]
        assert {answer.status_code for answer in answers} <= {403, 404}

    assert state_of(runtime, wish) is ErasureState.ASKED


def test_no_address_keeps_whom_the_desk_looks_for(clerk, li) -> None:
    desk = clerk(DESK, "D")

    by_address = desk.get("/privacy/new?words=13812345678").get_data(as_text=True)

    assert f'value="{li}"' not in by_address
    assert 'method="post" action="/console/privacy/find"' in by_address


def test_a_wish_by_phone_needs_a_second_person(clerk, runtime, li) -> None:
    asker, second = clerk(DESK, "D"), clerk(DESK, "D")

    found = asker.post("/privacy/find", words="13812345678").get_data(as_text=True)
    assert f'value="{li}"' in found
    assert "李明" not in found
    done = asker.post("/privacy/new", person_id=str(li), channel="phone", reason="回拨登记号码确认")
    assert done.status_code == 303

    with runtime.db.transaction() as session:
        assert erasures.of(session, li) is None
        [asked] = session.scalars(select(Approval))
        by_asker = reach.of(session, asker.person_id, runtime.now())
        with pytest.raises(approvals.SecondPersonNeeded):
            approvals.grant(session, by_asker, asked.id, runtime.now())
        approvals.grant(
            session, reach.of(session, second.person_id, runtime.now()), asked.id, runtime.now()
        )
        noted = erasures.of(session, li)
        assert noted is not None
        assert noted.channel is Channel.PHONE
        assert noted.due_at == runtime.now() + WEEK


@pytest.mark.parametrize(
    "fields",
    [
        {"person_id": "９９", "channel": "phone", "reason": "x"},
        {"person_id": "99999999", "channel": "phone", "reason": "x"},
        {"person_id": "1", "channel": "console", "reason": "x"},
        {"person_id": "1", "channel": "phone", "reason": "   "},
        {},
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(clerk, runtime, li, fields) -> None:
    answer = clerk(DESK, "D").post("/privacy/new", **fields)

    assert answer.status_code in (400, 404, 422)
    with runtime.db.reading() as session:
        assert session.scalars(select(Approval)).all() == []


def test_whoever_called_may_stay_and_it_is_noted(clerk, runtime, wish) -> None:
    desk = clerk(DESK, "D")

    assert desk.post(f"/privacy/{wish}/take-back", reason="").status_code == 400
    assert desk.post(f"/privacy/{wish}/take-back", reason="本人来电").status_code == 303
    assert desk.post(f"/privacy/{wish}/take-back", reason="本人来电").status_code == 404

    assert state_of(runtime, wish) is ErasureState.WITHDRAWN
    with runtime.db.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.stays"))
        assert entry.reason == "本人来电"


def test_a_copy_is_handed_out_with_a_reason(clerk, runtime, wish) -> None:
    answer = clerk(DESK, "D").post(f"/privacy/{wish}/copy", reason="本人到窗口，核对身份证")

    assert answer.mimetype == "application/zip"
    with runtime.db.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.copied"))
        assert entry.subject == "person"


def test_a_held_up_wish_is_in_the_queue_of_the_district_alone(clerk, runtime, wish) -> None:
    desk, other = clerk(DESK, "D"), clerk(Role.STREET_OPERATOR, "A")
    with runtime.db.transaction() as session:
        erasures.put_off(session.get_one(Erasure, wish), "privacy.holds_posts", runtime.now())

    with runtime.db.reading() as session:
        seen = [
            queue.tasks(session, reach.of(session, one.person_id, runtime.now()), runtime.now())
            for one in (desk, other)
        ]

    assert [[task.kind for task in tasks] for tasks in seen] == [["erasure"], []]


def test_the_link_opens_ones_own_data_for_a_day(client, runtime, li, clock) -> None:
    token = downloads.link(downloads.COPY, li, runtime.now(), vault=runtime.vault)

    page = client.get(f"/console/copies/{token}")
    packed = client.get(f"/console/copies/{token}/zip")

    assert page.status_code == 200
    assert "李明" in page.get_data(as_text=True)
    assert packed.data.startswith(b"PK")
    assert page.headers["Cache-Control"] == "no-store"
    clock.advance(hours=24)
    assert client.get(f"/console/copies/{token}").status_code == 404


def test_a_link_that_was_never_made_opens_nothing(client, runtime, li) -> None:
    token = downloads.link(downloads.COPY, li, runtime.now(), vault=runtime.vault)
    other = downloads.link("other", li, runtime.now(), vault=runtime.vault)
    altered = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]

    for bad in (altered, other, "x", "A" * 500, "%00", "é", "..."):
        assert client.get(f"/console/copies/{bad}").status_code == 404, bad


def test_nothing_is_left_to_open_once_erased(client, runtime, li) -> None:
    token = downloads.link(downloads.COPY, li, runtime.now(), vault=runtime.vault)
    with runtime.db.transaction() as session:
        session.get_one(Person, li).erased_at = runtime.now()

    assert client.get(f"/console/copies/{token}").status_code == 404


def test_the_desk_costs_the_same_however_many_wish(clerk, runtime, statements, wish) -> None:
    desk = clerk(DESK, "D")
    desk.get("/privacy")
    with statements() as few:
        desk.get("/privacy")
    with runtime.db.transaction() as session:
        for _ in range(5):
            person = a_person(session, runtime.now())
            erasures.ask(session, person, runtime.now(), channel=Channel.CHAT, cooling=WEEK)

    with statements() as many:
        desk.get("/privacy")

    assert len(many) == len(few)
