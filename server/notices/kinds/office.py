"""News for staff of their posts and accounts."""

from datetime import timedelta

from server.notices.kinds.kind import Audience, Kind, Promise, Urgency

_A_DUTY = "somebody must know what they answer for; a second copy says nothing wrong"
_LIFE = timedelta(days=3)

OFFICE = tuple(
    Kind(
        name=f"office.{what}",
        wording=f"notices.office_{what}",
        template="progress",
        fields={
            "thing1": f"notices.thing_{what}",
            "phrase2": f"notices.phrase_{what}",
            "time3": f"{moment}.time",
            "thing4": f"notices.hint_{what}",
        },
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_DUTY,
        life=_LIFE,
        urgency=Urgency.URGENT,
        audience=Audience.STAFF,
    )
    for what, moment in (
        ("appointed", "at"),
        ("post_ended", "at"),
        ("reset_asked", "at"),
        ("account_reset", "at"),
        ("handed_over", "since"),
        ("stands_in", "since"),
    )
)
