"""Keep what follows a report: accepted, returned or excused; reviews, yearly letters and needs."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
REPORT, REVIEW, LETTER, NEED = "party_report", "party_review", "party_letter", "party_need"
FOLLOWING = (
    ("accepted_at", MOMENT),
    ("returned_at", MOMENT),
    ("returned_number", ID),
    ("question", SEALED),
    ("excused_at", MOMENT),
    ("excuse", SEALED),
)
SAID = {
    "returned_in_words": "returned_at IS NULL OR question IS NOT NULL",
    "excused_in_words": "excused_at IS NULL OR excuse IS NOT NULL",
}


def upgrade() -> None:
    with op.batch_alter_table(REPORT) as report:
        for name, kind in FOLLOWING:
            report.add_column(sa.Column(name, kind, nullable=True))
        for name, rule in SAID.items():
            report.create_check_constraint(op.f(f"ck_{REPORT}_{name}"), rule)
    _reviews()
    _letters()
    _needs()


def _reviews() -> None:
    op.create_table(
        REVIEW,
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("decided_by", ID, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=True),
        sa.Column("answer", SEALED, nullable=True),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("reply", SEALED, nullable=True),
        sa.Column("replied_at", MOMENT, nullable=True),
        sa.Column("final_at", MOMENT, nullable=True),
        sa.Column("revision", ID, nullable=False),
        _check(REVIEW, "has_a_revision", "revision > 0"),
        _check(REVIEW, "objects_in_words", "state <> 'objected' OR answer IS NOT NULL"),
        _check(REVIEW, "replies_in_words", "state <> 'reviewed' OR reply IS NOT NULL"),
        *_of_a_file(REVIEW, "decided_by"),
    )
    op.create_index(op.f("ix_party_review_decided_by"), REVIEW, ["decided_by"])
    op.create_index("uq_party_review_quarter", REVIEW, ["file_id", "quarter"], unique=True)
    _open_index("ix_party_review_open", REVIEW, ["state", "shown_at"], "state <> 'final'")


def _letters() -> None:
    op.create_table(
        LETTER,
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("year", ID, nullable=False),
        sa.Column("facts", SEALED, nullable=True),
        sa.Column("words", SEALED, nullable=True),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("answer", SEALED, nullable=True),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("revision", ID, nullable=False),
        _check(LETTER, "has_a_revision", "revision > 0"),
        _check(LETTER, "sent_with_facts", "sent_at IS NULL OR facts IS NOT NULL"),
        *_of_a_file(LETTER, "made_by"),
    )
    op.create_index(op.f("ix_party_letter_made_by"), LETTER, ["made_by"])
    op.create_index("uq_party_letter_year", LETTER, ["file_id", "year"], unique=True)


def _needs() -> None:
    op.create_table(
        NEED,
        sa.Column("id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("words", SEALED, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("outcome", SEALED, nullable=True),
        sa.Column("solved_at", MOMENT, nullable=True),
        _check(NEED, "solved_in_words", "solved_at IS NULL OR outcome IS NOT NULL"),
        *_of_a_file(NEED, "opened_by"),
    )
    op.create_index(op.f("ix_party_need_opened_by"), NEED, ["opened_by"])
    _open_index("uq_party_need_open", NEED, ["file_id", "mark"], "solved_at IS NULL", unique=True)
    op.create_index("ix_party_need_file_id", NEED, ["file_id", "id"])


def _of_a_file(table: str, by: str) -> tuple[sa.Constraint, ...]:
    """Return that a row goes with its file, and that somebody has made it."""
    file, who = op.f(f"fk_{table}_file_id_party_file"), op.f(f"fk_{table}_{by}_person")
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["file_id"], ["party_file.id"], name=file, ondelete="CASCADE"),
        sa.ForeignKeyConstraint([by], ["person.id"], name=who),
    )


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def _open_index(
    name: str, table: str, columns: list[str], rule: str, *, unique: bool = False
) -> None:
    there = sa.text(rule)
    op.create_index(name, table, columns, unique=unique, sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for table in (NEED, LETTER, REVIEW):
        op.drop_table(table)
    with op.batch_alter_table(REPORT) as report:
        for name in SAID:
            report.drop_constraint(op.f(f"ck_{REPORT}_{name}"), type_="check")
        for name, _kind in FOLLOWING:
            report.drop_column(name)
