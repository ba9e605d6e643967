"""Tell whether staff have seen a year of birth, and keep what they have yet to see.

Whatever year is known by now was declared and seen by nobody.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("birth_year_seen_by", ID, nullable=True))
        person.add_column(sa.Column("birth_year_seen_at", MOMENT, nullable=True))
        person.create_foreign_key(
            op.f("fk_person_birth_year_seen_by_person"), "person", ["birth_year_seen_by"], ["id"]
        )
    op.create_table(
        "birth_year_claim",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("year", ID, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_birth_year_claim_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_birth_year_claim_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_birth_year_claim")),
    )
    op.create_index(op.f("ix_birth_year_claim_asked_at"), "birth_year_claim", ["asked_at"])


def downgrade() -> None:
    op.drop_table("birth_year_claim")
    with op.batch_alter_table("person") as person:
        person.drop_constraint(op.f("fk_person_birth_year_seen_by_person"), type_="foreignkey")
        person.drop_column("birth_year_seen_at")
        person.drop_column("birth_year_seen_by")
