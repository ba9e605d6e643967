"""Let people be reminded of one thing once at most."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    once: sa.Column[bool] = sa.Column(
        "remind_once", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    with op.batch_alter_table("person") as person:
        person.add_column(once)


def downgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.drop_column("remind_once")
