"""What volunteering adds to the copy of a person's own data."""

from server.volunteers.copies import asking as asking
from server.volunteers.copies import serving as serving
from server.volunteers.copies import showing as showing
