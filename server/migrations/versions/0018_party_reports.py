"""Keep the quarterly reports of floating members, with every revision."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REPORT, REVISION = "party_report", "party_report_revision"


def upgrade() -> None:
    op.create_table(
        REPORT,
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("step", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_party_report_counts_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_report")),
        _goes_with(REPORT, "file_id", "party_file"),
    )
    op.create_index("uq_party_report_quarter", REPORT, ["file_id", "quarter"], unique=True)
    op.create_table(
        REVISION,
        sa.Column("id", ID, nullable=False),
        sa.Column("report_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_report_revision")),
        _goes_with(REVISION, "report_id", REPORT),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_party_report_revision_by_id_person")
        ),
    )
    number = ["report_id", "number"]
    op.create_index("uq_party_report_revision_number", REVISION, number, unique=True)
    op.create_index(op.f("ix_party_report_revision_by_id"), REVISION, ["by_id"])


def _goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return that a row names another, and goes with it."""
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table(REVISION)
    op.drop_table(REPORT)
