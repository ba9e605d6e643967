"""News of who belongs to a team."""

from collections.abc import Mapping
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Kind, Opens, Promise

_ANSWER = bears("name", "at", number=Fact("队伍编号", 2))


def _kind(step: str, facts: Mapping[str, Fact]) -> Kind:
    return Kind(
        name=f"teams.{step}",
        wording=f"notices.team_{step}",
        title=f"notices.title_team_{step}",
        template="progress",
        fields={
            "thing1": "name",
            "phrase2": f"notices.phrase_team_{step}",
            "time3": "at",
            "thing4": f"notices.hint_team_{step}",
        },
        facts=facts,
        opens=Opens("teams"),
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits for an answer; the same news twice costs a glance",
        life=timedelta(days=7),
    )


TEAMS = (
    _kind("asked", bears("name", "at", "request")),
    _kind("allowed", _ANSWER),
    _kind("declined", _ANSWER),
)
