"""Keep what the desk of points needs: evidence, flows by day, oddities, and statements told.

A link code may from now on bring a person along to another WeChat account.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
ASKED = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "points_evidence",
        sa.Column("transaction_id", ID, autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_evidence_transaction_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f("pk_points_evidence")),
    )
    op.create_table(
        "points_flow",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("points", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "code", name=op.f("pk_points_flow")),
    )
    op.create_table(
        "points_flow_head",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("position", ID, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_points_flow_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_flow_head")),
    )
    op.create_table(
        "points_oddity",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("verifier_id", ID, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_points_oddity_area_id_area")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_points_oddity_{column}_person")
            )
            for column in ("person_id", "verifier_id", "settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_oddity")),
        sa.UniqueConstraint("key", name=op.f("uq_points_oddity_key")),
    )
    op.create_index(
        "ix_points_oddity_open",
        "points_oddity",
        ["area_id", "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    for column in ("person_id", "settled_at"):
        op.create_index(op.f(f"ix_points_oddity_{column}"), "points_oddity", [column])
    op.create_index("ix_rider_asked", "rider", ["id"], sqlite_where=ASKED, postgresql_where=ASKED)
    op.add_column("points_account", sa.Column("stated_month", sa.Date(), nullable=True))
    op.add_column(
        "link_code",
        sa.Column("moves", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    with op.batch_alter_table("link_code") as link_code:
        link_code.drop_column("moves")
    with op.batch_alter_table("points_account") as account:
        account.drop_column("stated_month")
    op.drop_index("ix_rider_asked", "rider")
    for table in ("points_oddity", "points_flow_head", "points_flow", "points_evidence"):
        op.drop_table(table)
