"""Whatever follows when persons are joined, forgotten or shown what is kept of them.

The packages add themselves to the lists of `people` as they are imported; whoever needs the lists
whole need only import this.
"""

from server import party_deeds
from server.ledgers import forgetting as ledgers
from server.notices import copies as notice_copies
from server.notices import forgetting as notices
from server.notices.broadcasts import joining as broadcasts
from server.office import ages, calls, newcomers, years_served
from server.party import copies as party_copies
from server.party import forgetting as party
from server.party import joining as party_files
from server.party import tasks as party_tasks
from server.party.letters import copies as party_letters
from server.party.needs import copies as party_needs
from server.party.needs import tasks as party_need_tasks
from server.party.reports import copies as party_report_copies
from server.party.reviews import copies as review_copies
from server.party.reviews import tasks as review_tasks
from server.people import moving as people
from server.people import own_copies
from server.photos import copies as photo_copies
from server.photos import forgetting as photos
from server.riders import copies as rider_copies
from server.riders import forgetting as riders
from server.riders import joining as points
from server.riders.hazards import copies as hazard_copies
from server.riders.hazards import forgetting as hazards
from server.riders.hazards import joining as drafts
from server.riders.hazards import lost as lost_photos
from server.riders.hazards import queue as hazard_queue
from server.riders.rewards import copies as reward_copies
from server.riders.rewards import joining as rewards
from server.riders.stations import copies as station_copies
from server.riders.stations import forgetting as stations
from server.staff import copies as staff_copies
from server.staff import forgetting as staff
from server.staff import moving as accounts
from server.staff import proxy_wishes
from server.volunteers import copies, forgetting
from server.volunteers.activities import forgetting as leaders
from server.volunteers.activities import tasks
from server.volunteers.hours import by_hand
from server.volunteers.hours import tasks as record_tasks
from server.volunteers.joining import hours, stars, teams
from server.volunteers.joining import signups as moving
from server.volunteers.needs import queue
from server.volunteers.signups import minors
from server.volunteers.stars import forgetting as star_words
from server.volunteers.stars import tasks as star_tasks
from server.volunteers.teams import audiences

__all__ = [
    "accounts",
    "ages",
    "audiences",
    "broadcasts",
    "by_hand",
    "calls",
    "copies",
    "drafts",
    "forgetting",
    "hazard_copies",
    "hazard_queue",
    "hazards",
    "hours",
    "leaders",
    "ledgers",
    "lost_photos",
    "minors",
    "moving",
    "newcomers",
    "notice_copies",
    "notices",
    "own_copies",
    "party",
    "party_copies",
    "party_deeds",
    "party_files",
    "party_letters",
    "party_need_tasks",
    "party_needs",
    "party_report_copies",
    "party_tasks",
    "people",
    "photo_copies",
    "photos",
    "points",
    "proxy_wishes",
    "queue",
    "record_tasks",
    "review_copies",
    "review_tasks",
    "reward_copies",
    "rewards",
    "rider_copies",
    "riders",
    "staff",
    "staff_copies",
    "star_tasks",
    "star_words",
    "stars",
    "station_copies",
    "stations",
    "tasks",
    "teams",
    "years_served",
]
