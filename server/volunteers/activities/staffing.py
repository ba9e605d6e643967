"""What staff do with activities, at one address: describe, publish, change places, call off."""

from server.volunteers.activities.calling_off import cancel as cancel
from server.volunteers.activities.capacity import set_capacity as set_capacity
from server.volunteers.activities.drafts import Draft as Draft
from server.volunteers.activities.drafts import Time as Time
from server.volunteers.activities.publishing import publish as publish
