"""Put down the pictures that people send; they lie outside the database."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("media_id", sa.String(200), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("fault", sa.String(60), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("tries", ID, nullable=False),
        sa.Column("trace_id", sa.String(64), nullable=True),
        sa.Column("file_name", sa.String(40), nullable=True),
        sa.Column("width", ID, nullable=True),
        sa.Column("height", ID, nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('checking', 'held', 'kept') OR file_name IS NOT NULL",
            name=op.f("ck_photo_shows_something"),
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (fault IS NOT NULL)", name=op.f("ck_photo_failed_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_photo_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("source", name=op.f("uq_photo_source")),
    )
    op.create_index("ix_photo_due", "photo", ["state", "due_at"])
    op.create_index("ix_photo_age", "photo", ["state", "noted_at"])
    op.create_index("ix_photo_day", "photo", ["person_id", "day"])
    op.create_index(op.f("ix_photo_trace_id"), "photo", ["trace_id"])
    op.create_index(op.f("ix_photo_file_name"), "photo", ["file_name"])


def downgrade() -> None:
    op.drop_table("photo")
