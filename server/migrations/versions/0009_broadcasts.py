"""Say whom a broadcast is for, who allowed it and how far it has come.

Nothing wrote a broadcast before this release. Notices of one are found by how they stand.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NUMBERS = ("unwanted", "reachable", "sent", "unreachable", "waiting")
MOMENTS = ("begins_at", "spread_at", "tallied_at")
OF_BROADCAST = sa.text("broadcast_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("broadcast") as broadcast:
        broadcast.add_column(
            sa.Column("whom", sa.String(40), server_default="volunteers", nullable=False)
        )
        broadcast.add_column(sa.Column("allowed_by", ID, nullable=True))
        for name in MOMENTS:
            broadcast.add_column(sa.Column(name, MOMENT, nullable=True))
        for name in NUMBERS:
            broadcast.add_column(sa.Column(name, ID, server_default=sa.text("0"), nullable=False))
        broadcast.create_foreign_key(
            op.f("fk_broadcast_allowed_by_person"), "person", ["allowed_by"], ["id"]
        )
        broadcast.create_index(op.f("ix_broadcast_allowed_by"), ["allowed_by"])
    with op.batch_alter_table("notice") as notice:
        notice.drop_index(op.f("ix_notice_broadcast_id"))
        notice.create_index(
            "ix_notice_broadcast_id_state",
            ["broadcast_id", "state"],
            sqlite_where=OF_BROADCAST,
            postgresql_where=OF_BROADCAST,
        )


def downgrade() -> None:
    with op.batch_alter_table("notice") as notice:
        notice.drop_index("ix_notice_broadcast_id_state")
        notice.create_index(op.f("ix_notice_broadcast_id"), ["broadcast_id"])
    with op.batch_alter_table("broadcast") as broadcast:
        broadcast.drop_index(op.f("ix_broadcast_allowed_by"))
        broadcast.drop_constraint(op.f("fk_broadcast_allowed_by_person"), type_="foreignkey")
        for name in (*NUMBERS, *MOMENTS, "allowed_by", "whom"):
            broadcast.drop_column(name)
