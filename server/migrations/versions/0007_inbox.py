"""Keep when somebody saw a notice in their inbox, and find what they were told in its order.

What was told before counts as not seen there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TOLD = sa.text(
    "(state IN ('sent', 'unreachable', 'dead') OR (state = 'dropped'"
    " AND outcome IN ('too late', 'quiet hours', 'another message today')))"
    " AND (state != 'sent' OR channel IS NULL OR channel != 'digest')"
)


def upgrade() -> None:
    op.add_column("notice", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_notice_told",
        "notice",
        ["person_id", "settled_at", "id"],
        sqlite_where=TOLD,
        postgresql_where=TOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_notice_told", "notice")
    op.drop_column("notice", "read_at")
