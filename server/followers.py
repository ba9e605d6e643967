"""Whatever follows when persons are joined, forgotten or shown what is kept of them.

The packages add themselves to the lists of `people` as they are imported; whoever needs the lists
whole need only import this.
"""

from server.notices import copies as notice_copies
from server.notices import forgetting as notices
from server.people import moving as people
from server.people import own_copies
from server.staff import copies as staff_copies
from server.staff import forgetting as staff
from server.staff import moving as accounts
from server.staff import proxy_wishes
from server.volunteers import (
    by_hand,
    copies,
    forgetting,
    minors,
    moving,
    need_queue,
    record_moving,
    record_tasks,
    stars,
    tasks,
    team_moving,
)

__all__ = [
    "accounts",
    "by_hand",
    "copies",
    "forgetting",
    "minors",
    "moving",
    "need_queue",
    "notice_copies",
    "notices",
    "own_copies",
    "people",
    "proxy_wishes",
    "record_moving",
    "record_tasks",
    "staff",
    "staff_copies",
    "stars",
    "tasks",
    "team_moving",
]
