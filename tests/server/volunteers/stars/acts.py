"""What happens to an application for a star, step after step."""

from datetime import timedelta

from server.people import profile
from server.people.models import Channel
from server.volunteers.models import StarAward, StarState
from server.volunteers.stars import awards, publication, schemes, stars
from tests.server.volunteers.served import a_volunteer


def a_published_star(session, now, vault, area_id, *, name="示例·张三丰", level=1) -> int:
    """Publish a star of somebody for a week, and return its id."""
    person = a_volunteer(session, vault, now)
    profile.rename(session, person, name, vault=vault)
    scheme = schemes.kept(session, now.date(), now)
    star = StarAward(
        person_id=person,
        scheme_id=scheme.id,
        area_id=area_id,
        level=level,
        minutes=6240,
        state=StarState.PUBLISHED,
        channel=Channel.CHAT,
        applied_at=now,
        published_at=now,
        published_until=now.date() + timedelta(days=7),
    )
    session.add(star)
    session.flush()
    return star.id


def apply(session, person, now):
    return stars.apply(session, person, now, channel=Channel.CHAT)


def award_now(session, street, award, now):
    """Publish an application and let its days go by."""
    awards.publish(session, street, award, now)
    publication.award_due(session, now + timedelta(days=14))
