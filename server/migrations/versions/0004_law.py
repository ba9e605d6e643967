"""Publish stars and hear objections; tell who last edited a draft.

Whatever scheme a district has made asks for five working days of publication from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("star_scheme") as scheme:
        scheme.add_column(
            sa.Column("publish_days", ID, nullable=False, server_default=sa.text("5"))
        )
        scheme.create_check_constraint("publishes", "publish_days >= 0")
    with op.batch_alter_table("star_award") as award:
        award.add_column(sa.Column("published_by", ID, nullable=True))
        award.add_column(sa.Column("published_at", MOMENT, nullable=True))
        award.add_column(sa.Column("published_until", sa.Date(), nullable=True))
        award.add_column(sa.Column("objections", ID, nullable=False, server_default=sa.text("0")))
        award.create_check_constraint("objections", "objections >= 0")
        award.create_foreign_key(
            op.f("fk_star_award_published_by_person"), "person", ["published_by"], ["id"]
        )
    _objections()
    with op.batch_alter_table("activity") as activity:
        activity.add_column(sa.Column("edited_by", ID, nullable=True))
        activity.create_foreign_key(
            op.f("fk_activity_edited_by_person"), "person", ["edited_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("activity") as activity:
        activity.drop_constraint(op.f("fk_activity_edited_by_person"), type_="foreignkey")
        activity.drop_column("edited_by")
    op.drop_table("star_objection")
    op.execute("UPDATE star_award SET state = 'reviewed' WHERE state = 'published'")
    with op.batch_alter_table("star_award") as award:
        award.drop_constraint(op.f("fk_star_award_published_by_person"), type_="foreignkey")
        award.drop_constraint(op.f("ck_star_award_objections"), type_="check")
        for name in ("objections", "published_until", "published_at", "published_by"):
            award.drop_column(name)
    with op.batch_alter_table("star_scheme") as scheme:
        scheme.drop_constraint(op.f("ck_star_scheme_publishes"), type_="check")
        scheme.drop_column("publish_days")


def _objections() -> None:
    op.create_table(
        "star_objection",
        sa.Column("id", ID, nullable=False),
        sa.Column("award_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(400), nullable=True),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["award_id"], ["star_award.id"], name=op.f("fk_star_objection_award_id_star_award")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_star_objection_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_star_objection_answered_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_objection")),
        sa.UniqueConstraint(
            "award_id", "person_id", name=op.f("uq_star_objection_award_id_person_id")
        ),
    )
    op.create_index(op.f("ix_star_objection_person_id"), "star_objection", ["person_id"])
    op.create_index("ix_star_objection_state_due", "star_objection", ["state", "due", "id"])
