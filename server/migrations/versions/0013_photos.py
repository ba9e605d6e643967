"""Put down the pictures that people send; they lie outside the database."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
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
    # no release has photos of reports yet: they begin with pictures that are kept
    op.drop_table("hazard_photo")
    _of_hazards(sa.Column("photo_id", ID, nullable=False), "photo_id")
    op.create_index(op.f("ix_hazard_photo_photo_id"), "hazard_photo", ["photo_id"])


def downgrade() -> None:
    op.drop_table("hazard_photo")
    _of_hazards(sa.Column("media_id", sa.String(128), nullable=False), "media_id")
    op.drop_table("photo")


def _of_hazards(picture: sa.Column[object], name: str) -> None:
    """Make the table that says which photo belongs to which report."""
    table = "hazard_photo"
    belongs = [("hazard_id", "hazard"), ("photo_id", "photo")]
    op.create_table(
        table,
        sa.Column("id", ID, nullable=False),
        sa.Column("hazard_id", ID, nullable=False),
        picture,
        sa.Column("at", MOMENT, nullable=False),
        *(
            sa.ForeignKeyConstraint([key], [f"{noun}.id"], name=op.f(f"fk_{table}_{key}_{noun}"))
            for key, noun in belongs
            if key in ("hazard_id", name)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("hazard_id", name, name=op.f(f"uq_{table}_hazard_id_{name}")),
    )
    op.create_index(op.f("ix_hazard_photo_at"), table, ["at"])
