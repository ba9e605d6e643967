"""Keep riders and the ledger of their points.

The first rules are defaults of this product, from what other districts have published; the
district edits them by new versions.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BEGINNING = datetime(2025, 12, 31, 16, tzinfo=UTC)
HOUSE = {"issuance": 0, "expiry": -1, "redemption": -2}
GUARDED = ("points_transaction", "points_entry", "points_link")

RULES = (
    # code, name, least, most, a day, a month, ever, verifier, two persons, pending
    ("ALL", "每月总上限", 0, 0, None, 60, None, "district", False, False),
    ("HAZARD_OK", "随手拍属实", 1, 1, 5, None, None, "community", False, False),
    ("HAZARD_MAJOR", "随手拍重大隐患", 5, 5, 2, None, None, "street", False, False),
    ("VOL_HOUR", "志愿服务每满1小时", 1, 1, 4, None, None, "leader", False, True),
    ("CLASS_ONSITE", "到场参加安全、急救等课程", 2, 2, None, 4, None, "organiser", False, False),
    ("FIRSTAID_CERT", "取得急救证书", 10, 10, None, None, 1, "community", False, False),
    ("ANTIFRAUD_TASK", "反诈宣传任务", 1, 1, None, 4, None, "community", False, False),
    ("STATION_FAULT", "驿站报修属实", 1, 1, 2, None, None, "street", False, False),
    ("SUGGEST_ADOPTED", "建议被采纳", 5, 5, None, None, None, "district", False, False),
    ("GOOD_DEED", "见义勇为、好人好事", 10, 50, None, None, None, "street", True, False),
)


def guard(table: str) -> None:
    """Let the database itself refuse whatever would change or take away what was written."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()"
    )


def guard_all() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        )
    for table in GUARDED:
        guard(table)


def unguard_all() -> None:
    for table in GUARDED:
        if op.get_bind().dialect.name == "sqlite":
            for deed in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{deed}")
        else:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION ledger_append_only()")


def plant() -> None:
    """Open the accounts of the house, begin the chain, and write down the first rules."""
    account = sa.table(
        "points_account",
        *(sa.column(name) for name in ("id", "kind")),
        *(sa.column(name, MOMENT) for name in ("opened_at", "booked_at")),
    )
    moments = {"opened_at": BEGINNING, "booked_at": BEGINNING}
    op.bulk_insert(account, [{"id": HOUSE[kind], "kind": kind, **moments} for kind in HOUSE])
    head = sa.table("points_head", *(sa.column(name) for name in ("id", "length", "hash")))
    op.bulk_insert(head, [{"id": 1, "length": 0, "hash": "0" * 64}])
    told = ["code", "name", "least", "most", "day_cap", "month_cap", "ever_cap"]
    told += ["verifier", "two_persons", "pending"]
    rule = sa.table(
        "points_rule",
        *(sa.column(name) for name in told[:-2]),
        *(sa.column(name, sa.Boolean) for name in told[-2:]),
        sa.column("version"),
        sa.column("since", sa.Date),
        sa.column("made_at", MOMENT),
    )
    first = {"version": 1, "since": date(2026, 1, 1), "made_at": BEGINNING}
    rows = [dict(zip(told, given, strict=True)) | first for given in RULES]
    op.bulk_insert(rule, rows)


