"""News of certificates and stars; how something stands may wait for another day."""

from collections.abc import Mapping
from datetime import timedelta

from server.notices.kinds.facts import Fact, bears
from server.notices.kinds.kind import Kind, Opens, Promise

_A_FACT = "it tells how something stands; a second copy says nothing wrong"
_STAR = bears("level", "at", "note")
_CERTIFICATE = bears("at", number=Fact("证明编号", "1401 0612 3456 7890"))

Said = tuple[str, str, str]
"""What stands in the fields of the template: thing, phrase and hint."""


def _progress(name: str, title: str, said: Said, facts: Mapping[str, Fact], page: str) -> Kind:
    thing, phrase, hint = said
    return Kind(
        name=name,
        wording=name,
        title=title,
        template="progress",
        fields={"thing1": thing, "phrase2": phrase, "time3": "at", "thing4": hint},
        facts=facts,
        opens=Opens(page),
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=3),
    )


CERTIFICATES = (
    _progress(
        "certificates.superseded",
        "notices.title_certificate_superseded",
        (
            "certificates.thing",
            "certificates.phrase_superseded",
            "certificates.hint_superseded",
        ),
        _CERTIFICATE,
        "certificates",
    ),
    _progress(
        "stars.awarded",
        "notices.title_star_awarded",
        ("stars.thing", "stars.phrase_awarded", "stars.hint_awarded"),
        _STAR,
        "stars",
    ),
    _progress(
        "stars.declined",
        "notices.title_star_declined",
        ("stars.thing", "stars.phrase_declined", "note"),
        _STAR,
        "stars",
    ),
    _progress(
        "stars.objection_answered",
        "notices.title_star_objection",
        ("stars.objection_thing", "stars.phrase_objection", "answer"),
        bears("at", "answer"),
        "stars",
    ),
)
