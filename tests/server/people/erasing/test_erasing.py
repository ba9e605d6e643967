from datetime import timedelta

import pytest
from sqlalchemy import func, select

from server import followers
from server.areas import tree
from server.errors import Refusal
from server.notices.models import Notice, NoticeState
from server.people import erasing, erasures, leaving, posts, sessions
from server.people.consents import Purpose, is_withdrawn
from server.people.erasures import ConfirmedTooLate, HoldsPosts
from server.people.models import Account, Channel, Erasure, ErasureState, Person, Role
from server.volunteers.forgetting import StillLeads
from server.volunteers.models import (
    Activity,
    Need,
    RecordVersion,
    ServiceRecord,
    SignupState,
    StarAward,
    StarState,
)
from server.volunteers.signups import signups
from tests.factories import POLICY, a_person, an_activity
from tests.server.people.erasing.canaries import (
    NEEDLES,
    known,
    traces,
    traces_in_store,
)

WEEK = timedelta(days=7)
assert followers


def erase(runtime, person: int) -> bool:
    with runtime.db.transaction() as session:
        return erasing.erase(
            session, person, runtime.now(), channel=Channel.CHAT, vault=runtime.vault
        )


def found(runtime) -> set[str]:
    with runtime.db.reading() as session:
        return set(traces(session, runtime.vault))


def sums(runtime) -> tuple[int, int, int]:
    with runtime.db.reading() as session:
        minutes, count = session.execute(
            select(func.sum(ServiceRecord.minutes), func.count(ServiceRecord.id))
        ).one()
        return minutes, count, session.scalar(select(func.count(RecordVersion.id)))


def test_nothing_of_an_erased_person_is_left(runtime, canary, logged) -> None:
    before, hours = found(runtime), sums(runtime)
    assert len(before) > 30, sorted(before)

    assert erase(runtime, canary)

    assert found(runtime) == set()
    assert traces_in_store(runtime.store) == []
    assert [needle for needle in NEEDLES if needle in logged.getvalue()] == []
    assert sums(runtime) == hours
    assert hours[0] > 0


def test_erasing_twice_is_erasing_once(runtime, canary) -> None:
    assert erase(runtime, canary)
    assert not erase(runtime, canary)

    with runtime.db.reading() as session:
        [stone] = session.scalars(select(Erasure))
        assert stone.state is ErasureState.DONE
        assert len(stone.marks["accounts"]) == 2


@pytest.mark.parametrize("step", ["_forget_accounts", "_forget_guardians", "_blank"])
def test_control_a_step_left_out_is_found(runtime, canary, monkeypatch, step) -> None:
    monkeypatch.setattr(erasing, step, lambda *_args: None)

    erase(runtime, canary)

    assert found(runtime)


@pytest.mark.parametrize("package", ["staff", "volunteers", "hazards"])
def test_control_a_package_left_out_is_found(runtime, canary, monkeypatch, package) -> None:
    kept = [one for one in erasing.FOLLOWERS if f".{package}." not in one.__module__]
    assert len(kept) < len(erasing.FOLLOWERS)
    monkeypatch.setattr(erasing, "FOLLOWERS", kept)

    erase(runtime, canary)

    assert found(runtime)


def test_whoever_writes_again_is_somebody_new(runtime, canary, phone) -> None:
    erase(runtime, canary)

    phone.says("我的")

    with runtime.db.reading() as session:
        assert known(session) != canary
        assert session.get_one(Person, canary).erased_at == runtime.now()


def test_a_token_opens_nothing_any_more(runtime, canary) -> None:
    lives = sessions.Lives(idle=WEEK, absolute=WEEK)
    with runtime.db.transaction() as session:
        account = session.scalars(select(Account).where(Account.person_id == canary)).first()
        who = erasing.identities.Known(canary, account.id, account.app, True)
        token = sessions.start(
            session, who, "key", runtime.now(), vault=runtime.vault, lives=lives
        ).token

    erase(runtime, canary)

    with runtime.db.reading() as session, pytest.raises(sessions.NotLoggedIn):
        sessions.recognise(session, token, runtime.now(), lives=lives)


def test_their_places_go_to_whoever_waits(runtime, clock) -> None:
    now = clock.now()
    with runtime.db.transaction() as session:
        shift = an_activity(session, now).shifts[0].id
        first, second = a_person(session, now), a_person(session, now)
        for person in (first, second):
            signups.sign_up(session, person, shift, now, channel=Channel.CHAT, policy=POLICY)

    erase(runtime, first)

    with runtime.db.reading() as session:
        [mine] = signups.mine(session, second, now)
        assert mine.state is SignupState.OFFERED
        assert signups.mine(session, first, now) == ()


