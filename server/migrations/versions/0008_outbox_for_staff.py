"""Find what did not go out by how and when it ended, for staff who look through the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FAILED = sa.text("state IN ('unreachable', 'dead', 'dropped')")


def upgrade() -> None:
    op.create_index(
        "ix_notice_state_settled_at",
        "notice",
        ["state", "settled_at", "id"],
        sqlite_where=FAILED,
        postgresql_where=FAILED,
    )


def downgrade() -> None:
    op.drop_index("ix_notice_state_settled_at", table_name="notice")
