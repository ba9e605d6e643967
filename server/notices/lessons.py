"""What a worker learns from WeChat's answers besides what became of the notices themselves."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, update
from sqlalchemy.orm import Session

from server.notices import circuits, credits, employment
from server.notices.channels import Route
from server.notices.circuits import Closure
from server.notices.models import Notice, NoticeState
from server.people import identities

_notice = Notice.__table__.c


@dataclass
class Lessons:
    """Noted while answers are read, and written in the same transaction as what they settle.

    `unspent` are credits that were taken for messages that were certainly not sent; `refusals`
    routes by which somebody wants none; `gone` accounts that do not follow; `unbound` accounts of
    staff that are not bound; `paced` persons to be left alone until a moment; `closures` ways that
    are closed to everybody.
    """

    unspent: list[int] = field(default_factory=list)
    refusals: list[Route] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    unbound: list[int] = field(default_factory=list)
    paced: dict[int, datetime] = field(default_factory=dict)
    closures: dict[str, Closure] = field(default_factory=dict)

    def write(self, session: Session, now: datetime) -> None:
        """Write it all; no statement for what there is none of."""
        if self.unspent:
            credits.give_back(session, *sorted(self.unspent))
        for route in sorted(self.refusals, key=lambda route: route.account_id):
            credits.reject(session, route.account_id, route.template_id, now)
        for account_id in sorted(self.gone):
            identities.set_following(session, account_id, False, now)
        for account_id in sorted(self.unbound):
            employment.unbind(session, account_id)
        for person_id, until in sorted(self.paced.items()):
            _leave_alone(session, person_id, until)
        circuits.close(session, self.closures.values(), now)


def _leave_alone(session: Session, person_id: int, until: datetime) -> None:
    soon = and_(
        _notice.person_id == person_id,
        _notice.state == NoticeState.QUEUED,
        _notice.due_at < until,
    )
    session.execute(update(Notice.__table__).where(soon).values(due_at=until))
