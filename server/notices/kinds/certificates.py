"""News of certificates and stars."""

from datetime import timedelta

from server.notices.kinds.kind import Kind, Promise

_A_FACT = "it tells how something stands; a second copy says nothing wrong"


def _progress(name: str, title: str, phrase: str, hint: str) -> Kind:
    return Kind(
        name=name,
        wording=name,
        template="progress",
        fields={"thing1": title, "phrase2": phrase, "time3": "at.time", "thing4": hint},
        promise=Promise.AT_LEAST_ONCE,
        reason=_A_FACT,
        life=timedelta(days=3),
    )


CERTIFICATES = (
    _progress(
        "certificates.superseded",
        "certificates.thing",
        "certificates.phrase_superseded",
        "certificates.hint_superseded",
    ),
    _progress("stars.awarded", "stars.thing", "stars.phrase_awarded", "stars.hint_awarded"),
    _progress("stars.declined", "stars.thing", "stars.phrase_declined", "note"),
    _progress(
        "stars.objection_answered", "stars.objection_thing", "stars.phrase_objection", "answer"
    ),
)
