"""People to write to, notices for them, and what came of those by the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select

from bench.district import Plan, build, opened
from server.notices import circuits, outbox
from server.notices.models import Credit, Notice, NoticeState, Source
from server.people.models import Account

SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
LEAST, MOST = "volunteers.called_off", "volunteers.reminder"
"""A kind that is sent at least once, and one that is sent at most once."""
OPEN = (NoticeState.QUEUED, NoticeState.SENDING)
EACH = 40
"""Notices of each kind in a round."""


@dataclass(frozen=True)
class Found:
    """What stands in the books and what the postbox has got, by the title of each notice."""

    states: Mapping[str, tuple[str, NoticeState]]
    got: Mapping[tuple[str, str], int]

    @property
    def arrived(self) -> Counter[str]:
        """Return how often each came."""
        counts: Counter[str] = Counter()
        for (_, title), count in self.got.items():
            counts[title] += count
        return counts

    def flaws(self, faults: int, credits: int) -> dict[str, int]:
        """Return what must be nought after so many kills and pauses, and what was allowed."""
        arrived = self.arrived
        least = [title for title, (kind, _) in self.states.items() if kind == LEAST]
        most = [title for title, (kind, _) in self.states.items() if kind == MOST]
        sent = [title for title, (_, state) in self.states.items() if state is NoticeState.SENT]
        waiting = {title for title, (_, state) in self.states.items() if state in OPEN}
        by_credit = {title for path, title in self.got if path == SUBSCRIPTION}
        doubled = sum(max(0, arrived[title] - 1) for title in least)
        unknown = sum(self.states[title][1] is NoticeState.DEAD for title in most)
        return {
            "lost": sum(not arrived[title] for title in {*least, *sent} - waiting),
            "not settled": len(waiting),
            "settled as nothing it may be": len(self.states) - len(sent) - unknown,
            "doubled beyond one a fault": max(0, doubled - faults),
            "unknown beyond one a fault": max(0, unknown - faults),
            "doubled though sent at most once": sum(max(0, arrived[title] - 1) for title in most),
            "sent beyond what was allowed": max(0, len(by_credit) - credits),
        }


def prepare(url: str, rounds: int) -> None:
    """Fill the empty database: people for every round, and some who have allowed one message."""
    build(url, Plan(people=EACH * (rounds + 2), open=0))
    now = datetime.now(UTC)
    with opened(url) as database, database.transaction() as session:
        for account_id in session.scalars(select(Account.id).order_by(Account.id).limit(EACH)):
            allowed = {"account_id": account_id, "template_id": "tpl-cancelled", "balance": 1}
            told = {"accepted_at": now, "told_by": Source.EVENT}
            session.execute(insert(Credit).values(**allowed, **told))


def queue(url: str, number: int) -> None:
    """Queue a round: one of each kind for each of its people, with a title of its own."""
    now = datetime.now(UTC)
    with opened(url) as database, database.transaction() as session:
        for at in range(EACH):
            for kind, person in ((LEAST, at + 1), (MOST, EACH * (number + 1) + at + 1)):
                title = f"{kind[11:15]}{number}号{at}"
                outbox.queue(session, person, kind, title, now, facts(title, now))


def left(url: str) -> int:
    """Return how many notices are not settled."""
    with opened(url) as database, database.reading() as session:
        return session.scalar(select(func.count()).where(Notice.state.in_(OPEN))) or 0


def states(url: str) -> dict[str, tuple[str, NoticeState]]:
    """Return the kind and the state of each notice, by its title."""
    with opened(url) as database, database.reading() as session:
        rows = session.execute(select(Notice.key, Notice.kind, Notice.state))
        return {key: (kind, state) for key, kind, state in rows}


def wake(url: str, ways: Sequence[str]) -> None:
    """Open these ways again, as staff do."""
    with opened(url) as database, database.transaction() as session:
        for way in ways:
            circuits.reopen(session, way, datetime.now(UTC))


def facts(title: str, now: datetime) -> dict[str, object]:
    """Return what both kinds want to know, of an activity of this title."""
    moment = now + timedelta(days=1)
    return {
        "number": 7,
        "title": title,
        "place": "示例社区活动室",
        "leader": "示例·王芳",
        "risk_note": "请量力而行。",
        "starts_at": moment,
        "until": moment,
        "reason": "天气",
        "text": title,
    }
