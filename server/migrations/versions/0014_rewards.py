"""Keep rewards: the catalogue, stock by station, and vouchers.

Movements of stock and versions of rewards are only added to, like the ledger of points.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
GUARDED = ("reward_move", "reward_version")
RESERVED = sa.text("state = 'reserved'")


def guard(table: str) -> None:
    """Let the database itself refuse whatever would change or take away what was written."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'rewards are append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION rewards_append_only()"
    )


def upgrade() -> None:
    op.create_table(
        "reward",
        sa.Column("id", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
    )
    op.create_table(
        "reward_version",
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("version", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("points", ID, nullable=False),
        sa.Column("month_limit", ID, nullable=True),
        sa.Column("ever_limit", ID, nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "points BETWEEN 1 AND 10000", name=op.f("ck_reward_version_costs_something")
        ),
        sa.CheckConstraint(
            "month_limit > 0 AND ever_limit > 0", name=op.f("ck_reward_version_limits")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["reward.id"], name=op.f("fk_reward_version_reward_id_reward")
        ),
        sa.PrimaryKeyConstraint("reward_id", "version", name=op.f("pk_reward_version")),
    )
    op.create_table(
        "reward_stock",
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("free", ID, nullable=False),
        sa.Column("held", ID, nullable=False),
        sa.Column("moves", ID, nullable=False),
        sa.CheckConstraint(
            "free >= 0 AND held >= 0", name=op.f("ck_reward_stock_never_below_nought")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["reward.id"], name=op.f("fk_reward_stock_reward_id_reward")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_reward_stock_station_id_station")
        ),
        sa.PrimaryKeyConstraint("reward_id", "station_id", name=op.f("pk_reward_stock")),
    )
    op.create_index("ix_reward_stock_station_id", "reward_stock", ["station_id", "reward_id"])
    op.create_table(
        "reward_count",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("used", ID, nullable=False),
        sa.Column("most", ID, nullable=False),
        sa.CheckConstraint(
            "0 <= used AND used <= most", name=op.f("ck_reward_count_within_the_limit")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reward_count_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["reward.id"], name=op.f("fk_reward_count_reward_id_reward")
        ),
        sa.PrimaryKeyConstraint("person_id", "reward_id", "period", name=op.f("pk_reward_count")),
    )
    _vouchers()
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION rewards_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rewards are append-only'; END $$"
        )
    for table in GUARDED:
        guard(table)


def _vouchers() -> None:
    op.create_table(
        "voucher",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("reward_id", ID, nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("points", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("held_by", ID, nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.CheckConstraint(
            "(state = 'reserved') = (ended_at IS NULL)", name=op.f("ck_voucher_ends_once")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_voucher_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id", "version"],
            ["reward_version.reward_id", "reward_version.version"],
            name=op.f("fk_voucher_reward_id_reward_version"),
        ),
        sa.ForeignKeyConstraint(
            ["reward_id", "station_id"],
            ["reward_stock.reward_id", "reward_stock.station_id"],
            name=op.f("fk_voucher_reward_id_reward_stock"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_voucher_transaction_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_voucher_transaction_id")),
    )
    op.create_index("ix_voucher_person_id", "voucher", ["person_id", "id"])
    op.create_index("ix_voucher_station_id", "voucher", ["station_id", "id"])
    op.create_index(
        "ix_voucher_due",
        "voucher",
        ["expires_at", "id"],
        sqlite_where=RESERVED,
        postgresql_where=RESERVED,
    )
    op.create_table(
        "voucher_code",
        sa.Column("voucher_id", ID, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_code_voucher_id_voucher")
        ),
        sa.PrimaryKeyConstraint("voucher_id", name=op.f("pk_voucher_code")),
        sa.UniqueConstraint("mark", name=op.f("uq_voucher_code_mark")),
    )
    op.create_index(op.f("ix_voucher_code_expires_at"), "voucher_code", ["expires_at"])
    op.create_table(
        "reward_move",
        sa.Column("reward_id", ID, autoincrement=False, nullable=False),
        sa.Column("station_id", ID, autoincrement=False, nullable=False),
        sa.Column("number", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("free", ID, nullable=False),
        sa.Column("held", ID, nullable=False),
        sa.Column("free_after", ID, nullable=False),
        sa.Column("held_after", ID, nullable=False),
        sa.Column("voucher_id", ID, nullable=True),
        sa.Column("actor", ID, nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "free_after >= 0 AND held_after >= 0", name=op.f("ck_reward_move_never_below_nought")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id", "station_id"],
            ["reward_stock.reward_id", "reward_stock.station_id"],
            name=op.f("fk_reward_move_reward_id_reward_stock"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name=op.f("fk_reward_move_voucher_id_voucher")
        ),
        sa.PrimaryKeyConstraint("reward_id", "station_id", "number", name=op.f("pk_reward_move")),
    )
    op.create_index(op.f("ix_reward_move_voucher_id"), "reward_move", ["voucher_id"])
    op.create_index("ix_reward_move_at", "reward_move", ["at"])


def downgrade() -> None:
    for table in (
        *("reward_move", "voucher_code", "voucher", "reward_count", "reward_stock"),
        *("reward_version", "reward"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION rewards_append_only()")
