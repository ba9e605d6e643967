"""Take in what people report on the road (随手拍), and keep what becomes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DRAFT_SQL = sa.text("state = 'draft'")

RULES = {
    "one_to_five": "rating IS NULL OR (rating >= 1 AND rating <= 5)",
    "runs_or_waits": "due_at IS NULL OR left_minutes IS NULL",
    "rejected_for_a_reason": (
        "state <> 'rejected' OR (reason_code IS NOT NULL AND reason IS NOT NULL)"
    ),
    "merged_into_one": "(state = 'merged') = (first_id IS NOT NULL)",
    "not_into_itself": "first_id <> id",
    "routed_out_forgets": (
        "state <> 'routed_out' OR (reporter_id IS NULL AND words IS NULL AND cell IS NULL)"
    ),
}


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "hazard",
        sa.Column("id", ID, nullable=False),
        sa.Column("reporter_id", ID, nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("cell", sa.String(80), nullable=True),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("assigned_id", ID, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("hard", sa.Boolean(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("reopened", sa.Boolean(), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=True),
        sa.Column("reason", sa.String(400), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("appeal", sa.String(40), nullable=True),
        sa.Column("direction", sa.String(40), nullable=True),
        sa.Column("first_id", ID, nullable=True),
        sa.Column("question", sa.String(200), nullable=True),
        sa.Column("left_minutes", ID, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("note_due_at", MOMENT, nullable=True),
        sa.Column("closing_note", sa.String(400), nullable=True),
        sa.Column("award", sa.String(40), nullable=True),
        sa.Column("award_refused", sa.String(60), nullable=True),
        sa.Column("transaction_id", ID, nullable=True),
        sa.Column("points", ID, nullable=False),
        sa.Column("rating", ID, nullable=True),
        sa.Column("rating_note", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("fixed_at", MOMENT, nullable=True),
        sa.Column("nudged_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        *(sa.CheckConstraint(says, name=op.f(f"ck_hazard_{name}")) for name, says in RULES.items()),
        _to("hazard", "reporter_id", "person"),
        _to("hazard", "area_id", "area"),
        _to("hazard", "assigned_id", "area"),
        _to("hazard", "decided_by", "person"),
        _to("hazard", "first_id", "hazard"),
        _to("hazard", "transaction_id", "points_transaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
    )
    op.create_index(
        "uq_hazard_draft",
        "hazard",
        ["reporter_id"],
        unique=True,
        sqlite_where=DRAFT_SQL,
        postgresql_where=DRAFT_SQL,
    )
    op.create_index("ix_hazard_reporter_id", "hazard", ["reporter_id", "id"])
    op.create_index("ix_hazard_area_id", "hazard", ["area_id", "state", "due_at"])
    op.create_index("ix_hazard_assigned_id", "hazard", ["assigned_id", "state", "due_at"])
    op.create_index("ix_hazard_cell", "hazard", ["cell", "kind", "received_at"])
    op.create_index("ix_hazard_state", "hazard", ["state", "changed_at", "id"])
    op.create_index("ix_hazard_first_id", "hazard", ["first_id"])
    _create_beside()


def _create_beside() -> None:
    op.create_table(
        "hazard_step",
        sa.Column("id", ID, nullable=False),
        sa.Column("hazard_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("action", sa.String(30), nullable=False),
        sa.Column("note", sa.String(400), nullable=True),
        _to("hazard_step", "hazard_id", "hazard"),
        _to("hazard_step", "by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_step")),
    )
    op.create_index(op.f("ix_hazard_step_hazard_id"), "hazard_step", ["hazard_id"])
    op.create_table(
        "hazard_spot",
        sa.Column("hazard_id", ID, autoincrement=False, nullable=False),
        sa.Column("lat", ID, nullable=False),
        sa.Column("lng", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _to("hazard_spot", "hazard_id", "hazard"),
        sa.PrimaryKeyConstraint("hazard_id", name=op.f("pk_hazard_spot")),
    )
    op.create_index(op.f("ix_hazard_spot_at"), "hazard_spot", ["at"])
    op.create_table(
        "hazard_case",
        sa.Column("id", ID, nullable=False),
        sa.Column("cell", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("first_id", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("over_at", MOMENT, nullable=True),
        _to("hazard_case", "first_id", "hazard"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_case")),
        sa.UniqueConstraint("cell", "kind", name=op.f("uq_hazard_case_cell_kind")),
    )
    op.create_index(op.f("ix_hazard_case_first_id"), "hazard_case", ["first_id"])
    op.create_index(op.f("ix_hazard_case_since"), "hazard_case", ["since"])
    op.create_table(
        "hazard_photo",
        sa.Column("id", ID, nullable=False),
        sa.Column("hazard_id", ID, nullable=False),
        sa.Column("media_id", sa.String(128), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _to("hazard_photo", "hazard_id", "hazard"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_photo")),
        sa.UniqueConstraint(
            "hazard_id", "media_id", name=op.f("uq_hazard_photo_hazard_id_media_id")
        ),
    )
    op.create_index(op.f("ix_hazard_photo_at"), "hazard_photo", ["at"])


def downgrade() -> None:
    for table in ("hazard_photo", "hazard_case", "hazard_spot", "hazard_step", "hazard"):
        op.drop_table(table)
