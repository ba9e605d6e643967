"""A pytest plugin: Hypothesis's profile of the fuzz rig."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "rigs",
    max_examples=int(os.environ.get("BENCH_EXAMPLES", "1000")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
