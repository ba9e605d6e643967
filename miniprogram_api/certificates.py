"""Certificates of hours: ask for one, see one's own."""

from miniprogram_api.call import Call
from miniprogram_api.contract import Api
from miniprogram_api.reading import exampled
from miniprogram_api.shapes import Moment, Out
from server.people.models import Channel
from server.volunteers.certificates import certificates, verification
from server.volunteers.certificates.certificates import Issued, NameUnknown, NothingFinal

api = Api("certificates", __name__)

EXAMPLE_CERTIFICATE = {
    "number": "NF20267KQ4MXW8PD",
    "url": "https://example.org/certificates/NF20267KQ4MXW8PD/69b6c0d0/0123456789abcdef",
    "verify_url": "https://example.org/verify/NF20267KQ4MXW8PD",
    "minutes": 1530,
    "records": 12,
    "issued_at": "2026-03-09T09:00:00+08:00",
    "state": "valid",
}


class CertificateOut(Out):
    """A certificate; `url` opens the PDF without a token for seven days, while it is valid."""

    model_config = exampled(EXAMPLE_CERTIFICATE)

    number: str
    url: str | None
    verify_url: str
    minutes: int
    records: int
    issued_at: Moment
    state: str

    @classmethod
    def of(cls, call: Call, issued: Issued) -> "CertificateOut":
        """Write a certificate down."""
        here = call.runtime.settings.public_url
        link = verification.link(issued.number, call.now, call.runtime.vault)
        return cls(
            number=issued.number,
            url=here + link if issued.superseded_at is None else None,
            verify_url=f"{here}/verify/{issued.number}",
            minutes=issued.minutes,
            records=issued.records,
            issued_at=issued.issued_at,
            state=issued.state,
        )


class CertificatesOut(Out):
    """One's certificates, the newest first; the last fifty fit one page."""

    model_config = exampled({"items": [EXAMPLE_CERTIFICATE], "next_cursor": None})

    items: list[CertificateOut]
    next_cursor: str | None = None


@api.post("/certificates", limit="sensitive", refuses=(NameUnknown, NothingFinal))
def get_certificate(call: Call) -> CertificateOut:
    """Issue a certificate of all final hours; with nothing changed it is the same as before."""
    issued = certificates.issue(
        call.session,
        call.person_id,
        call.now,
        channel=Channel.MINIPROGRAM,
        issuer=call.runtime.settings.issuer,
        vault=call.runtime.vault,
    )
    return CertificateOut.of(call, issued)


@api.get("/me/certificates")
def my_certificates(call: Call) -> CertificatesOut:
    """List one's own certificates, those that no longer stand too."""
    mine = certificates.mine(call.session, call.person_id)
    return CertificatesOut(items=[CertificateOut.of(call, issued) for issued in mine])
