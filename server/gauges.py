"""What is measured when somebody looks at `/metrics`: from the database, one truth for all."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server import timetable
from server.db import Busy, Session
from server.notices import due, figures
from server.riders.rewards import ending
from server.runtime import Runtime

log = logging.getLogger(__name__)

LATELY = timedelta(minutes=5)


class Gauges(Collector, ABC):
    """Asks the database when somebody looks; shows nothing while it is away."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def describe(self) -> Iterable[Metric]:
        """Ask nothing of the database when the collector is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Read what is to be shown in one snapshot."""
        try:
            with self._runtime.db.reading() as session:
                return list(self.read(session, self._runtime.now()))
        except Busy as busy:
            log.warning("%s cannot be measured: %s", type(self).__name__, busy)
            return ()

    @abstractmethod
    def read(self, session: Session, now: datetime) -> Iterator[Metric]:
        """Yield the figures as they are at this moment."""


class Queue(Gauges):
    """The outbox: what waits, how late it goes out, what became of it lately."""

    def read(self, session: Session, now: datetime) -> Iterator[Metric]:
        """Yield the queue, the lag and the rates of the last five minutes."""
        backlog = due.backlog(session, now)
        yield gauge("notices_open", "Notices queued or being sent", backlog.open)
        yield gauge(
            "notices_age_seconds",
            "How long the longest due notice has waited",
            backlog.age.total_seconds(),
        )
        yield gauge(
            "notices_lag_seconds",
            "From due to sent, the slowest tenth of the last five minutes",
            figures.lag(session, now - LATELY, now).total_seconds(),
        )
        lately = GaugeMetricFamily(
            "nuanfeng_notices_settled",
            "Notices settled in the last five minutes by way and state",
            labels=["way", "state"],
        )
        for (way, state), number in figures.rates(session, now - LATELY, now).items():
            lately.add_metric([way or "none", state], number)
        yield lately
        spent = GaugeMetricFamily(
            "nuanfeng_notices_today", "Sent since midnight in Beijing, by way", labels=["way"]
        )
        for way, number in figures.sent_today(session, now).items():
            spent.add_metric([way or "none"], number)
        yield spent


class Timetable(Gauges):
    """The jobs: when each was done last, and how often it failed since."""

    def read(self, session: Session, now: datetime) -> Iterator[Metric]:
        """Yield the age and the failures of each job that ever ran."""
        ages = GaugeMetricFamily(
            "nuanfeng_job_age_seconds", "How long ago a job was done", labels=["job"]
        )
        failures = GaugeMetricFamily(
            "nuanfeng_job_failures", "Failures of a job since it was done", labels=["job"]
        )
        for name, state in sorted(timetable.standings(session).items()):
            failures.add_metric([name], state.failures)
            if state.done_at:
                ages.add_metric([name], (now - state.done_at).total_seconds())
        yield ages
        yield failures


class Vouchers(Gauges):
    """What riders have redeemed and not collected yet."""

    def read(self, session: Session, now: datetime) -> Iterator[Metric]:
        """Yield how many wait, and how many are past their day and not paid back yet."""
        standing = ending.standing(session, now)
        yield gauge("vouchers_waiting", "Vouchers that wait to be collected", standing.waiting)
        yield gauge(
            "vouchers_overdue", "Of these, past their day and not paid back", standing.overdue
        )


class Tokens(Collector):
    """The access tokens: whether there is one that WeChat takes, and for how long."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def describe(self) -> Iterable[Metric]:
        """Ask nothing when the collector is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Tell of the token of each app as it stands in the store; none is fetched."""
        valid = GaugeMetricFamily(
            "nuanfeng_access_token_valid", "1 while there is a valid token", labels=["app"]
        )
        left = GaugeMetricFamily(
            "nuanfeng_access_token_seconds_left", "For how long it is valid", labels=["app"]
        )
        for app, keeper in self._runtime.wechat.tokens.items():
            seconds = keeper.seconds_left(self._runtime.now())
            valid.add_metric([app], float(seconds > 0))
            left.add_metric([app], seconds)
        return valid, left


def gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    """Return a single figure under our prefix."""
    return GaugeMetricFamily(f"nuanfeng_{name}", about, value=value)
