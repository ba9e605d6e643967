"""Let a branch keep what is older than three years for another year."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEEPING = "party_keeping"


def upgrade() -> None:
    op.create_table(
        KEEPING,
        sa.Column("id", ID, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["party_branch.id"], name=op.f(f"fk_{KEEPING}_branch_id_party_branch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{KEEPING}")),
    )
    quarter = f"uq_{KEEPING}_quarter"
    op.create_index(quarter, KEEPING, ["branch_id", "quarter"], unique=True)
    op.create_index(op.f(f"ix_{KEEPING}_until"), KEEPING, ["until"])


def downgrade() -> None:
    op.drop_table(KEEPING)
