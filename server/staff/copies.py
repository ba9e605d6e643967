"""What the console adds to the copy of a person's own data."""

from sqlalchemy import select

from server.people.copies import ELSEWHERE, PARTS, Part
from server.staff.models import StaffAccount

PARTS.append(
    Part(
        "staff",
        ("staff_account.person_id",),
        lambda person: select(
            StaffAccount.login.label("login"),
            StaffAccount.state.label("state"),
            StaffAccount.created_at.label("since"),
        ).where(StaffAccount.person_id == person),
    )
)

_DEED = "a deed of staff for others; it stands in the audit trail"
ELSEWHERE |= {
    "approval.asked_by": _DEED,
    "approval.decided_by": _DEED,
    "export.asked_by": _DEED,
    "import_batch.made_by": _DEED,
}
