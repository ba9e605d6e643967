"""Certificates, stars and skills in the copy of a person's own data."""

from sqlalchemy import select

from server.people.copies import ELSEWHERE, PARTS, Part
from server.volunteers.models import Certificate, Skill, StarAward, StarObjection

CERTIFICATES = Part(
    "certificates",
    ("certificate.person_id",),
    lambda person: (
        select(
            Certificate.number.label("number"),
            Certificate.minutes.label("minutes"),
            Certificate.records.label("records"),
            Certificate.issued_at.label("at"),
            Certificate.superseded_at.label("superseded_at"),
        )
        .where(Certificate.person_id == person)
        .order_by(Certificate.id)
    ),
)
STARS = Part(
    "stars",
    ("star_award.person_id",),
    lambda person: (
        select(
            StarAward.level.label("level"),
            StarAward.minutes.label("minutes"),
            StarAward.state.label("state"),
            StarAward.applied_at.label("at"),
            StarAward.published_until.label("until"),
            StarAward.note.label("note"),
        )
        .where(StarAward.person_id == person)
        .order_by(StarAward.id)
    ),
)
STAR_OBJECTIONS = Part(
    "star_objections",
    ("star_objection.person_id",),
    lambda person: (
        select(
            StarObjection.id.label("_id"),
            StarObjection.raised_at.label("at"),
            StarObjection.state.label("state"),
            StarObjection.channel.label("channel"),
            StarObjection.words.label("words"),
            StarObjection.answer.label("answer"),
        )
        .where(StarObjection.person_id == person)
        .order_by(StarObjection.id)
    ),
    {"words": "star_objection:{_id}:words"},
)
SKILLS = Part(
    "skills",
    ("skill.person_id",),
    lambda person: (
        select(
            Skill.kind.label("kind"),
            Skill.name.label("name"),
            Skill.granted_on.label("day"),
            Skill.valid_until.label("until"),
            Skill.evidence.label("evidence"),
        )
        .where(Skill.person_id == person)
        .order_by(Skill.id)
    ),
)

PARTS += (CERTIFICATES, STARS, STAR_OBJECTIONS, SKILLS)

_DEED = "a deed for others, by a leader or staff; it stands in their history"
ELSEWHERE |= dict.fromkeys(
    (
        *("star_scheme.made_by", "star_award.reviewed_by", "star_award.published_by"),
        *("star_award.awarded_by", "star_objection.answered_by", "skill.entered_by"),
    ),
    _DEED,
)
