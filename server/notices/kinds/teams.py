"""News of who belongs to a team."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise


def _kind(step: str) -> Kind:
    return Kind(
        name=f"teams.{step}",
        wording=f"notices.team_{step}",
        template="progress",
        fields={
            "thing1": "name",
            "phrase2": f"notices.phrase_team_{step}",
            "time3": "at.time",
            "thing4": f"notices.hint_team_{step}",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits for an answer; the same news twice costs a glance",
        life=timedelta(days=7),
    )


TEAMS = tuple(map(_kind, ("asked", "allowed", "declined")))
