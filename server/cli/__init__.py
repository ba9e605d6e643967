"""Commands for whoever runs the service, such as `flask db upgrade`."""

from server.cli.activities import activities
from server.cli.audit import audit
from server.cli.calendar import calendar
from server.cli.database import db
from server.cli.ledger import ledger
from server.cli.people import posts
from server.cli.privacy import people
from server.cli.programs import jobs, notices
from server.cli.sample import sample
from server.cli.staff import staff
from server.cli.stations import stations
from server.cli.wechat import wechat

GROUPS = (
    *(activities, audit, calendar, db, jobs, ledger, notices),
    *(people, posts, sample, staff, stations, wechat),
)
