"""Needs, teams and what one leads in the copy of a person's own data."""

from sqlalchemy import or_, select

from server.people.copies import ELSEWHERE, PARTS, Part
from server.volunteers.models import Activity, Need, NeedStep, Team, TeamMember

NEEDS = Part(
    "needs",
    ("need.raised_by",),
    lambda person: (
        select(
            Need.id.label("_id"),
            Need.number.label("number"),
            Need.title.label("activity"),
            Need.words.label("words"),
            Need.asker_name.label("name"),
            Need.asker_phone.label("phone"),
            Need.address.label("address"),
            Need.state.label("state"),
            Need.reason.label("reason"),
            Need.closing_note.label("note"),
            Need.rating.label("rating"),
            Need.rating_note.label("rating_note"),
            Need.follow_up.label("follow_up"),
            Need.created_at.label("at"),
        )
        # what somebody raised on behalf of another is that person's
        .where(Need.raised_by == person, Need.on_behalf.is_(False))
        .order_by(Need.id)
    ),
    {
        label: f"need:{{_id}}:{column}"
        for label, column in (
            ("words", "words"),
            ("name", "asker_name"),
            ("phone", "asker_phone"),
            ("address", "address"),
            ("rating_note", "rating_note"),
            ("follow_up", "follow_up"),
        )
    },
)
STEPS = Part(
    "steps",
    ("need_step.by",),
    lambda person: (
        select(
            Need.number.label("number"),
            NeedStep.action.label("kind"),
            NeedStep.note.label("note"),
            NeedStep.at.label("at"),
        )
        .join(Need, Need.id == NeedStep.need_id)
        .where(Need.raised_by == person, Need.on_behalf.is_(False))
        .order_by(NeedStep.id)
    ),
)
TEAMS = Part(
    "teams",
    ("team_member.person_id",),
    lambda person: (
        select(
            Team.name.label("team"),
            TeamMember.state.label("state"),
            TeamMember.channel.label("channel"),
            TeamMember.asked_at.label("at"),
        )
        .join(Team, Team.id == TeamMember.team_id)
        .where(TeamMember.person_id == person)
        .order_by(TeamMember.id)
    ),
)
LEADS = Part(
    "leads",
    ("activity.leader_id", "team.leader_id"),
    lambda person: (
        select(Activity.title.label("activity"), Activity.ends_at.label("ends_at"))
        .outerjoin(Team, Team.id == Activity.team_id)
        .where(or_(Activity.leader_id == person, Team.leader_id == person))
        .order_by(Activity.id)
    ),
)

PARTS += (NEEDS, STEPS, TEAMS, LEADS)

_DEED = "a deed for others, by a leader or staff; it stands in their history"
ELSEWHERE |= dict.fromkeys(
    (
        *("activity.created_by", "activity.edited_by", "activity.reviewed_by"),
        *("activity_template.created_by", "team_member.decided_by"),
    ),
    _DEED,
)
