"""Read uploaded tables by a job, piece by piece, and long lists from the index they need.

What the release before has read and nobody has kept is laid aside: such tables live a day, and are
quickly uploaded again. Its column `rows` goes one release later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_approval_state": ("approval", ["state", "expires_at", "id"]),
    "ix_audit_entry_action": ("audit_entry", ["action", "id"]),
    "ix_audit_entry_area_path": ("audit_entry", ["area_path", "id"]),
    "ix_audit_entry_subject_newest": ("audit_entry", ["subject", "id"]),
    "ix_need_state_changed_at": ("need", ["state", "changed_at", "id"]),
    "ix_need_state_field": ("need", ["state", "field", "changed_at", "id"]),
    "ix_service_record_day": ("service_record", ["day", "id"]),
}
LAID_ASIDE = "UPDATE import_batch SET state = 'discarded' WHERE state IN ({})"


def upgrade() -> None:
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("tries", ID, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("fault", sa.LargeBinary(), nullable=True))
        batch_op.create_index("ix_import_batch_state", ["state", "id"], unique=False)
    op.create_table(
        "import_file",
        sa.Column("batch_id", ID, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_file_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_file")),
    )
    op.create_table(
        "import_piece",
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("count", ID, nullable=False),
        sa.Column("flaws", ID, nullable=False),
        sa.Column("news", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_import_piece_batch_id_import_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_import_piece")),
    )
    op.execute(LAID_ASIDE.format("'previewed', 'wanted'"))
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    for name, (table, _columns) in INDEXES.items():
        op.drop_index(name, table)
    op.execute(LAID_ASIDE.format("'previewed', 'wanted', 'reading', 'refused'"))
    op.drop_table("import_piece")
    op.drop_table("import_file")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_import_batch_state")
        batch_op.drop_column("fault")
        batch_op.drop_column("tries")
        batch_op.drop_column("claimed_until")
