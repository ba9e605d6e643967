"""What staff do with activities, at one address: describe, publish, change places, call off."""

from server.volunteers.calling_off import cancel as cancel
from server.volunteers.capacity import set_capacity as set_capacity
from server.volunteers.drafts import Draft as Draft
from server.volunteers.drafts import Time as Time
from server.volunteers.publishing import publish as publish
