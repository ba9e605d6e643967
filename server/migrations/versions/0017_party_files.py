"""Keep files of floating members: branches, contacts, and who has looked at a file."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD, MARK, SEALED = sa.String(40), sa.String(64), sa.LargeBinary()
LIVE = sa.text("state IN ('reported', 'active', 'contact_broken')")
NOW = sa.text("until IS NULL")
SECRETARY = sa.text("until IS NULL AND office = 'secretary'")


def upgrade() -> None:
    _branches()
    _files()
    _contacts()
    _lists()


def _branches() -> None:
    op.create_table(
        "party_branch",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *_names("party_branch", area_id="area"),
        sa.UniqueConstraint("name", name=op.f("uq_party_branch_name")),
    )
    op.create_index(op.f("ix_party_branch_area_id"), "party_branch", ["area_id"])
    op.create_table(
        "party_organiser",
        sa.Column("id", ID, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("office", WORD, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        *_names("party_organiser", branch_id="party_branch", person_id="person"),
    )
    op.create_index("ix_party_organiser_person_id", "party_organiser", ["person_id", "until"])
    _only("uq_party_organiser_secretary", "party_organiser", ["branch_id"], SECRETARY)
    seat = ["branch_id", "person_id", "office"]
    _only("uq_party_organiser_person", "party_organiser", seat, NOW)


def _files() -> None:
    op.create_table(
        "party_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("home_id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("name", SEALED, nullable=False),
        sa.Column("name_mark", MARK, nullable=False),
        sa.Column("phone", SEALED, nullable=True),
        sa.Column("phone_mark", MARK, nullable=True),
        sa.Column("place", SEALED, nullable=True),
        sa.Column("employer", SEALED, nullable=True),
        sa.Column("reason", SEALED, nullable=True),
        sa.Column("card_no", SEALED, nullable=True),
        sa.Column("note", SEALED, nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("consent_version", ID, nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("revision", ID, nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_party_file_has_a_revision")),
        *_names("party_file", person_id="person", home_id="party_branch", host_id="party_branch"),
    )
    _only("uq_party_file_live", "party_file", ["person_id"], LIVE)
    op.create_index("ix_party_file_home", "party_file", ["home_id", "state", "id"])
    op.create_index("ix_party_file_host", "party_file", ["host_id", "state", "id"])
    op.create_index("ix_party_file_person_id", "party_file", ["person_id", "id"])
    op.create_index(op.f("ix_party_file_name_mark"), "party_file", ["name_mark"])
    op.create_index(op.f("ix_party_file_closed_at"), "party_file", ["closed_at"])


def _contacts() -> None:
    op.create_table(
        "party_contact",
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("named_by", ID, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        *_names("party_contact", file_id="party_file", contact_id="person", named_by="person"),
    )
    _only("uq_party_contact_active", "party_contact", ["file_id"], NOW)
    op.create_index("ix_party_contact_contact_id", "party_contact", ["contact_id", "until"])
    op.create_index(op.f("ix_party_contact_named_by"), "party_contact", ["named_by"])
    op.create_table(
        "party_contact_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("way", WORD, nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("note", SEALED, nullable=True),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_names("party_contact_log", file_id="party_file", by_id="person"),
    )
    day = ["file_id", "by_id", "day", "way"]
    op.create_index("uq_party_contact_log_day", "party_contact_log", day, unique=True)
    quarter = ["file_id", "quarter", "reached"]
    op.create_index("ix_party_contact_log_quarter", "party_contact_log", quarter)
    op.create_index(op.f("ix_party_contact_log_by_id"), "party_contact_log", ["by_id"])
    op.create_table(
        "party_read",
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("reader_id", ID, nullable=False),
        sa.Column("part", WORD, nullable=False),
        sa.Column("why", sa.String(60), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_names("party_read", file_id="party_file", reader_id="person"),
    )
    op.create_index("ix_party_read_file_id", "party_read", ["file_id", "id"])
    op.create_index(op.f("ix_party_read_reader_id"), "party_read", ["reader_id"])
    op.create_index(op.f("ix_party_read_at"), "party_read", ["at"])


def _lists() -> None:
    op.create_table(
        "party_upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("lines", SEALED, nullable=True),
        sa.Column("count", ID, nullable=False),
        sa.Column("flaws", ID, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        *_names("party_upload", branch_id="party_branch", made_by="person"),
    )
    op.create_table(
        "party_list",
        sa.Column("id", ID, nullable=False),
        sa.Column("branch_id", ID, nullable=False),
        sa.Column("asked_by", ID, nullable=False),
        sa.Column("first_by", ID, nullable=False),
        sa.Column("second_by", ID, nullable=False),
        sa.Column("allowed_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        *_names(
            "party_list",
            branch_id="party_branch",
            asked_by="person",
            first_by="person",
            second_by="person",
        ),
    )
    for table, column in (
        *(("party_upload", "made_by"), ("party_upload", "made_at")),
        *(("party_list", "asked_by"), ("party_list", "first_by")),
        *(("party_list", "second_by"), ("party_list", "ends_at")),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _names(table: str, **columns: str) -> list[sa.Constraint]:
    """Return the primary key and what each column names; what hangs on a file goes with it."""
    keys: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]
    for column, other in columns.items():
        keys.append(
            sa.ForeignKeyConstraint(
                [column],
                [f"{other}.id"],
                name=op.f(f"fk_{table}_{column}_{other}"),
                ondelete="CASCADE" if other == "party_file" else None,
            )
        )
    return keys


def _only(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in (
        *("party_list", "party_upload", "party_read", "party_contact_log", "party_contact"),
        *("party_file", "party_organiser", "party_branch"),
    ):
        op.drop_table(table)
