"""News for staff of their posts and accounts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears, fact_of
from server.notices.kinds.kind import Audience, Kind, Opens, Promise, Urgency

_A_DUTY = "somebody must know what they answer for; a second copy says nothing wrong"
_LIFE = timedelta(days=3)

_POST = bears("role", "area", at=Fact("生效时间", fact_of("at").sample))
_ACCOUNT = bears("at")
_LEAVE = bears("colleague", "since", "until")


def _kind(
    what: str,
    moment: str,
    facts: Mapping[str, Fact],
    urgency: Urgency = Urgency.ORDINARY,
    console: str = "/",
    audience: Audience = Audience.STAFF,
) -> Kind:
    return Kind(
        name=f"office.{what}",
        wording=f"notices.office_{what}",
        title=f"notices.title_office_{what}",
        template="progress",
        fields={
            "thing1": f"notices.thing_{what}",
            "phrase2": f"notices.phrase_{what}",
            "time3": moment,
            "thing4": f"notices.hint_{what}",
        },
        facts=facts,
        opens=Opens(console=console),
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_DUTY,
        life=_LIFE,
        urgency=urgency,
        audience=audience,
    )


OFFICE = (
    _kind("appointed", "at", _POST),
    _kind("post_ended", "at", _POST),
    # whoever did not ask for it must say so at once
    _kind("reset_asked", "at", _ACCOUNT, Urgency.URGENT, "/account"),
    _kind("account_reset", "at", _ACCOUNT, Urgency.URGENT, "/account"),
    _kind("handed_over", "since", _LEAVE),
    # the work of a colleague may wait from this very day on
    _kind("stands_in", "since", _LEAVE, Urgency.URGENT),
    # say that something waits and never what, since others may see the screen
    replace(_kind("message", "at", _ACCOUNT), private=True),
    replace(_kind("note", "at", _ACCOUNT, audience=Audience.MEMBER), private=True),
)
