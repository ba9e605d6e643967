"""Pictures go: refused at once, old after half a year, with their sender, and for good."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.people import copies, erasing, packing
from server.people.models import Channel
from server.photos import fetching, files, forgetting, settling, showing
from server.photos.files import Size
from server.photos.models import Photo, PhotoState
from server.photos.refusals import DecidedAlready, PhotoMissing, ReasonNeeded
from tests.factories import a_person
from tests.server.photos.drawing import jpeg


@pytest.fixture
def held(runtime, send):
    """A picture that has come and waits for somebody to look at it."""
    photo_id = send(jpeg())
    assert fetching.work(runtime) == 1
    return photo_id


@pytest.fixture
def judge(runtime, clock) -> int:
    with runtime.db.transaction() as session:
        return a_person(session, clock.now())


def lying(runtime) -> list:
    return sorted(files.Path(runtime.settings.photos_dir).glob("*/*"))


def see(runtime, photo_id, *, judging=False):
    with runtime.db.reading() as session:
        return showing.shown(session, photo_id, Size.THUMB, runtime, judging=judging)


def test_others_see_a_picture_once_it_was_allowed(runtime, held, judge, clock) -> None:
    with pytest.raises(PhotoMissing):
        see(runtime, held)

    for _ in range(2):
        with runtime.db.transaction() as session:
            settling.allow(session, held, judge, clock.now(), area_path="/1/")

    assert see(runtime, held).startswith(b"\xff\xd8")


def test_control_without_the_state_anybody_would_see_it_before(runtime, held, monkeypatch) -> None:
    monkeypatch.setattr(showing, "SHOWN", showing.PRESENT)

    assert see(runtime, held).startswith(b"\xff\xd8")


def test_what_is_refused_is_seen_by_nobody_at_once_and_leaves_the_disk(
    runtime, held, judge, row, clock
) -> None:
    with runtime.db.transaction() as session:
        settling.refuse(session, held, judge, "拍到了旁人的脸", clock.now(), area_path="/1/")

    with pytest.raises(PhotoMissing):
        see(runtime, held, judging=True)
    assert forgetting.clear(runtime) == 1
    assert forgetting.clear(runtime) == 0
    assert (lying(runtime), row(held).state, row(held).file_name) == ([], PhotoState.REFUSED, None)
    with runtime.db.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "photo.refused"))
    assert (entry.actor, entry.subject_id, entry.reason) == (judge, held, "拍到了旁人的脸")


def test_of_two_who_judge_one_counts_and_a_reason_is_needed(runtime, held, judge, clock) -> None:
    with runtime.db.transaction() as session, pytest.raises(ReasonNeeded):
        settling.refuse(session, held, judge, " ", clock.now())
    with runtime.db.transaction() as session:
        settling.allow(session, held, judge, clock.now())
    with runtime.db.transaction() as session, pytest.raises(DecidedAlready):
        settling.refuse(session, held, judge, "模糊", clock.now())
    with runtime.db.transaction() as session, pytest.raises(PhotoMissing):
        settling.allow(session, 987_654, judge, clock.now())


def test_a_killed_clearing_leaves_nothing_behind(runtime, held, judge, clock, monkeypatch) -> None:
    with runtime.db.transaction() as session:
        settling.refuse(session, held, judge, "模糊", clock.now())

    class Killed(BaseException):
        """Nothing is told and nothing is cleaned up."""

    def die(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(forgetting.files, "remove", die)
        with pytest.raises(Killed):
            forgetting.clear(runtime)
    assert len(lying(runtime)) == 2

    assert forgetting.clear(runtime) == 1
    assert lying(runtime) == []


def test_a_picture_goes_after_half_a_year(runtime, held, row, clock) -> None:
    clock.advance(days=180)
    with runtime.db.transaction() as session:
        assert forgetting.age(session, clock.now()) == 0
    clock.advance(minutes=1)
    with runtime.db.transaction() as session:
        assert forgetting.age(session, clock.now()) == 1

    assert forgetting.clear(runtime) == 1
    assert (lying(runtime), row(held).state) == ([], PhotoState.PURGED)


def erase(runtime, person_id: int) -> None:
    with runtime.db.transaction() as session:
        now = runtime.now()
        erasing.erase(session, person_id, now, channel=Channel.CHAT, vault=runtime.vault)


def test_whoever_is_forgotten_leaves_no_picture(runtime, held, send, sender, row) -> None:
    on_its_way = send(jpeg(colour="blue"))

    erase(runtime, sender)

    with pytest.raises(PhotoMissing):
        see(runtime, held, judging=True)
    assert fetching.work(runtime) == 0
    forgetting.clear(runtime)
    assert lying(runtime) == []
    assert {row(held).state, row(on_its_way).state} == {PhotoState.PURGED}
    assert row(on_its_way).media_id is None


def test_whoever_is_forgotten_while_it_is_fetched_leaves_no_picture(
    runtime, send, sender, row, monkeypatch
) -> None:
    photo_id = send(jpeg())
    look = fetching.pictures.look

    def meanwhile(content):
        erase(runtime, sender)
        return look(content)

    monkeypatch.setattr(fetching.pictures, "look", meanwhile)

    assert fetching.work(runtime) == 0
    assert (row(photo_id).state, lying(runtime)) == (PhotoState.PURGED, [])


def test_a_restored_backup_brings_no_picture_back(runtime, held, sender, row, tmp_path) -> None:
    folder, kept = files.Path(runtime.settings.photos_dir), tmp_path / "backup"
    shutil.copytree(folder, kept)
    with runtime.db.reading() as session:
        before = dict(session.execute(select(Photo.__table__)).mappings().one())
    erase(runtime, sender)
    forgetting.clear(runtime)

    # the folder and the row as they stood; then the list of erasures is applied once more
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    with runtime.db.transaction() as session:
        session.execute(Photo.__table__.update().values(before))
        forgetting.forget(session, sender, runtime.now())
    forgetting.clear(runtime)

    assert (row(held).state, lying(runtime)) == (PhotoState.PURGED, [])


def test_files_that_a_restored_database_does_not_know_are_swept(runtime, held, clock) -> None:
    with runtime.db.transaction() as session:
        session.execute(Photo.__table__.delete())
    clock.set(clock.now() + timedelta(days=3650))

    assert forgetting.sweep(runtime) == 2
    assert lying(runtime) == []


def test_ones_own_copy_tells_of_pictures_in_words(runtime, held, sender, clock) -> None:
    with runtime.db.transaction() as session:
        copy = copies.make(session, sender, clock.now(), vault=runtime.vault)

    assert "等待审核" in packing.as_text(copy)


def test_nobody_else_has_ones_picture(runtime, held, sender, judge) -> None:
    with runtime.db.reading() as session:
        mine = showing.own(session, held, sender, Size.FULL, runtime)
        with pytest.raises(PhotoMissing):
            showing.own(session, held, judge, Size.FULL, runtime)
        with pytest.raises(PhotoMissing):
            showing.check_own(session, [held], judge)
        showing.check_own(session, [held], sender)

    assert mine.startswith(b"\xff\xd8")


def test_a_file_of_one_picture_does_not_open_as_another(runtime, held, send) -> None:
    other = send(jpeg(colour="blue"))
    assert fetching.work(runtime) == 1
    with runtime.db.reading() as session:
        one, two = (session.get_one(Photo, each).file_name for each in (held, other))
    folder = files.Path(runtime.settings.photos_dir)
    shutil.copy(folder / one[:2] / f"{one}.full", folder / two[:2] / f"{two}.full")

    with runtime.db.reading() as session, pytest.raises(Exception, match="photo:"):
        showing.shown(session, other, Size.FULL, runtime, judging=True)
