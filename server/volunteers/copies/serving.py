"""Sign-ups, presence and hours in the copy of a person's own data."""

from sqlalchemy import select

from server.people.copies import ELSEWHERE, PARTS, Part
from server.volunteers.models import (
    Activity,
    Attendance,
    CalendarFeed,
    Dispute,
    Oddity,
    OwnCode,
    PlaceHint,
    RecordVersion,
    ServiceRecord,
    Shift,
    Signup,
)

SIGNUPS = Part(
    "signups",
    ("signup.person_id",),
    lambda person: (
        select(
            Activity.title.label("activity"),
            Activity.place.label("place"),
            Shift.starts_at.label("starts_at"),
            Shift.ends_at.label("ends_at"),
            Signup.state.label("state"),
            Signup.channel.label("channel"),
            Signup.override.label("reason"),
            Signup.created_at.label("at"),
        )
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Activity, Activity.id == Shift.activity_id)
        .where(Signup.person_id == person)
        .order_by(Signup.id)
    ),
)
ATTENDANCES = Part(
    "attendances",
    ("attendance.person_id",),
    lambda person: (
        select(
            Attendance.in_at.label("in_at"),
            Attendance.in_route.label("in_route"),
            Attendance.out_at.label("out_at"),
            Attendance.out_route.label("out_route"),
            Attendance.evidence.label("evidence"),
            PlaceHint.latitude.label("latitude"),
            PlaceHint.longitude.label("longitude"),
        )
        .outerjoin(PlaceHint, PlaceHint.attendance_id == Attendance.id)
        .where(Attendance.person_id == person)
        .order_by(Attendance.id)
    ),
)
FEEDS = Part(
    "feeds",
    ("calendar_feed.person_id",),
    lambda person: select(CalendarFeed.created_at.label("since")).where(
        CalendarFeed.person_id == person
    ),
)
CODES = Part(
    "own_codes",
    ("own_code.person_id",),
    lambda person: select(OwnCode.expires_at.label("expires_at")).where(
        OwnCode.person_id == person
    ),
)
RECORDS = Part(
    "records",
    ("service_record.person_id",),
    lambda person: (
        select(
            ServiceRecord.day.label("day"),
            ServiceRecord.minutes.label("minutes"),
            ServiceRecord.state.label("state"),
            ServiceRecord.source.label("source"),
            ServiceRecord.version.label("version"),
            ServiceRecord.final_at.label("final_at"),
        )
        .where(ServiceRecord.person_id == person)
        .order_by(ServiceRecord.id)
    ),
)
VERSIONS = Part(
    "versions",
    (),
    lambda person: (
        select(
            ServiceRecord.day.label("day"),
            RecordVersion.version.label("version"),
            RecordVersion.minutes.label("minutes"),
            RecordVersion.state.label("state"),
            RecordVersion.reason.label("reason"),
            RecordVersion.evidence.label("evidence"),
            RecordVersion.made_at.label("at"),
        )
        .join(ServiceRecord, ServiceRecord.id == RecordVersion.record_id)
        .where(ServiceRecord.person_id == person)
        .order_by(RecordVersion.record_id, RecordVersion.version)
    ),
)
DISPUTES = Part(
    "disputes",
    ("dispute.person_id",),
    lambda person: (
        select(
            Dispute.id.label("_id"),
            Dispute.raised_at.label("at"),
            Dispute.words.label("words"),
            Dispute.state.label("state"),
            Dispute.answer.label("answer"),
        )
        .where(Dispute.person_id == person)
        .order_by(Dispute.id)
    ),
    {"words": "dispute:{_id}:words"},
)
ODDITIES = Part(
    "oddities",
    ("oddity.person_id",),
    lambda person: (
        select(
            Oddity.found_at.label("at"),
            Oddity.kind.label("kind"),
            Oddity.state.label("state"),
            Oddity.settled_at.label("settled_at"),
        )
        .where(Oddity.person_id == person)
        .order_by(Oddity.id)
    ),
)

PARTS += (SIGNUPS, ATTENDANCES, CODES, FEEDS, RECORDS, VERSIONS, DISPUTES, ODDITIES)

_DEED = "a deed for others, by a leader or staff; it stands in their history"
ELSEWHERE |= dict.fromkeys(
    (
        *("signup.entered_by", "attendance.in_by", "attendance.out_by", "oddity.settled_by"),
        *("service_record.recorded_by", "service_record.confirmed_by", "dispute.answered_by"),
        *("record_version.made_by", "record_version.approved_by"),
    ),
    _DEED,
)
