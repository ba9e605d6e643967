"""Keep what waits out of the indexes that say what became of a notice.

Every claim wrote to each of them that there was nothing to say.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_notice_obligation": ("obligation", "person_id"),
    "ix_notice_message_id": ("message_id",),
    "ix_notice_settled_at": ("settled_at",),
    "ix_notice_digest_id": ("digest_id",),
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, "notice")
        there = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "notice", list(columns), sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, "notice")
        op.create_index(name, "notice", list(columns))
