"""Which notices are any business of staff at all; every list, figure and copy of theirs asks."""

from server.notices.kinds import PRIVATE
from server.notices.models import Notice

OPEN_TO_STAFF = Notice.__table__.c.kind.not_in(PRIVATE)
"""The condition that a notice is not for its person alone."""