def upgrade() -> None:
    op.create_table(
        "points_head",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("length", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_points_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_head")),
    )
    op.create_table(
        "points_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("balance", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("lines", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("frozen_until", MOMENT, nullable=True),
        sa.Column("joined_into", ID, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind = 'issuance' OR balance >= 0", name=op.f("ck_points_account_never_below_nought")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_points_account_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["joined_into"],
            ["points_account.id"],
            name=op.f("fk_points_account_joined_into_points_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_account")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_points_account_person_id_kind")),
    )
    op.create_table(
        "points_rule",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("least", ID, nullable=False),
        sa.Column("most", ID, nullable=False),
        sa.Column("day_cap", ID, nullable=True),
        sa.Column("month_cap", ID, nullable=True),
        sa.Column("ever_cap", ID, nullable=True),
        sa.Column("verifier", sa.String(40), nullable=False),
        sa.Column("two_persons", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "0 <= least AND least <= most AND most <= 1000", name=op.f("ck_points_rule_points")
        ),
        sa.CheckConstraint(
            "day_cap > 0 AND month_cap > 0 AND ever_cap > 0", name=op.f("ck_points_rule_caps")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_points_rule_made_by_person")
        ),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_points_rule")),
    )
    op.create_table(
        "rider",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("verified_by", ID, nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_rider_area_id_area")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rider_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["person.id"], name=op.f("fk_rider_verified_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider")),
        sa.UniqueConstraint("person_id", name=op.f("uq_rider_person_id")),
    )
    op.create_index("ix_rider_area_id_state", "rider", ["area_id", "state", "id"])

    op.create_table(
        "points_count",
        sa.Column("account_id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("used", ID, nullable=False),
        sa.Column("most", ID, nullable=False),
        sa.CheckConstraint(
            "0 <= used AND used <= most", name=op.f("ck_points_count_within_the_cap")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["points_account.id"],
            name=op.f("fk_points_count_account_id_points_account"),
        ),
        sa.PrimaryKeyConstraint("account_id", "code", "period", name=op.f("pk_points_count")),
    )
    op.create_table(
        "points_lot",
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("remains", ID, nullable=False),
        sa.CheckConstraint("remains >= 0", name=op.f("ck_points_lot_never_below_nought")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["points_account.id"],
            name=op.f("fk_points_lot_account_id_points_account"),
        ),
        sa.PrimaryKeyConstraint("account_id", "last_day", name=op.f("pk_points_lot")),
    )
    op.create_index(
        "ix_points_lot_last_day",
        "points_lot",
        ["last_day", "account_id"],
        sqlite_where=sa.text("remains > 0"),
        postgresql_where=sa.text("remains > 0"),
    )

    op.create_table(
        "points_transaction",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(length=40), server_default=sa.text("''"), nullable=False),
        sa.Column("version", ID, nullable=True),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.Column("units", ID, nullable=True),
        sa.Column("origin_id", ID, nullable=True),
        sa.Column("event_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", ID, nullable=True),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("shortfall", ID, server_default=sa.text("0"), nullable=False),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["code", "version"],
            ["points_rule.code", "points_rule.version"],
            name=op.f("fk_points_transaction_code_points_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_transaction_origin_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_transaction")),
    )
    op.create_index(
        "uq_points_transaction_source",
        "points_transaction",
        ["kind", "code", "source"],
        unique=True,
    )
    op.create_index(
        "uq_points_transaction_origin", "points_transaction", ["kind", "origin_id"], unique=True
    )
    op.create_table(
        "points_claim",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("units", ID, nullable=False),
        sa.Column("event_at", MOMENT, nullable=False),
        sa.Column("verified_by", ID, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("transaction_id", ID, nullable=True),
        sa.Column("refused", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_points_claim_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_claim_transaction_id_points_transaction"),
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["person.id"], name=op.f("fk_points_claim_verified_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_claim")),
        sa.UniqueConstraint(
            "code", "source", "version", name=op.f("uq_points_claim_code_source_version")
        ),
    )
    op.create_index(
        "ix_points_claim_open",
        "points_claim",
        ["id"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(op.f("ix_points_claim_person_id"), "points_claim", ["person_id"])

    op.create_table(
        "points_entry",
        sa.Column("transaction_id", ID, autoincrement=False, nullable=False),
        sa.Column("account_id", ID, autoincrement=False, nullable=False),
        sa.Column("delta", ID, nullable=False),
        sa.Column("number", ID, nullable=True),
        sa.Column("balance", ID, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("lots", sa.JSON(), nullable=True),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_points_entry_moves_something")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["points_account.id"],
            name=op.f("fk_points_entry_account_id_points_account"),
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_entry_transaction_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", "account_id", name=op.f("pk_points_entry")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_points_entry_account_id_number")),
    )
    op.create_index("ix_points_entry_account_id_at", "points_entry", ["account_id", "at", "number"])

    op.create_table(
        "points_link",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("transaction_id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_link_transaction_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_link")),
        sa.UniqueConstraint("transaction_id", name=op.f("uq_points_link_transaction_id")),
    )
    op.create_table(
        "points_waiting",
        sa.Column("transaction_id", ID, autoincrement=False, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("points", ID, nullable=False),
        sa.Column("matures_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_points_waiting_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["points_transaction.id"],
            name=op.f("fk_points_waiting_transaction_id_points_transaction"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f("pk_points_waiting")),
    )
    op.create_index(
        "ix_points_waiting_matures_on", "points_waiting", ["matures_on", "transaction_id"]
    )
    op.create_index(op.f("ix_points_waiting_person_id"), "points_waiting", ["person_id"])
    plant()
    guard_all()


def downgrade() -> None:
    unguard_all()
    op.drop_table("points_waiting")
    op.drop_table("points_link")
    op.drop_table("points_entry")
    op.drop_table("points_claim")
    op.drop_table("points_transaction")
    op.drop_table("points_lot")
    op.drop_table("points_count")
    op.drop_table("rider")
    op.drop_table("points_rule")
    op.drop_table("points_account")
    op.drop_table("points_head")
