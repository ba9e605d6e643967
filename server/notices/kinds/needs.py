"""News of needs, for whoever asked and for the teams they were sent to."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise

_STEPS = (
    *("verified", "rejected", "dispatched", "opened", "recalled"),
    *("accepted", "planned", "called_off", "done", "sent", "taken_back"),
)


def _kind(step: str) -> Kind:
    return Kind(
        name=f"needs.{step}",
        wording=f"notices.need_{step}",
        template="progress",
        fields={
            "thing1": "title",
            "phrase2": f"notices.phrase_need_{step}",
            "time3": "at.time",
            "thing4": f"notices.hint_need_{step}",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason="somebody waits for help; the same news twice costs a glance",
        life=timedelta(days=3),
    )


NEEDS = tuple(map(_kind, _STEPS))
