"""Whether a notice may go just now: quiet hours, how much a day, and what goes together.

What is private waits for others and holds up none, so that nothing of it shows on theirs: it goes
along in another's message, takes none along, and does not count into their day.

Judged in the transaction in which a send begins, so nothing leaves at a bad time after a catch-up,
a worker that was paused or a clock that jumped, and whoever has just stopped notices gets none.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config.notices import Notices
from server.notices import lately, quiet, tallies, templates
from server.notices.broadcasts import holding
from server.notices.claims import Claimed
from server.notices.kinds import KINDS, PRIVATE, Audience, Kind, Quiet, Urgency
from server.notices.lately import Standing, Waits
from server.notices.verdicts import Saying as Saying
from server.notices.verdicts import Verdict as Verdict
from server.notices.verdicts import Why as Why

AGAIN = ":again"
"""How the key of a reminder ends that somebody asked to get once more: their own choice of time."""

MOST_TOGETHER = 6
"""So many things at most are told in one message; a phone shows no more at a glance."""

_GO = Verdict(Saying.GO)


@dataclass(frozen=True)
class _Day:
    """What is known while one batch is judged."""

    now: datetime
    hours: Notices
    passing: Collection[str]
    barred: Mapping[int, Why]
    waits: Sequence[Waits]
    people: Mapping[int, Standing]
    told: Counter[int]
    apart: Counter[int]
    of: Counter[tuple[str, int]]
    verdicts: dict[int, Verdict] = field(default_factory=dict)


def judge(
    session: Session,
    claimed: Sequence[Claimed],
    now: datetime,
    hours: Notices,
) -> Mapping[int, Verdict]:
    """Return a verdict for each notice, and for whatever else goes along with one of them.

    Six statements, however many notices, and those of `holding.barred` where there are
    broadcasts among them. A notice that is not claimed appears only as going along
    (`digests.take` takes it).
    """
    day = _look(session, claimed, now, hours)
    ours = {each.id for each in claimed}
    for each in day.waits:
        if each.id in ours and each.id not in day.verdicts:
            day.verdicts[each.id] = _judge(day, each)
            _gather(day, each)
    return day.verdicts


def _look(
    session: Session,
    claimed: Sequence[Claimed],
    now: datetime,
    hours: Notices,
) -> _Day:
    ids, persons = [each.id for each in claimed], {each.person_id for each in claimed}
    awake = timedelta(minutes=hours.awake_minutes)
    midnight, tomorrow = quiet.day_of(now)
    waits = lately.waiting(session, ids, persons, tomorrow)
    about = {each.obligation for each in waits if each.obligation is not None}
    told = lately.told_today(session, ids, persons, midnight, awake)
    return _Day(
        now=now,
        hours=hours,
        passing=_passing(session, {each.kind for each in claimed}),
        barred=holding.barred(session, waits),
        waits=waits,
        people=lately.standings(session, persons, now, awake),
        told=Counter({person: tallies.ordinary(kinds) for person, kinds in told.items()}),
        apart=Counter(
            {person: sum(kinds[one] for one in PRIVATE) for person, kinds in told.items()}
        ),
        of=lately.told_of(session, ids, persons, about),
    )


def _passing(session: Session, names: Collection[str]) -> set[str]:
    """Return which of these kinds the district lets go at any hour."""
    said = templates.in_force(session, [name for name in names if name in KINDS])
    return {name for name, version in said.items() if version.quiet is Quiet.PASS}


def is_unwanted(person: Standing) -> bool:
    """Tell whether the person has taken back that we tell them anything of our own accord."""
    return not person.wanted


def _judge(day: _Day, one: Waits) -> Verdict:
    """Decide about one notice by itself; the order of the questions is the rule."""
    kind, person = KINDS.get(one.kind), day.people.get(one.person_id)
    if kind is None or person is None or kind.asked_for:
        return _GO
    if is_unwanted(person):
        return Verdict(Saying.UNWANTED)
    if one.id in day.barred:
        return Verdict(Saying.OVER, day.barred[one.id])
    if _is_late(one, day.now):
        return Verdict(Saying.OVER, Why.LATE)
    if kind.urgency is Urgency.ORDINARY and _is_told(day, one):
        return Verdict(Saying.OVER, Why.OBLIGATION)
    if person.awake:
        return _GO
    if one.kind not in day.passing and not _may_go(day, one, kind):
        return _put_off(day, one, kind, day.now, Why.QUIET)
    if _is_capped(one, kind) and _told(day, one, kind) >= day.hours.a_day:
        return _put_off(day, one, kind, quiet.day_of(day.now)[1], Why.DAY)
    if one.kind in day.passing:
        return _GO
    open_ = quiet.windows(day.hours, _audience(day, one, kind))
    return Verdict(Saying.GO, until=quiet.closes(open_, day.now))


def _gather(day: _Day, first: Waits) -> None:
    """Count a message that goes, and let go along with it what else would wait for its turn.

    The last ordinary message of a day takes in the ordinary ones that fall due until its end; what
    somebody put off takes in what else they put off until now.
    """
    kind, says = KINDS.get(first.kind), day.verdicts[first.id].says
    if kind is None or says is not Saying.GO:
        return
    _count(day, first)
    if kind.urgency is not Urgency.ORDINARY or day.people[first.person_id].awake:
        return
    if kind.private:
        day.apart[first.person_id] += 1
        return
    if _is_capped(first, kind):
        day.told[first.person_id] += 1
        if day.told[first.person_id] < day.hours.a_day:
            return
    together = 1
    for other in day.waits:
        if together == MOST_TOGETHER:
            break
        if other.person_id == first.person_id and _goes_along(day, first, other):
            day.verdicts[other.id] = Verdict(Saying.ALONG, carrier=first.id)
            _count(day, other)
            together += 1


def _goes_along(day: _Day, first: Waits, other: Waits) -> bool:
    kind = KINDS.get(other.kind)
    if kind is None or kind.urgency is not Urgency.ORDINARY or other.id in day.verdicts:
        return False
    alike = _was_put_off(first) == _was_put_off(other)
    is_time = not _was_put_off(other) or other.due_at <= day.now
    worth_it = not (_is_late(other, day.now) or _is_told(day, other) or other.id in day.barred)
    return alike and is_time and worth_it and _may_go(day, other, kind)


def _put_off(day: _Day, one: Waits, kind: Kind, since: datetime, why: Why) -> Verdict:
    """Let it wait until it may go, unless that is too late."""
    until = quiet.told_at(day.hours, _audience(day, one, kind), one.person_id, since)
    if one.not_after is not None and until > one.not_after:
        return Verdict(Saying.OVER, why)
    return Verdict(Saying.WAIT, why, until)


def _audience(day: _Day, one: Waits, kind: Kind) -> Audience:
    return Audience.RIDER if day.people[one.person_id].rider else kind.audience


def _may_go(day: _Day, one: Waits, kind: Kind) -> bool:
    return quiet.is_open(quiet.windows(day.hours, _audience(day, one, kind)), day.now)


def _is_late(one: Waits, now: datetime) -> bool:
    return one.not_after is not None and now > one.not_after


def _is_told(day: _Day, one: Waits) -> bool:
    """Tell whether the person was told often enough of what this is about."""
    if one.obligation is None:
        return False
    once = day.people[one.person_id].once and not _was_put_off(one)
    return day.of[one.obligation, one.person_id] >= (1 if once else day.hours.an_obligation)


def _told(day: _Day, one: Waits, kind: Kind) -> int:
    """Count what the person was told today, as far as it matters to a notice of this kind."""
    return day.told[one.person_id] + (day.apart[one.person_id] if kind.private else 0)


def _count(day: _Day, one: Waits) -> None:
    if one.obligation is not None:
        day.of[one.obligation, one.person_id] += 1


def _is_capped(one: Waits, kind: Kind) -> bool:
    """Tell whether it counts into what a person gets a day: not what they asked for at a time."""
    return kind.urgency is Urgency.ORDINARY and not _was_put_off(one)


def _was_put_off(one: Waits) -> bool:
    return one.key.endswith(AGAIN)
