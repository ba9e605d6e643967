"""The pipeline of notices: reminders that move, versions, circuits, broadcasts, jobs on record."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circuit",
        sa.Column("way", sa.String(length=100), nullable=False),
        sa.Column("code", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("way", name=op.f("pk_circuit")),
    )
    op.create_table(
        "job_state",
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_state")),
    )
    op.create_table(
        "notice_hour",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_hour")),
        sa.UniqueConstraint(
            "hour", "kind", "way", "state", name=op.f("uq_notice_hour_hour_kind_way_state")
        ),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queued", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cursor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_broadcast_area_id_area")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_broadcast_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_broadcast_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index("ix_broadcast_state", ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_broadcast_team_id"), ["team_id"], unique=False)

    op.create_table(
        "notice_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_notice_template_made_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_template")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_notice_template_kind_version")),
    )
    with op.batch_alter_table("notice_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_template_made_by"), ["made_by"], unique=False)

    with op.batch_alter_table("credit", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("lasting", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column(
                "ahead",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default=sa.text("0"),
            )
        )
        batch_op.add_column(sa.Column("turned_off_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "remind_minutes",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("obligation", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("anchor", sa.String(length=80), nullable=True))
        batch_op.add_column(
            sa.Column(
                "offset_seconds",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "digest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("result", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("result_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_notice_anchor",
            ["anchor"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.create_index(
            "ix_notice_sending",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(batch_op.f("ix_notice_broadcast_id"), ["broadcast_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_digest_id"), ["digest_id"], unique=False)
        batch_op.create_index("ix_notice_obligation", ["obligation", "person_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_digest_id_notice"), "notice", ["digest_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_broadcast_id_broadcast"), "broadcast", ["broadcast_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notice_broadcast_id_broadcast"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_notice_digest_id_notice"), type_="foreignkey")
        batch_op.drop_index("ix_notice_obligation")
        batch_op.drop_index(batch_op.f("ix_notice_digest_id"))
        batch_op.drop_index(batch_op.f("ix_notice_broadcast_id"))
        batch_op.drop_index(
            "ix_notice_anchor",
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.drop_index(
            "ix_notice_sending",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_column("result_at")
        batch_op.drop_column("result")
        batch_op.drop_column("broadcast_id")
        batch_op.drop_column("digest_id")
        batch_op.drop_column("version")
        batch_op.drop_column("offset_seconds")
        batch_op.drop_column("anchor")
        batch_op.drop_column("obligation")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("remind_minutes")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("offered_at")
        batch_op.drop_column("bound_at")

    with op.batch_alter_table("credit", schema=None) as batch_op:
        batch_op.drop_column("turned_off_at")
        batch_op.drop_column("ahead")
        batch_op.drop_column("lasting")

    with op.batch_alter_table("notice_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_template_made_by"))

    op.drop_table("notice_template")
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_broadcast_team_id"))
        batch_op.drop_index("ix_broadcast_state")
        batch_op.drop_index(batch_op.f("ix_broadcast_asked_by"))
        batch_op.drop_index(batch_op.f("ix_broadcast_area_id"))

    op.drop_table("broadcast")
    op.drop_table("notice_hour")
    op.drop_table("job_state")
    op.drop_table("circuit")
