"""What would be many messages is one, and each thing told in it is accounted for by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from server.notices import claims, digests, outbox, politeness, rendering
from server.notices.models import NoticeState
from server.notices.politeness import MOST_TOGETHER
from tests.clock import Clock
from tests.phone import Emulator, Phone
from tests.server.notices.conftest import Look, Tell
from tests.server.notices.workers import begin, claim, deliver

HOUR = timedelta(hours=1)
ONCE = "volunteers.reminder"
NEWS = "needs.accepted"
TEMPLATE = "/cgi-bin/message/template/send"
CUSTOM = "/cgi-bin/message/custom/send"

Three = tuple[int, int, int]


def go_wrong(emulator: Emulator, path: str, kind: str, value: object = None) -> None:
    emulator.ask("POST", "/_/faults", {"path": path, "kind": kind, "value": value, "times": 1})


@pytest.fixture
def asleep(phone: Phone, clock: Clock) -> Phone:
    """Somebody whose chat is open and who has said nothing for an hour: ten in the morning."""
    phone.say("活动")
    clock.advance(hours=1)
    return phone


@pytest.fixture
def three(asleep: Phone, tell: Tell, clock: Clock) -> Three:
    """A reminder that is due, one that will be due tonight, and news of this afternoon."""
    later = {"due_at": clock() + 5 * HOUR}
    evening = {"due_at": clock() + 13 * HOUR}
    return (
        tell(asleep, ONCE, key="now"),
        tell(asleep, ONCE, key="tonight", **evening),
        tell(asleep, NEWS, key="later", **later),
    )


def states(look: Look, three: Three) -> list[tuple[NoticeState, str | None, int | None]]:
    rows = [look(each) for each in three]
    return [(row.state, row.channel, row.digest_id) for row in rows]


def test_what_falls_due_until_the_end_of_the_day_goes_in_one_message(
    runtime, asleep, three, look: Look, clock: Clock
) -> None:
    assert deliver(runtime) == {"sent service": 1}

    [text] = asleep.pushed()
    assert text.startswith("有3件事告诉您：\n1. 活动提醒：社区图书角整理")
    assert "3. 活动提醒" in text
    assert "2. 您的求助7号" in text
    assert text.count("回复“稍后”晚点再提醒，“停止提醒”不再提醒。") == 1
    went_along = (NoticeState.SENT, "digest", three[0])
    assert states(look, three) == [(NoticeState.SENT, "service", None), went_along, went_along]
    clock.advance(hours=13)
    assert deliver(runtime) == {}


def test_control_without_the_look_ahead_each_would_wait_for_another_day(
    runtime, asleep, three, look: Look, clock: Clock, monkeypatch
) -> None:
    monkeypatch.setattr(politeness, "_goes_along", lambda *_given: False)
    deliver(runtime)
    clock.advance(hours=5)

    assert deliver(runtime) == {"waits day": 1}


def test_where_more_is_allowed_a_day_only_the_last_takes_others_along(
    runtime, asleep, tell: Tell, clock: Clock
) -> None:
    told = [tell(asleep, ONCE, key=f"k{number}") for number in range(3)]
    with runtime.db.transaction() as session:
        [mine] = claims.claim(session, clock(), 20)
        hours = runtime.settings.notices
        saying = {
            a_day: [
                (each, verdict.carrier)
                for each, verdict in politeness.judge(
                    session, [mine], clock(), hours.model_copy(update={"a_day": a_day})
                ).items()
            ]
            for a_day in (1, 2)
        }

    first, second, third = told
    assert saying == {1: [(first, None), (second, first), (third, first)], 2: [(first, None)]}


def test_tomorrow_is_another_day(runtime, asleep, tell: Tell, look: Look, clock: Clock) -> None:
    tell(asleep, ONCE, key="now")
    tomorrow = tell(asleep, ONCE, key="tomorrow", due_at=clock() + 14 * HOUR)

    deliver(runtime)

    assert look(tomorrow).state is NoticeState.QUEUED


def test_urgent_news_comes_by_itself(runtime, asleep, tell: Tell) -> None:
    tell(asleep, ONCE)
    tell(asleep, "volunteers.cancelled", key="urgent")

    assert deliver(runtime) == {"sent service": 2}


def test_who_wants_no_more_of_one_thing_is_not_told_of_it_along(
    runtime, asleep, tell: Tell, look: Look, clock: Clock
) -> None:
    for number in range(2):
        tell(asleep, ONCE, key=f"told{number}", obligation="signup:1")
        deliver(runtime)
        clock.advance(days=1)
    tell(asleep, ONCE, key="other")
    third = tell(asleep, ONCE, key="third", obligation="signup:1")

    assert deliver(runtime) == {"sent template": 1, "dropped obligation": 1}
    assert look(third).state is NoticeState.DROPPED


def test_a_template_tells_how_much_more_there_is(runtime, phone, tell: Tell, clock: Clock) -> None:
    clock.advance(hours=1)
    for number in range(3):
        tell(phone, ONCE, key=f"k{number}")

    assert deliver(runtime) == {"sent template": 1}

    [text] = phone.pushed()
    assert "另有2条，请看“消息”" in text


def test_more_than_a_phone_shows_waits_for_tomorrow(
    runtime, asleep, tell: Tell, look: Look
) -> None:
    told = [tell(asleep, ONCE, key=f"k{number}") for number in range(MOST_TOGETHER + 2)]

    assert deliver(runtime) == {"sent service": 1, "waits day": 2}

    rows = [look(each).state for each in told]
    assert rows.count(NoticeState.SENT) == MOST_TOGETHER


def test_what_is_too_long_for_one_message_is_told_by_its_first_lines(
    runtime, asleep, tell: Tell, monkeypatch
) -> None:
    monkeypatch.setattr(rendering, "TEXT_BYTES", 600)
    for number in range(3):
        tell(asleep, ONCE, key=f"k{number}")

    assert deliver(runtime) == {"sent service": 1}

    [text] = asleep.pushed()
    assert "\n3. 活动提醒：社区图书角整理\n回复" in text
    assert len(text.encode()) <= 600


def test_what_went_along_goes_back_when_the_message_fails(
    runtime, asleep, three, look: Look, emulator: Emulator, clock: Clock
) -> None:
    go_wrong(emulator, CUSTOM, "errcode", -1)
    due = [look(each).due_at for each in three[1:]]

    assert deliver(runtime) == {"retried transient": 1}

    assert states(look, three)[1:] == [(NoticeState.QUEUED, None, None)] * 2
    assert [look(each).due_at for each in three[1:]] == due
    clock.advance(seconds=6)
    assert deliver(runtime) == {"sent service": 1}
    assert look(three[1]).state is NoticeState.SENT


def test_when_nobody_knows_whether_it_arrived_each_keeps_its_own_promise(
    runtime, asleep, three, look: Look, emulator: Emulator
) -> None:
    go_wrong(emulator, CUSTOM, "drop_after")

    assert deliver(runtime) == {"dead unknown": 1}

    assert [look(each).state for each in three] == [
        NoticeState.DEAD,
        NoticeState.DEAD,
        NoticeState.QUEUED,
    ]
    assert str(look(three[1]).outcome).startswith("unknown")


def test_when_the_worker_dies_each_keeps_its_own_promise(
    runtime, asleep, three, look: Look, clock: Clock
) -> None:
    [mine] = claim(runtime)
    assert len(begin(runtime, mine).claimed.along) == 2
    clock.advance(seconds=61)

    deliver(runtime)
    clock.advance(hours=5)
    tally = deliver(runtime)

    assert [look(each).state for each in three][:2] == [NoticeState.DEAD, NoticeState.DEAD]
    assert look(three[2]).state is NoticeState.QUEUED, "told today already, as far as we know"
    assert tally == {"waits day": 1}


def test_what_was_dropped_meanwhile_does_not_go_along(
    runtime, asleep, three, look: Look, monkeypatch
) -> None:
    take: Callable[..., object] = digests.take

    def drop_first(session, verdicts, claimed, now):
        outbox.drop(session, "tonight", now)
        return take(session, verdicts, claimed, now)

    monkeypatch.setattr(digests, "take", drop_first)

    deliver(runtime)

    assert asleep.pushed()[0].startswith("有2件事告诉您")
    assert look(three[1]).state is NoticeState.DROPPED


def test_several_that_were_claimed_together_go_as_one(
    runtime, asleep, tell: Tell, clock: Clock
) -> None:
    for number in range(2):
        tell(asleep, ONCE, key=f"k{number}")
    with runtime.db.transaction() as session:
        [mine] = claims.claim(session, clock(), 20)
        others = [each for each in (1, 2) if each != mine.id]
        both = [mine, *(type(mine)(**(as_dict(mine) | {"id": each})) for each in others)]
        verdicts = politeness.judge(session, both, clock(), runtime.settings.notices)

    assert verdicts[others[0]].carrier == mine.id


def as_dict(claimed: claims.Claimed) -> dict[str, object]:
    return {name: getattr(claimed, name) for name in claimed.__slots__}