def test_what_somebody_raised_for_others_stays(runtime, canary) -> None:
    with runtime.db.transaction() as session:
        need = session.scalars(select(Need)).one()
        need.on_behalf = True

    erase(runtime, canary)

    with runtime.db.reading() as session:
        assert session.scalars(select(Need)).one().words != b""


def test_a_star_applied_for_ends_and_objections_are_taken_back(runtime, canary) -> None:
    erase(runtime, canary)

    with runtime.db.reading() as session:
        stars = {star.person_id == canary: star for star in session.scalars(select(StarAward))}
    assert (stars[True].state, stars[True].objections) == (StarState.DECLINED, 0)
    # what another said against that star still stands
    assert (stars[False].state, stars[False].objections) == (StarState.PUBLISHED, 1)


def test_a_notice_on_its_way_is_stopped(runtime, canary) -> None:
    erase(runtime, canary)

    with runtime.db.reading() as session:
        states = set(session.scalars(select(Notice.state).where(Notice.person_id == canary)))
    assert states == {NoticeState.DROPPED}


class TestTheWish:
    def ask(self, runtime, person: int) -> Erasure:
        with runtime.db.transaction() as session:
            return erasures.ask(session, person, runtime.now(), channel=Channel.CHAT, cooling=WEEK)

    @pytest.fixture
    def person(self, runtime) -> int:
        with runtime.db.transaction() as session:
            return a_person(session, runtime.now())

    def erased(self, runtime, person: int) -> bool:
        with runtime.db.reading() as session:
            return session.get_one(Person, person).erased_at is not None

    def test_it_is_carried_out_after_a_week(self, runtime, person, clock) -> None:
        assert self.ask(runtime, person).due_at == self.ask(runtime, person).due_at

        clock.advance(days=6, hours=23)
        assert leaving.erase_due(runtime) == 0
        clock.advance(hours=1)
        assert leaving.erase_due(runtime) == 1
        assert leaving.erase_due(runtime) == 0
        assert self.erased(runtime, person)

    def test_pushes_and_sign_ups_stop_at_once_and_come_back(self, runtime, person, clock) -> None:
        self.ask(runtime, person)
        with runtime.db.transaction() as session:
            assert all(is_withdrawn(session, person, purpose) for purpose in Purpose)
            clock.advance(days=1)
            erasures.take_back(session, person, runtime.now())
            assert not any(is_withdrawn(session, person, purpose) for purpose in Purpose)
        clock.advance(days=30)

        assert leaving.erase_due(runtime) == 0
        assert not self.erased(runtime, person)

    def test_a_post_is_handed_over_first(self, runtime, person, clock) -> None:
        with runtime.db.transaction() as session:
            root = tree.plant(session, "D", "示例区", tree.AreaKind.DISTRICT, None)
            post = posts.appoint(session, person, Role.GRID_WORKER, root, runtime.now(), until=None)
            post_id = post.id
        with pytest.raises(HoldsPosts):
            self.ask(runtime, person)

        with runtime.db.transaction() as session:
            posts.resign(session, post_id, runtime.now())
        self.ask(runtime, person)
        clock.advance(days=8)
        with runtime.db.transaction() as session:
            root = tree.root(session)
            posts.appoint(session, person, Role.GRID_WORKER, root, runtime.now(), until=None)

        leaving.erase_due(runtime)

        assert not self.erased(runtime, person)
        with runtime.db.reading() as session:
            [held] = erasures.held(session, 10)
            assert held.due_at == runtime.now() + timedelta(days=1)

    def test_whoever_leads_hands_it_over_first(self, runtime, person) -> None:
        with runtime.db.transaction() as session:
            ahead = an_activity(session, runtime.now())
            session.get_one(Activity, ahead.id).leader_id = person

        with pytest.raises(StillLeads):
            self.ask(runtime, person)

    def test_a_late_confirmation_asks_anew(self, clock) -> None:
        asked_at = clock.now()
        erasures.confirm(asked_at, clock.advance(minutes=10))

        with pytest.raises(ConfirmedTooLate):
            erasures.confirm(asked_at, clock.advance(seconds=1))

    def test_nothing_to_take_back_is_told(self, runtime, person) -> None:
        with runtime.db.transaction() as session, pytest.raises(Refusal):
            erasures.take_back(session, person, runtime.now())
