"""What pictures add to the copy of a person's own data."""

from sqlalchemy import select

from server.people.copies import PARTS, Part
from server.photos.models import Photo

PARTS.append(
    Part(
        "photos",
        ("photo.person_id",),
        lambda person: (
            select(
                Photo.purpose.label("purpose"),
                Photo.state.label("state"),
                Photo.noted_at.label("at"),
            )
            .where(Photo.person_id == person)
            .order_by(Photo.id)
        ),
    )
)
