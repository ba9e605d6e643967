"""Put stations on the map: their hours, days that differ, keepers, and reports of faults."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("host", sa.String(40), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("lat", ID, nullable=False),
        sa.Column("lng", ID, nullable=False),
        sa.Column("strip", ID, nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("facilities", ID, nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("closed_reason", sa.String(200), nullable=True),
        sa.Column("closed_until", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_station_has_a_number")),
        sa.CheckConstraint(
            "lat BETWEEN -90000000 AND 90000000", name=op.f("ck_station_lat_on_earth")
        ),
        sa.CheckConstraint(
            "lng BETWEEN -180000000 AND 180000000", name=op.f("ck_station_lng_on_earth")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_reason IS NOT NULL)",
            name=op.f("ck_station_closed_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_station_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("number", name=op.f("uq_station_number")),
    )
    op.create_index("ix_station_place", "station", ["strip", "lng", "id"])
    op.create_index("ix_station_area", "station", ["area_id", "number"])
    op.create_index("ix_station_state", "station", ["state", "number"])
    op.create_table(
        "station_day",
        sa.Column("station_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_station_day_station_id_station")
        ),
        sa.PrimaryKeyConstraint("station_id", "day", name=op.f("pk_station_day")),
    )
    op.create_table(
        "station_keeper",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        *_of_a_person("station_keeper"),
        sa.UniqueConstraint(
            "station_id", "person_id", name=op.f("uq_station_keeper_station_id_person_id")
        ),
    )
    op.create_index(op.f("ix_station_keeper_person_id"), "station_keeper", ["person_id"])
    op.create_table(
        "station_fault",
        sa.Column("id", ID, nullable=False),
        sa.Column("station_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("answer", sa.String(200), nullable=False),
        *_of_a_person("station_fault"),
        sa.UniqueConstraint("station_id", "person_id", "kind", "day", name=op.f(FAULT)),
    )
    op.create_index(op.f("ix_station_fault_person_id"), "station_fault", ["person_id"])
    op.create_index("ix_station_fault_state", "station_fault", ["state", "station_id", "id"])


FAULT = "uq_station_fault_station_id_person_id_kind_day"


def _of_a_person(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f(f"fk_{table}_station_id_station")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    for table in ("station_fault", "station_keeper", "station_day", "station"):
        op.drop_table(table)
