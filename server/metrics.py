"""What is counted while the service runs, for Prometheus; a registry for each runtime."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.registry import Collector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 4.0)


class Metrics:
    """The counters of one process. Labels are few and never name a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.callbacks = self._counter(
            "callbacks", "Messages from WeChat by application and what became of them", "app result"
        )
        self.refusals = self._counter("refusals", "What was understood and turned down", "code")
        self.requests = self._counter(
            "requests", "Answered requests by route and class of status", "route method status"
        )
        self.seconds = Histogram(
            "nuanfeng_request_seconds",
            "How long answers took",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.notices = self._counter(
            "notices", "Notices by what became of them, and by what way or why", "result by"
        )
        self.jobs = self._counter("jobs", "Lines of the timetable by how they ended", "job result")

    def watch(self, collector: Collector) -> None:
        """Ask the collector for its figures whenever somebody looks."""
        self.registry.register(collector)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, about: str, labels: str) -> Counter:
        return Counter(f"nuanfeng_{name}", about, labels.split(), registry=self.registry)
