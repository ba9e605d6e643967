"""What notices add to the copy of a person's own data."""

from sqlalchemy import select

from server.notices.models import Credit, Notice
from server.notices.openness import OPEN_TO_STAFF
from server.people.copies import ELSEWHERE, PARTS, Part
from server.people.models import Account

PARTS += (
    Part(
        "notices",
        ("notice.person_id",),
        lambda person: (
            select(
                Notice.queued_at.label("at"),
                Notice.facts.label("told"),
                Notice.channel.label("way"),
                Notice.state.label("state"),
                Notice.read_at.label("read_at"),
            )
            .where(Notice.person_id == person, OPEN_TO_STAFF)
            .order_by(Notice.id)
        ),
    ),
    Part(
        "credits",
        (),
        lambda person: (
            select(
                Credit.template_id.label("template"),
                Credit.balance.label("balance"),
                Credit.lasting.label("for_good"),
                Credit.accepted_at.label("granted_at"),
                Credit.turned_off_at.label("turned_off_at"),
            )
            .join(Account, Account.id == Credit.account_id)
            .where(Account.person_id == person)
            .order_by(Credit.id)
        ),
    ),
)

ELSEWHERE |= {
    "notice_template.made_by": "what staff did for others",
    "broadcast.asked_by": "what staff did for others",
    "broadcast.allowed_by": "what staff did for others",
}
