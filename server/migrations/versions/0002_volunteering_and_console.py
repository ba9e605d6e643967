"""Volunteering whole, and the staff console.

The trail of audit entries takes no change and no deletion, whoever asks for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE = "state IN ('waitlisted', 'offered', 'confirmed')"
LIVE_OR_PRESENT = (
    "state IN ('waitlisted', 'offered', 'confirmed', 'checked_in', 'checked_out', 'credited')"
)
GUARDED = "audit_entry"


def guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {GUARDED}_no_{deed.lower()} BEFORE {deed} ON {GUARDED} "
                "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {GUARDED}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {GUARDED} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )


def unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER {GUARDED}_no_{deed}")
        return
    op.execute(f"DROP TRIGGER {GUARDED}_append_only ON {GUARDED}")
    op.execute("DROP FUNCTION append_only()")


def index_live(condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        "uq_signup_live",
        "signup",
        ["person_id", "shift_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column(
            "subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("area_path", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_actor_id", ["actor", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_at", ["at", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_subject", ["subject", "subject_id", "id"], unique=False
        )

    op.create_table(
        "audit_head",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("length", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_erasure_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_erasure_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "activity_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("repeats", sa.String(length=120), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("made_until", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_activity_template_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_activity_template_created_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_template")),
    )
    with op.batch_alter_table("activity_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_template_area_id"), ["area_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_approval_area_id_area")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_approval_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_approval_decided_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index("ix_approval_area_id_state", ["area_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(
            "uq_approval_asked",
            ["key"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("records", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_certificate_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index("ix_certificate_area_id_id", ["area_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_person_id"), ["person_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "rows_done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "rows_total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("file_name", sa.String(length=120), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_export_area_id_area")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_export_asked_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_export_state", ["state", "id"], unique=False)

    op.create_table(
        "guardian",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "guardian_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_mark", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("seen_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_guardian_guardian_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["minor_id"], ["person.id"], name=op.f("fk_guardian_minor_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by"], ["person.id"], name=op.f("fk_guardian_seen_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian")),
        sa.UniqueConstraint("minor_id", "phone_mark", name=op.f("uq_guardian_minor_id_phone_mark")),
    )
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guardian_guardian_id"), ["guardian_id"], unique=False)

    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("flaws", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_import_batch_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_import_batch_made_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_batch_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_batch_made_by"), ["made_by"], unique=False)

    op.create_table(
        "own_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_own_code_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_code")),
        sa.UniqueConstraint("mark", name=op.f("uq_own_code_mark")),
        sa.UniqueConstraint("person_id", name=op.f("uq_own_code_person_id")),
    )
    with op.batch_alter_table("own_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_code_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "skill",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column(
            "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["person.id"], name=op.f("fk_skill_entered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_skill_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("person_id", "kind", "name", name=op.f("uq_skill_person_id_kind_name")),
    )
    op.create_table(
        "staff_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staff_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_account")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_account_login")),
        sa.UniqueConstraint("person_id", name=op.f("uq_staff_account_person_id")),
    )
    op.create_table(
        "star_scheme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_star_scheme_made_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_scheme")),
        sa.UniqueConstraint("version", name=op.f("uq_star_scheme_version")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("about", sa.String(length=400), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_team_area_id_area")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["person.id"], name=op.f("fk_team_leader_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("number", name=op.f("uq_team_number")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_leader_id"), ["leader_id"], unique=False)

    op.create_table(
        "console_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_mark", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff_account.id"],
            name=op.f("fk_console_session_staff_id_staff_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_session")),
        sa.UniqueConstraint("token_mark", name=op.f("uq_console_session_token_mark")),
    )
    with op.batch_alter_table("console_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_console_session_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_console_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_account.id"], name=op.f("fk_invitation_staff_id_staff_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("mark", name=op.f("uq_invitation_mark")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_invitation_staff_id")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "need",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column(
            "raised_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("asker_name", sa.LargeBinary(), nullable=True),
        sa.Column("asker_phone", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("wanted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "people_wanted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closing_note", sa.String(length=400), nullable=True),
        sa.Column("rating", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rating_note", sa.LargeBinary(), nullable=True),
        sa.Column("follow_up", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "rating IS NULL OR (rating >= 1 AND rating <= 5)", name=op.f("ck_need_one_to_five")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_need_area_id_area")),
        sa.ForeignKeyConstraint(
            ["raised_by"], ["person.id"], name=op.f("fk_need_raised_by_person")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_need_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("number", name=op.f("uq_need_number")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index("ix_need_area_id_state", ["area_id", "state", "due_at"], unique=False)
        batch_op.create_index("ix_need_raised_by_id", ["raised_by", "id"], unique=False)
        batch_op.create_index("ix_need_team_id_state", ["team_id", "state"], unique=False)
        batch_op.create_index("ix_need_state_due_at", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "scan_ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("browser_mark", sa.String(length=64), nullable=False),
        sa.Column("code_mark", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_account.id"], name=op.f("fk_scan_ticket_staff_id_staff_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_ticket")),
        sa.UniqueConstraint("browser_mark", name=op.f("uq_scan_ticket_browser_mark")),
        sa.UniqueConstraint("code_mark", name=op.f("uq_scan_ticket_code_mark")),
    )
    with op.batch_alter_table("scan_ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_ticket_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_ticket_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "star_award",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "scheme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "awarded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_star_award_area_id_area")),
        sa.ForeignKeyConstraint(
            ["awarded_by"], ["person.id"], name=op.f("fk_star_award_awarded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_star_award_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["person.id"], name=op.f("fk_star_award_reviewed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["star_scheme.id"], name=op.f("fk_star_award_scheme_id_star_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_star_award")),
    )
    with op.batch_alter_table("star_award", schema=None) as batch_op:
        batch_op.create_index(
            "ix_star_award_area_id_state", ["area_id", "state", "id"], unique=False
        )
        batch_op.create_index("ix_star_award_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_star_award_stands",
            ["person_id", "scheme_id", "level"],
            unique=True,
            sqlite_where=sa.text("state <> 'declined'"),
            postgresql_where=sa.text("state <> 'declined'"),
        )

    op.create_table(
        "team_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_team_member_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_team_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_team_member_team_id_state", ["team_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "uq_team_member_live",
            ["person_id", "team_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'member')"),
            postgresql_where=sa.text("state IN ('asked', 'member')"),
        )

    op.create_table(
        "need_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_need_step_by_person")),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_step_need_id_need")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_step")),
    )
    with op.batch_alter_table("need_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_need_step_need_id"), ["need_id"], unique=False)

    op.create_table(
        "oddity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_oddity_area_id_area")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_oddity_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_oddity_settled_by_person")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_oddity_shift_id_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oddity")),
        sa.UniqueConstraint("key", name=op.f("uq_oddity_key")),
    )
    with op.batch_alter_table("oddity", schema=None) as batch_op:
        batch_op.create_index("ix_oddity_area_id_state", ["area_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ix_oddity_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_oddity_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_oddity_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_route", sa.String(40), nullable=False),
        sa.Column("in_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_route", sa.String(40), nullable=True),
        sa.Column("out_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("evidence", sa.String(length=400), nullable=True),
        sa.Column("recheck", sa.String(length=20), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "out_at IS NULL OR out_at >= in_at", name=op.f("ck_attendance_leaves_after_coming")
        ),
        sa.ForeignKeyConstraint(["in_by"], ["person.id"], name=op.f("fk_attendance_in_by_person")),
        sa.ForeignKeyConstraint(
            ["out_by"], ["person.id"], name=op.f("fk_attendance_out_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_attendance_shift_id_shift")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_attendance_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("signup_id", name=op.f("uq_attendance_signup_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_device"), ["device"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_entered_at"), ["entered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_attendance_shift_id", ["shift_id", "id"], unique=False)
        batch_op.create_index(
            "uq_attendance_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("out_at IS NULL"),
            postgresql_where=sa.text("out_at IS NULL"),
        )

    op.create_table(
        "service_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("shift_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signup_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("area_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minutes >= 0 AND minutes <= 480", name=op.f("ck_service_record_within_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_service_record_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_service_record_confirmed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_service_record_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_service_record_recorded_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_service_record_shift_id_shift")
        ),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_service_record_signup_id_signup")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
    )
    with op.batch_alter_table("service_record", schema=None) as batch_op:
        batch_op.create_index(
            "ix_service_record_area_id_day", ["area_id", "day", "id"], unique=False
        )
        batch_op.create_index("ix_service_record_person_id_day", ["person_id", "day"], unique=False)
        batch_op.create_index("ix_service_record_shift_id", ["shift_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_service_record_signup_id"), ["signup_id"], unique=False
        )
        batch_op.create_index("ix_service_record_state_due", ["state", "due", "id"], unique=False)
        batch_op.create_index(
            "uq_service_record_counts",
            ["person_id", "shift_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        )

    op.create_table(
        "certificate_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_line_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["service_record.id"],
            name=op.f("fk_certificate_line_record_id_service_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_line")),
        sa.UniqueConstraint(
            "certificate_id", "record_id", name=op.f("uq_certificate_line_certificate_id_record_id")
        ),
    )
    with op.batch_alter_table("certificate_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificate_line_record_id"), ["record_id"], unique=False
        )

    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=400), nullable=True),
        sa.Column(
            "answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_dispute_answered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_dispute_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_record.id"], name=op.f("fk_dispute_record_id_service_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispute_record_id"), ["record_id"], unique=False)
        batch_op.create_index("ix_dispute_state_due", ["state", "due", "id"], unique=False)
        batch_op.create_index(
            "uq_dispute_open",
            ["record_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "place_hint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "attendance_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("accuracy", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_place_hint_attendance_id_attendance"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_hint")),
        sa.UniqueConstraint("attendance_id", name=op.f("uq_place_hint_attendance_id")),
    )
    with op.batch_alter_table("place_hint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_hint_at"), ["at"], unique=False)

    op.create_table(
        "record_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=True),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["person.id"], name=op.f("fk_record_version_approved_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_record_version_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["service_record.id"],
            name=op.f("fk_record_version_record_id_service_record"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_version")),
        sa.UniqueConstraint(
            "record_id", "version", name=op.f("uq_record_version_record_id_version")
        ),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "need_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column("risk", sa.String(40), server_default="normal", nullable=False)
        )
        batch_op.add_column(sa.Column("insurance_ref", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("command_contact", sa.String(length=80), nullable=True))
        batch_op.add_column(
            sa.Column(
                "min_age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "max_age", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("training", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("qualification", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("state_reason", sa.String(length=200), nullable=True))
        batch_op.add_column(
            sa.Column(
                "revision",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_index("ix_activity_area_id_ends_at", ["area_id", "ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_team_id"), ["team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_template_id"), ["template_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_need_id_need"), "need", ["need_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_created_by_person"), "person", ["created_by"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_template_id_activity_template"),
            "activity_template",
            ["template_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_team_id_team"), "team", ["team_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_activity_reviewed_by_person"), "person", ["reviewed_by"], ["id"]
        )

    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active", sa.Boolean(), server_default="1", nullable=False))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("volunteer_no", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("name_mark", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_person_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_name_mark"), ["name_mark"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_person_volunteer_no"), ["volunteer_no"])

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stands_in_for", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_post_stands_in_for_person"), "person", ["stands_in_for"], ["id"]
        )

    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "revision",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                server_default="0",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("record_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_shift_ends_at", ["ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shift_record_due"), ["record_due"], unique=False)

    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("walk_in", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("override", sa.String(length=200), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_signup_entered_by_person"), "person", ["entered_by"], ["id"]
        )

    op.create_index("ix_notice_settled_at", "notice", ["settled_at"])
    op.create_index(
        "ix_signup_no_show",
        "signup",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("state = 'no_show'"),
        postgresql_where=sa.text("state = 'no_show'"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("token_mark", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feed_person_id")),
        sa.UniqueConstraint("token_mark", name=op.f("uq_calendar_feed_token_mark")),
    )
    op.drop_index("uq_signup_live", "signup")
    index_live(LIVE_OR_PRESENT)
    op.execute(f"INSERT INTO audit_head (id, length, hash) VALUES (1, 0, '{64 * '0'}')")
    guard()


def downgrade() -> None:
    unguard()
    op.drop_index("ix_notice_settled_at", "notice")
    op.drop_table("calendar_feed")
    op.drop_index("ix_signup_no_show", "signup")
    op.drop_index("uq_signup_live", "signup")
    index_live(LIVE)
    with op.batch_alter_table("signup", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_signup_entered_by_person"), type_="foreignkey")
        batch_op.drop_column("override")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("walk_in")

    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_record_due"))
        batch_op.drop_index("ix_shift_ends_at")
        batch_op.drop_column("recorded_at")
        batch_op.drop_column("record_due")
        batch_op.drop_column("revision")

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_post_stands_in_for_person"), type_="foreignkey")
        batch_op.drop_column("stands_in_for")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_person_volunteer_no"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_person_name_mark"))
        batch_op.drop_index(batch_op.f("ix_person_area_id"))
        batch_op.drop_column("erased_at")
        batch_op.drop_column("name_mark")
        batch_op.drop_column("volunteer_no")

    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_column("active")

    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_activity_reviewed_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_activity_team_id_team"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_activity_template_id_activity_template"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_activity_created_by_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_activity_need_id_need"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_activity_template_id"))
        batch_op.drop_index(batch_op.f("ix_activity_team_id"))
        batch_op.drop_index(batch_op.f("ix_activity_need_id"))
        batch_op.drop_index(batch_op.f("ix_activity_created_by"))
        batch_op.drop_index("ix_activity_area_id_ends_at")
        batch_op.drop_column("reviewed_by")
        batch_op.drop_column("created_by")
        batch_op.drop_column("ends_at")
        batch_op.drop_column("revision")
        batch_op.drop_column("state_reason")
        batch_op.drop_column("qualification")
        batch_op.drop_column("training")
        batch_op.drop_column("max_age")
        batch_op.drop_column("min_age")
        batch_op.drop_column("command_contact")
        batch_op.drop_column("insurance_ref")
        batch_op.drop_column("risk")
        batch_op.drop_column("template_id")
        batch_op.drop_column("need_id")
        batch_op.drop_column("team_id")

    op.drop_table("record_version")
    with op.batch_alter_table("place_hint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_hint_at"))

    op.drop_table("place_hint")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_dispute_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_dispute_state_due")
        batch_op.drop_index(batch_op.f("ix_dispute_record_id"))
        batch_op.drop_index(batch_op.f("ix_dispute_person_id"))

    op.drop_table("dispute")
    with op.batch_alter_table("certificate_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_line_record_id"))

    op.drop_table("certificate_line")
    with op.batch_alter_table("service_record", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_service_record_counts",
            sqlite_where=sa.text("state <> 'void'"),
            postgresql_where=sa.text("state <> 'void'"),
        )
        batch_op.drop_index("ix_service_record_state_due")
        batch_op.drop_index(batch_op.f("ix_service_record_signup_id"))
        batch_op.drop_index("ix_service_record_shift_id")
        batch_op.drop_index("ix_service_record_person_id_day")
        batch_op.drop_index("ix_service_record_area_id_day")

    op.drop_table("service_record")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attendance_open",
            sqlite_where=sa.text("out_at IS NULL"),
            postgresql_where=sa.text("out_at IS NULL"),
        )
        batch_op.drop_index("ix_attendance_shift_id")
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_entered_at"))
        batch_op.drop_index(batch_op.f("ix_attendance_device"))

    op.drop_table("attendance")
    with op.batch_alter_table("oddity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_oddity_shift_id"))
        batch_op.drop_index(batch_op.f("ix_oddity_person_id"))
        batch_op.drop_index(
            "ix_oddity_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_oddity_area_id_state")

    op.drop_table("oddity")
    with op.batch_alter_table("need_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_need_step_need_id"))

    op.drop_table("need_step")
    with op.batch_alter_table("team_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_team_member_live",
            sqlite_where=sa.text("state IN ('asked', 'member')"),
            postgresql_where=sa.text("state IN ('asked', 'member')"),
        )
        batch_op.drop_index("ix_team_member_team_id_state")

    op.drop_table("team_member")
    with op.batch_alter_table("star_award", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_star_award_stands",
            sqlite_where=sa.text("state <> 'declined'"),
            postgresql_where=sa.text("state <> 'declined'"),
        )
        batch_op.drop_index("ix_star_award_state_id")
        batch_op.drop_index("ix_star_award_area_id_state")

    op.drop_table("star_award")
    with op.batch_alter_table("scan_ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_ticket_staff_id"))
        batch_op.drop_index(batch_op.f("ix_scan_ticket_expires_at"))

    op.drop_table("scan_ticket")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_state_due_at")
        batch_op.drop_index("ix_need_team_id_state")
        batch_op.drop_index("ix_need_raised_by_id")
        batch_op.drop_index("ix_need_area_id_state")

    op.drop_table("need")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_expires_at"))

    op.drop_table("invitation")
    with op.batch_alter_table("console_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_console_session_staff_id"))
        batch_op.drop_index(batch_op.f("ix_console_session_expires_at"))

    op.drop_table("console_session")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_leader_id"))
        batch_op.drop_index(batch_op.f("ix_team_area_id"))

    op.drop_table("team")
    op.drop_table("star_scheme")
    op.drop_table("staff_account")
    op.drop_table("skill")
    with op.batch_alter_table("own_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_code_expires_at"))

    op.drop_table("own_code")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_batch_made_by"))
        batch_op.drop_index(batch_op.f("ix_import_batch_made_at"))

    op.drop_table("import_batch")
    with op.batch_alter_table("guardian", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guardian_guardian_id"))

    op.drop_table("guardian")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index("ix_export_state")
        batch_op.drop_index(batch_op.f("ix_export_expires_at"))
        batch_op.drop_index(batch_op.f("ix_export_asked_by"))

    op.drop_table("export")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_person_id"))
        batch_op.drop_index("ix_certificate_area_id_id")

    op.drop_table("certificate")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_approval_asked",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.drop_index(batch_op.f("ix_approval_asked_by"))
        batch_op.drop_index("ix_approval_area_id_state")

    op.drop_table("approval")
    with op.batch_alter_table("activity_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_template_area_id"))

    op.drop_table("activity_template")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_index("ix_erasure_state_due_at")
        batch_op.drop_index(batch_op.f("ix_erasure_person_id"))

    op.drop_table("erasure")
    op.drop_table("calendar_day")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_subject")
        batch_op.drop_index("ix_audit_entry_at")
        batch_op.drop_index("ix_audit_entry_actor_id")

    op.drop_table("audit_entry")
