"""All tables of the first release.

Revision: 0001, after nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_intake",
        sa.Column("file", sa.String(length=120), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_access_intake")),
    )
    op.create_table(
        "case_number",
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name=op.f("pk_case_number")),
    )
    op.create_table(
        "catalogue_load",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_load")),
    )
    op.create_table(
        "jurisdiction",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sure", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_jurisdiction")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('firm', 'law_firm', 'authority', 'programme_office', 'audit_body')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reference_prefix", sa.String(length=8), nullable=False),
        sa.Column("allows_fewer", sa.Boolean(), nullable=False),
        sa.Column("joint_meeting", sa.Boolean(), nullable=False),
        sa.Column("vote", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_key_at"), "sign_in_attempt", ["key", "at"], unique=False)
    op.create_table(
        "standard",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("framework", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_standard")),
    )
    op.create_table(
        "trail_checkpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heads", sa.Text(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_checkpoint")),
    )
    op.create_table(
        "trail_scope",
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_trail_scope")),
    )
    op.create_table(
        "authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("calendar", sa.String(length=16), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("signatories_required", sa.Integer(), nullable=False),
        sa.Column("may_refuse_to_review", sa.Boolean(), nullable=False),
        sa.Column("quality_review", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name=op.f("fk_authority_id")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_authority_jurisdiction")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
        sa.UniqueConstraint("code", name=op.f("uq_authority_code")),
    )
    op.create_table(
        "firm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("lei", sa.String(length=20), nullable=True),
        sa.Column("company_number", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["organisation.id"], name=op.f("fk_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm")),
        sa.UniqueConstraint("lei", name=op.f("uq_firm_lei")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_rule_set_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_rule_set_programme_id_version")),
    )
    op.create_table(
        "trail_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["scope"], ["trail_scope.scope"], name=op.f("fk_trail_event_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_event")),
        sa.UniqueConstraint("scope", "sequence", name=op.f("uq_trail_event_scope_sequence")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'withdrawn', 'lapsed')", name=op.f("ck_application_state")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_application_created_by")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_application_firm_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["application.id"], name=op.f("fk_application_follows_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_application_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_firm_id_created_at"), "application", ["firm_id", "created_at"], unique=False)
    op.create_index(op.f("ix_application_programme_id"), "application", ["programme_id"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "clock_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_clock_rule_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_rule")),
        sa.UniqueConstraint("authority_id", "code", name=op.f("uq_clock_rule_authority_id_code")),
    )
    op.create_index(op.f("ix_clock_rule_authority_id"), "clock_rule", ["authority_id"], unique=False)
    op.create_table(
        "criterion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("joint", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_criterion_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("authority_id", "code", "number", name=op.f("uq_criterion_authority_id_code_number")),
    )
    op.create_index(op.f("ix_criterion_authority_id"), "criterion", ["authority_id"], unique=False)
    op.create_table(
        "equivalence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_authority_id", sa.Uuid(), nullable=False),
        sa.Column("from_criterion", sa.String(length=64), nullable=False),
        sa.Column("to_authority_id", sa.Uuid(), nullable=False),
        sa.Column("to_criterion", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sure", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "relation IN ('equivalent', 'partial', 'none', 'deferred_to')", name=op.f("ck_equivalence_relation")
        ),
        sa.ForeignKeyConstraint(["from_authority_id"], ["authority.id"], name=op.f("fk_equivalence_from_authority_id")),
        sa.ForeignKeyConstraint(["to_authority_id"], ["authority.id"], name=op.f("fk_equivalence_to_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equivalence")),
        sa.UniqueConstraint(
            "from_authority_id",
            "from_criterion",
            "to_authority_id",
            "to_criterion",
            "valid_from",
            name=op.f("uq_equivalence_from_authority_id_from_criterion_to_authority_id_to_criterion_valid_from"),
        ),
    )
    op.create_table(
        "instrument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_instrument_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("authority_id", "code", name=op.f("uq_instrument_authority_id_code")),
    )
    op.create_index(op.f("ix_instrument_authority_id"), "instrument", ["authority_id"], unique=False)
    op.create_table(
        "leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name=op.f("ck_leave_deputy")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_leave_order")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_leave_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    op.create_index(op.f("ix_leave_person_id_ends_on"), "leave", ["person_id", "ends_on"], unique=False)
    op.create_table(
        "paragraph",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("criterion", sa.String(length=64), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_paragraph_authority_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_paragraph_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraph")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_paragraph_key_number")),
    )
    op.create_index(op.f("ix_paragraph_authority_id"), "paragraph", ["authority_id"], unique=False)
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'contributor', 'signatory', 'certifier', 'read_only', 'counsel', 'intake_officer', 'case_officer', 'specialist', 'coordinator', 'decision_maker', 'issuing_administrator', 'supervisor', 'records_officer', 'ethics_officer', 'authority_administrator', 'secretariat', 'programme_administrator', 'auditor')",
            name=op.f("ck_person_role_role"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "programme_authority",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "part IN ('decides', 'consents', 'consults', 'observes')", name=op.f("ck_programme_authority_part")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_programme_authority_authority_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_authority_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "authority_id", name=op.f("pk_programme_authority")),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.String(length=400), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("opens"),
        postgresql_where=sa.text("opens"),
    )
    op.create_table(
        "signing_certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_signing_certificate_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_certificate")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_signing_certificate_fingerprint")),
    )
    op.create_index(op.f("ix_signing_certificate_authority_id"), "signing_certificate", ["authority_id"], unique=False)
    op.create_table(
        "standing_interest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('employer', 'domain', 'holding', 'other')", name=op.f("ck_standing_interest_kind")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standing_interest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_interest")),
    )
    op.create_index(op.f("ix_standing_interest_person_id"), "standing_interest", ["person_id"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_team_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("authority_id", "code", name=op.f("uq_team_authority_id_code")),
    )
    op.create_table(
        "trail_body",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["trail_event.id"], name=op.f("fk_trail_body_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_trail_body")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_user_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_person_id"), "user_session", ["person_id"], unique=False)
    op.create_table(
        "application_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_version_application_id")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_application_version_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_version")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_application_version_application_id_number")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_application_version_submission_key")),
    )
    op.create_index(
        op.f("ix_application_version_application_id"), "application_version", ["application_id"], unique=False
    )
    op.create_table(
        "dossier_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scanned", sa.String(length=16), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_dossier_document_application_id")
        ),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_dossier_document_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_document")),
    )
    op.create_index(op.f("ix_dossier_document_application_id"), "dossier_document", ["application_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_section_application_id")),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_section_updated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("application_id", "code", name=op.f("uq_section_application_id_code")),
    )
    op.create_index(op.f("ix_section_application_id"), "section", ["application_id"], unique=False)
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_team_member_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_person_id"), "team_member", ["person_id"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("current_version_id", sa.Uuid(), nullable=False),
        sa.Column("lead_authority_id", sa.Uuid(), nullable=False),
        sa.Column("goes_on_with_fewer", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_case_application_id")),
        sa.ForeignKeyConstraint(
            ["current_version_id"], ["application_version.id"], name=op.f("fk_case_current_version_id")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_case_firm_id")),
        sa.ForeignKeyConstraint(["lead_authority_id"], ["authority.id"], name=op.f("fk_case_lead_authority_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_case_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("application_id", name=op.f("uq_case_application_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_reference")),
    )
    op.create_index(op.f("ix_case_created_at_id"), "case", ["created_at", "id"], unique=False)
    op.create_index(op.f("ix_case_firm_id_created_at_id"), "case", ["firm_id", "created_at", "id"], unique=False)
    op.create_index(
        op.f("ix_case_programme_id_created_at_id"), "case", ["programme_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "audience",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("item_kind", sa.String(length=24), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("visible_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_audience_case_id")),
        sa.PrimaryKeyConstraint("item_id", "party", name=op.f("pk_audience")),
    )
    op.create_index(op.f("ix_audience_case_id_visible_from"), "audience", ["case_id", "visible_from"], unique=False)
    op.create_index(
        op.f("ix_audience_party_case_id_item_kind_item_id"),
        "audience",
        ["party", "case_id", "item_kind", "item_id"],
        unique=False,
    )
    op.create_table(
        "case_trait",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_trait_case_id")),
        sa.PrimaryKeyConstraint("kind", "code", "case_id", name=op.f("pk_case_trait")),
    )
    op.create_index(op.f("ix_case_trait_case_id"), "case_trait", ["case_id"], unique=False)
    op.create_table(
        "conflict_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("matches", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('none', 'pending', 'managed', 'waived', 'recused')",
            name=op.f("ck_conflict_declaration_outcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_conflict_declaration_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_conflict_declaration_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_declaration_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_declaration")),
    )
    op.create_index(
        op.f("ix_conflict_declaration_person_id_case_id"),
        "conflict_declaration",
        ["person_id", "case_id"],
        unique=False,
    )
    op.create_index(
        "uq_conflict_declaration_live",
        "conflict_declaration",
        ["case_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "contradiction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("sides", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('detected', 'marked')", name=op.f("ck_contradiction_origin")),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_contradiction_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_contradiction_case_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_contradiction_marked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradiction")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_contradiction_case_id_key")),
    )
    op.create_index(op.f("ix_contradiction_case_id"), "contradiction", ["case_id"], unique=False)
    op.create_table(
        "desk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("routed_because", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alone_reason", sa.Text(), nullable=True),
        sa.Column("left_because", sa.Text(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.String(length=16), nullable=False),
        sa.Column("turn_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_kind", sa.String(length=32), nullable=True),
        sa.Column("long_stop_on", sa.Date(), nullable=True),
        sa.Column("watch_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("part IN ('decides', 'consents', 'consults', 'observes')", name=op.f("ck_desk_part")),
        sa.CheckConstraint(
            "state IN ('routed', 'screening', 'incomplete', 'assessing', 'assessed', 'deliberating', 'procedure', 'consulted', 'consent_sought', 'view_given', 'consented', 'consent_refused', 'decided', 'issued', 'refused_to_review', 'opted_out', 'authority_withdrew', 'closed')",
            name=op.f("ck_desk_state"),
        ),
        sa.CheckConstraint(
            "turn IN ('intake', 'screening', 'firm', 'reviewers', 'others', 'view', 'consent', 'deliberation', 'draft', 'procedure', 'signature', 'issue', 'nobody')",
            name=op.f("ck_desk_turn"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_desk_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_desk_case_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_desk_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("case_id", "authority_id", name=op.f("uq_desk_case_id_authority_id")),
    )
    op.create_index(
        op.f("ix_desk_authority_id_created_at_case_id"), "desk", ["authority_id", "created_at", "case_id"], unique=False
    )
    op.create_index(
        op.f("ix_desk_authority_id_state_due_on"), "desk", ["authority_id", "state", "due_on"], unique=False
    )
    op.create_index(
        op.f("ix_desk_authority_id_turn_turn_since_case_id"),
        "desk",
        ["authority_id", "turn", "turn_since", "case_id"],
        unique=False,
    )
    op.create_index(
        "ix_desk_running",
        "desk",
        ["authority_id", "due_on", "case_id"],
        unique=False,
        sqlite_where=sa.text(
            "due_on IS NOT NULL AND state IN ('routed', 'screening', 'incomplete', 'assessing', 'assessed', 'deliberating', 'procedure', 'consulted', 'consent_sought')"
        ),
        postgresql_where=sa.text(
            "due_on IS NOT NULL AND state IN ('routed', 'screening', 'incomplete', 'assessing', 'assessed', 'deliberating', 'procedure', 'consulted', 'consent_sought')"
        ),
    )
    op.create_index(
        "ix_desk_waiting",
        "desk",
        ["authority_id", "turn_since", "case_id"],
        unique=False,
        sqlite_where=sa.text("turn <> 'nobody'"),
        postgresql_where=sa.text("turn <> 'nobody'"),
    )
    op.create_index(op.f("ix_desk_watch_on"), "desk", ["watch_on"], unique=False)
    op.create_table(
        "divergence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("views", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('criterion', 'condition')", name=op.f("ck_divergence_kind")),
        sa.CheckConstraint("state IN ('open', 'settled')", name=op.f("ck_divergence_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_divergence_case_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_divergence_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divergence")),
        sa.UniqueConstraint("case_id", "kind", "key", name=op.f("uq_divergence_case_id_kind_key")),
    )
    op.create_index(op.f("ix_divergence_case_id"), "divergence", ["case_id"], unique=False)
    op.create_table(
        "edition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.Column("prepared_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("superseded_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('instrument', 'joint_notice', 'public')", name=op.f("ck_edition_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_edition_case_id")),
        sa.ForeignKeyConstraint(["superseded_by_id"], ["edition.id"], name=op.f("fk_edition_superseded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("code", name=op.f("uq_edition_code")),
    )
    op.create_index(op.f("ix_edition_case_id"), "edition", ["case_id"], unique=False)
    op.create_index(op.f("ix_edition_number"), "edition", ["number"], unique=False)
    op.create_index(op.f("ix_edition_sha256"), "edition", ["sha256"], unique=False)
    op.create_table(
        "joint_meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("motion", sa.Text(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("participants", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("called_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('planned', 'held', 'cancelled')", name=op.f("ck_joint_meeting_state")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_joint_meeting_authority_id")),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_joint_meeting_called_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_meeting_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_meeting")),
    )
    op.create_index(op.f("ix_joint_meeting_case_id"), "joint_meeting", ["case_id"], unique=False)
    op.create_table(
        "joint_position",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_position_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_joint_position_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_position")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_joint_position_case_id_number")),
    )
    op.create_table(
        "joint_post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("subject_kind IN ('divergence', 'meeting')", name=op.f("ck_joint_post_subject_kind")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_joint_post_author_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_joint_post_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_post_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_post")),
    )
    op.create_index(op.f("ix_joint_post_case_id"), "joint_post", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_joint_post_subject_id_posted_at_id"), "joint_post", ["subject_id", "posted_at", "id"], unique=False
    )
    op.create_table(
        "lead_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("handed_over_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_lead_assignment_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_lead_assignment_case_id")),
        sa.ForeignKeyConstraint(["handed_over_by"], ["person.id"], name=op.f("fk_lead_assignment_handed_over_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_assignment")),
    )
    op.create_index(op.f("ix_lead_assignment_case_id_since"), "lead_assignment", ["case_id", "since"], unique=False)
    op.create_index(
        "uq_lead_assignment_live",
        "lead_assignment",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outbox_message_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outbox_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    op.create_index(op.f("ix_outbox_message_case_id"), "outbox_message", ["case_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_person_id"), "outbox_message", ["person_id"], unique=False)
    op.create_index(
        "ix_outbox_message_waiting",
        "outbox_message",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "party_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_party_change_case_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_party_change_reported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_change")),
    )
    op.create_index(op.f("ix_party_change_case_id"), "party_change", ["case_id"], unique=False)
    op.create_table(
        "reclassification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("activities", sa.Text(), nullable=False),
        sa.Column("asset_classes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reclassification_case_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_reclassification_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reclassification")),
    )
    op.create_index(op.f("ix_reclassification_case_id"), "reclassification", ["case_id"], unique=False)
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("item_kind", sa.String(length=24), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_search_entry_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("item_id", "item_kind", name=op.f("uq_search_entry_item_id_item_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_search_entry_case_id"), "search_entry", ["case_id"], unique=False)
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("onward_of", sa.Uuid(), nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=True),
        sa.Column("provision", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("restriction", sa.Text(), nullable=False),
        sa.Column("onward", sa.String(length=8), nullable=False),
        sa.Column("notify_before_use", sa.Boolean(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("before_opening", sa.Boolean(), nullable=False),
        sa.Column("tell_firm", sa.Boolean(), nullable=False),
        sa.Column("tell_reason", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_by", sa.Uuid(), nullable=True),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recall_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("basis IN ('gateway', 'consent', 'obligation')", name=op.f("ck_share_basis")),
        sa.CheckConstraint("consent IS NULL OR basis = 'consent'", name=op.f("ck_share_agreed")),
        sa.CheckConstraint("instrument IS NULL OR basis = 'gateway'", name=op.f("ck_share_gateway")),
        sa.CheckConstraint("onward IN ('none', 'allowed')", name=op.f("ck_share_onward")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_share_acknowledged_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_share_case_id")),
        sa.ForeignKeyConstraint(["from_id"], ["authority.id"], name=op.f("fk_share_from_id")),
        sa.ForeignKeyConstraint(["onward_of"], ["share.id"], name=op.f("fk_share_onward_of")),
        sa.ForeignKeyConstraint(["recalled_by"], ["person.id"], name=op.f("fk_share_recalled_by")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_share_released_by")),
        sa.ForeignKeyConstraint(["to_id"], ["authority.id"], name=op.f("fk_share_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    op.create_index(op.f("ix_share_case_id_released_at_id"), "share", ["case_id", "released_at", "id"], unique=False)
    op.create_index(op.f("ix_share_onward_of"), "share", ["onward_of"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(kind = 'enquiry') = (case_id IS NULL)", name=op.f("ck_thread_case")),
        sa.CheckConstraint(
            "kind IN ('enquiry', 'message', 'meeting', 'note', 'consulted')", name=op.f("ck_thread_kind")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_thread_application_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_thread_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_thread_case_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_thread_firm_id")),
        sa.ForeignKeyConstraint(["started_by"], ["person.id"], name=op.f("fk_thread_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_index(op.f("ix_thread_application_id"), "thread", ["application_id"], unique=False)
    op.create_index(
        op.f("ix_thread_authority_id_kind_last_at_id"),
        "thread",
        ["authority_id", "kind", "last_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_thread_case_id_last_at_id"), "thread", ["case_id", "last_at", "id"], unique=False)
    op.create_index(
        op.f("ix_thread_firm_id_kind_last_at_id"), "thread", ["firm_id", "kind", "last_at", "id"], unique=False
    )
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_trial_accepted_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_trial_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("case_id", name=op.f("uq_trial_case_id")),
    )
    op.create_table(
        "agreed_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("party", sa.String(length=24), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_agreed_action_done_by")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_agreed_action_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
        sa.UniqueConstraint("thread_id", "ordinal", name=op.f("uq_agreed_action_thread_id_ordinal")),
    )
    op.create_table(
        "assessment_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('approved', 'returned')", name=op.f("ck_assessment_review_outcome")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_assessment_review_desk_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_assessment_review_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_review")),
    )
    op.create_index(op.f("ix_assessment_review_desk_id"), "assessment_review", ["desk_id"], unique=False)
    op.create_table(
        "assessor",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_assessor_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assessor_person_id")),
        sa.PrimaryKeyConstraint("desk_id", "person_id", name=op.f("pk_assessor")),
    )
    op.create_index(op.f("ix_assessor_person_id_desk_id"), "assessor", ["person_id", "desk_id"], unique=False)
    op.create_table(
        "case_party",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('firm', 'group', 'parent', 'controller', 'entity', 'counsel')", name=op.f("ck_case_party_kind")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_party_case_id")),
        sa.ForeignKeyConstraint(["change_id"], ["party_change.id"], name=op.f("fk_case_party_change_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_party")),
    )
    op.create_index(op.f("ix_case_party_case_id"), "case_party", ["case_id"], unique=False)
    op.create_table(
        "clock_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('started', 'paused', 'replied', 'completed', 'resumed', 'stopped')",
            name=op.f("ck_clock_event_kind"),
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_clock_event_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_event")),
    )
    op.create_index(op.f("ix_clock_event_desk_id"), "clock_event", ["desk_id"], unique=False)
    op.create_table(
        "clock_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=64), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("latest_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_clock_notice_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_clock_notice_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_notice")),
    )
    op.create_index(op.f("ix_clock_notice_case_id"), "clock_notice", ["case_id"], unique=False)
    op.create_index(op.f("ix_clock_notice_desk_id"), "clock_notice", ["desk_id"], unique=False)
    op.create_table(
        "clock_warning",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("distance", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('warning', 'long_stop')", name=op.f("ck_clock_warning_kind")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_clock_warning_desk_id")),
        sa.PrimaryKeyConstraint("desk_id", "clock", "kind", "distance", "started_on", name=op.f("pk_clock_warning")),
    )
    op.create_table(
        "completeness_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('received', 'complete', 'incomplete', 'refused_to_review')",
            name=op.f("ck_completeness_letter_outcome"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_completeness_letter_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_completeness_letter_desk_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_completeness_letter_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completeness_letter")),
    )
    op.create_index(op.f("ix_completeness_letter_case_id"), "completeness_letter", ["case_id"], unique=False)
    op.create_index(op.f("ix_completeness_letter_desk_id"), "completeness_letter", ["desk_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=True),
        sa.Column("instrument_id", sa.Uuid(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=True),
        sa.Column("rejected_because", sa.Text(), nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "action IS NULL OR action IN ('approve', 'approve_with_conditions', 'refuse', 'defer')",
            name=op.f("ck_decision_action"),
        ),
        sa.CheckConstraint(
            "state = 'drafted' OR (action IS NOT NULL AND instrument_id IS NOT NULL AND edition_id IS NOT NULL)",
            name=op.f("ck_decision_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'ready_to_sign', 'signed', 'issued', 'superseded', 'revoked', 'expired')",
            name=op.f("ck_decision_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_version_id"], ["application_version.id"], name=op.f("fk_decision_application_version_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_decision_desk_id")),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name=op.f("fk_decision_drafted_by")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_decision_edition_id")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instrument.id"], name=op.f("fk_decision_instrument_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("desk_id", name=op.f("uq_decision_desk_id")),
        sa.UniqueConstraint("number", name=op.f("uq_decision_number")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "desk_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('view', 'consents', 'consents_with_conditions', 'refuses_consent')",
            name=op.f("ck_desk_answer_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["application_version_id"], ["application_version.id"], name=op.f("fk_desk_answer_application_version_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_desk_answer_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_answer_desk_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_desk_answer_given_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_answer")),
    )
    op.create_index(op.f("ix_desk_answer_case_id"), "desk_answer", ["case_id"], unique=False)
    op.create_index(
        "uq_desk_answer_live",
        "desk_answer",
        ["desk_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "desk_assignment",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by"], ["person.id"], name=op.f("fk_desk_assignment_assigned_by")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_assignment_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_assignment_person_id")),
        sa.PrimaryKeyConstraint("desk_id", "person_id", name=op.f("pk_desk_assignment")),
    )
    op.create_index(
        op.f("ix_desk_assignment_person_id_desk_id"), "desk_assignment", ["person_id", "desk_id"], unique=False
    )
    op.create_table(
        "desk_reminder",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("ready_on", sa.Date(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_reminder_desk_id")),
        sa.PrimaryKeyConstraint("desk_id", "step", "ready_on", "level", name=op.f("pk_desk_reminder")),
    )
    op.create_table(
        "desk_routing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("rule_set_id", sa.Uuid(), nullable=False),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("won", sa.Text(), nullable=False),
        sa.Column("lost", sa.Text(), nullable=False),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cause IN ('submitted', 'amended', 'reclassified', 'sent_on', 'kept')", name=op.f("ck_desk_routing_cause")
        ),
        sa.ForeignKeyConstraint(
            ["application_version_id"], ["application_version.id"], name=op.f("fk_desk_routing_application_version_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_desk_routing_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_routing_desk_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_desk_routing_rule_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_routing")),
    )
    op.create_index(op.f("ix_desk_routing_desk_id"), "desk_routing", ["desk_id"], unique=False)
    op.create_table(
        "disposition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("divergence_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "choice IN ('stricter', 'both', 'adopt', 'new_text', 'agree_to_differ')", name=op.f("ck_disposition_choice")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_disposition_authority_id")),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_disposition_chosen_by")),
        sa.ForeignKeyConstraint(["divergence_id"], ["divergence.id"], name=op.f("fk_disposition_divergence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
    )
    op.create_index(op.f("ix_disposition_divergence_id"), "disposition", ["divergence_id"], unique=False)
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("indicators", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default="[]", nullable=False),
        sa.Column("standards", sa.Text(), server_default="[]", nullable=False),
        sa.Column("paragraphs", sa.Text(), server_default="[]", nullable=False),
        sa.Column("relies_on_id", sa.Uuid(), nullable=True),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("stale", sa.Text(), server_default="[]", nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(value = 'relies') = (relies_on_id IS NOT NULL)", name=op.f("ck_finding_reliance")),
        sa.CheckConstraint("value IN ('met', 'partly', 'not_met', 'relies', '')", name=op.f("ck_finding_value")),
        sa.ForeignKeyConstraint(
            ["application_version_id"], ["application_version.id"], name=op.f("fk_finding_application_version_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_finding_author_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_finding_confirmed_by")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_finding_criterion_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_finding_desk_id")),
        sa.ForeignKeyConstraint(["relies_on_id"], ["authority.id"], name=op.f("fk_finding_relies_on_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("desk_id", "criterion_id", name=op.f("uq_finding_desk_id_criterion_id")),
    )
    op.create_index(op.f("ix_finding_author_id"), "finding", ["author_id"], unique=False)
    op.create_index(op.f("ix_finding_criterion_id"), "finding", ["criterion_id"], unique=False)
    op.create_index(op.f("ix_finding_desk_id"), "finding", ["desk_id"], unique=False)
    op.create_table(
        "inconsistency",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("one_desk_id", sa.Uuid(), nullable=False),
        sa.Column("other_desk_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('replies', 'dossier')", name=op.f("ck_inconsistency_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_inconsistency_case_id")),
        sa.ForeignKeyConstraint(["one_desk_id"], ["desk.id"], name=op.f("fk_inconsistency_one_desk_id")),
        sa.ForeignKeyConstraint(["other_desk_id"], ["desk.id"], name=op.f("fk_inconsistency_other_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inconsistency")),
    )
    op.create_index(
        "uq_inconsistency_standing",
        "inconsistency",
        ["case_id", "field", "one_desk_id", "other_desk_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "joint_endorsement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("joint_position_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("endorsed_by", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_joint_endorsement_authority_id")),
        sa.ForeignKeyConstraint(["endorsed_by"], ["person.id"], name=op.f("fk_joint_endorsement_endorsed_by")),
        sa.ForeignKeyConstraint(
            ["joint_position_id"], ["joint_position.id"], name=op.f("fk_joint_endorsement_joint_position_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_endorsement")),
        sa.UniqueConstraint(
            "joint_position_id", "authority_id", name=op.f("uq_joint_endorsement_joint_position_id_authority_id")
        ),
    )
    op.create_table(
        "joint_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("rejected_because", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('ready_to_sign', 'signed', 'issued', 'void', 'superseded')", name=op.f("ck_joint_notice_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_notice_case_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_joint_notice_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_notice")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_joint_notice_case_id_number")),
    )
    op.create_index(op.f("ix_joint_notice_case_id"), "joint_notice", ["case_id"], unique=False)
    op.create_index(
        "uq_joint_notice_in_work",
        "joint_notice",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('ready_to_sign', 'signed')"),
        postgresql_where=sa.text("state IN ('ready_to_sign', 'signed')"),
    )
    op.create_index(
        "uq_joint_notice_issued",
        "joint_notice",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.create_table(
        "meeting_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["joint_meeting.id"], name=op.f("fk_meeting_action_meeting_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_meeting_action_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_action")),
    )
    op.create_index(op.f("ix_meeting_action_meeting_id"), "meeting_action", ["meeting_id"], unique=False)
    op.create_table(
        "meeting_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_by", sa.Uuid(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('for', 'against', 'abstain')", name=op.f("ck_meeting_vote_choice")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_meeting_vote_authority_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["joint_meeting.id"], name=op.f("fk_meeting_vote_meeting_id")),
        sa.ForeignKeyConstraint(["voted_by"], ["person.id"], name=op.f("fk_meeting_vote_voted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_vote")),
    )
    op.create_index(op.f("ix_meeting_vote_meeting_id"), "meeting_vote", ["meeting_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("calendar", sa.String(length=16), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_milestone_authority_id")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_milestone_trial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_trial_id_due_on"), "milestone", ["trial_id", "due_on"], unique=False)
    op.create_table(
        "position",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("recommendation", sa.String(length=24), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "recommendation IN ('approve', 'approve_with_conditions', 'refuse', 'defer')",
            name=op.f("ck_position_recommendation"),
        ),
        sa.ForeignKeyConstraint(
            ["application_version_id"], ["application_version.id"], name=op.f("fk_position_application_version_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_position_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_position_desk_id")),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_position_filed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
    )
    op.create_index(op.f("ix_position_case_id"), "position", ["case_id"], unique=False)
    op.create_index(op.f("ix_position_filed_by"), "position", ["filed_by"], unique=False)
    op.create_index(
        "uq_position_standing",
        "position",
        ["desk_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "proposed_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("jurisdictions", sa.Text(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=True),
        sa.Column("comparator", sa.String(length=10), nullable=True),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("window", sa.String(length=16), nullable=True),
        sa.Column("due_rule", sa.Text(), nullable=True),
        sa.Column("precedent_to_start", sa.Boolean(), nullable=False),
        sa.Column("departs", sa.Text(), nullable=True),
        sa.Column("application_version_id", sa.Uuid(), nullable=True),
        sa.Column("stale", sa.Text(), server_default="[]", nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "comparator IS NULL OR comparator IN ('at_most', 'at_least')", name=op.f("ck_proposed_condition_comparator")
        ),
        sa.CheckConstraint(
            "kind IN ('limit', 'safeguard', 'disclosure', 'reporting', 'governance', 'capital', 'aml', 'technology', 'exit', 'notification')",
            name=op.f("ck_proposed_condition_kind"),
        ),
        sa.CheckConstraint("origin IN ('firm', 'imposed', 'harmonised')", name=op.f("ck_proposed_condition_origin")),
        sa.CheckConstraint(
            "\"window\" IS NULL OR \"window\" IN ('at_any_time', 'per_day', 'per_month', 'whole_trial')",
            name=op.f("ck_proposed_condition_window"),
        ),
        sa.CheckConstraint("(metric IS NULL) = (threshold IS NULL)", name=op.f("ck_proposed_condition_measurable")),
        sa.ForeignKeyConstraint(
            ["application_version_id"],
            ["application_version.id"],
            name=op.f("fk_proposed_condition_application_version_id"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_proposed_condition_author_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_proposed_condition_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_condition")),
    )
    op.create_index(op.f("ix_proposed_condition_desk_id"), "proposed_condition", ["desk_id"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("after_opening", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_quarantine_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_quarantine_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quarantine_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_desk_id"), "quarantine", ["desk_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("certified_by", sa.Uuid(), nullable=True),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'draft', 'certified', 'accepted', 'returned')", name=op.f("ck_report_state")
        ),
        sa.ForeignKeyConstraint(["certified_by"], ["person.id"], name=op.f("fk_report_certified_by")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_report_prepared_by")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_report_trial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_trial_id_due_on"), "report", ["trial_id", "due_on"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("clock_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_reason", sa.Text(), nullable=False),
        sa.Column("warn_on", sa.Text(), nullable=False),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'sent', 'part_answered', 'answered', 'accepted', 'asked_again', 'cancelled')",
            name=op.f("ck_request_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_request_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_request_desk_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["request.id"], name=op.f("fk_request_follows_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_request_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("desk_id", "number", "round", name=op.f("uq_request_desk_id_number_round")),
    )
    op.create_index(op.f("ix_request_case_id_state"), "request", ["case_id", "state"], unique=False)
    op.create_index(op.f("ix_request_state_due_on"), "request", ["state", "due_on"], unique=False)
    op.create_table(
        "resolution_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contradiction_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_resolution_note_authority_id")),
        sa.ForeignKeyConstraint(
            ["contradiction_id"], ["contradiction.id"], name=op.f("fk_resolution_note_contradiction_id")
        ),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_resolution_note_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution_note")),
        sa.UniqueConstraint("contradiction_id", "number", name=op.f("uq_resolution_note_contradiction_id_number")),
    )
    op.create_table(
        "screening_check",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("result IN ('met', 'missing')", name=op.f("ck_screening_check_result")),
        sa.ForeignKeyConstraint(
            ["application_version_id"],
            ["application_version.id"],
            name=op.f("fk_screening_check_application_version_id"),
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_screening_check_checked_by")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_screening_check_desk_id")),
        sa.PrimaryKeyConstraint("desk_id", "item", name=op.f("pk_screening_check")),
    )
    op.create_table(
        "share_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('finding', 'condition', 'position', 'letter', 'request', 'thread')",
            name=op.f("ck_share_item_kind"),
        ),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_share_item_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_item")),
    )
    op.create_index(op.f("ix_share_item_share_id"), "share_item", ["share_id"], unique=False)
    op.create_table(
        "share_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_share_notice_case_id")),
        sa.ForeignKeyConstraint(["from_id"], ["authority.id"], name=op.f("fk_share_notice_from_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_share_notice_share_id")),
        sa.ForeignKeyConstraint(["to_id"], ["authority.id"], name=op.f("fk_share_notice_to_id")),
        sa.ForeignKeyConstraint(["told_by"], ["person.id"], name=op.f("fk_share_notice_told_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_notice")),
        sa.UniqueConstraint("share_id", name=op.f("uq_share_notice_share_id")),
    )
    op.create_index(
        op.f("ix_share_notice_case_id_told_at_id"), "share_notice", ["case_id", "told_at", "id"], unique=False
    )
    op.create_table(
        "share_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("notified_by", sa.Uuid(), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notified_by"], ["person.id"], name=op.f("fk_share_use_notified_by")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_share_use_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_use")),
    )
    op.create_index(op.f("ix_share_use_share_id"), "share_use", ["share_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("shown_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_signature_authority_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_signature_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_edition_id"), "signature", ["edition_id"], unique=False)
    op.create_index(
        "uq_signature_field",
        "signature",
        ["edition_id", "field"],
        unique=True,
        sqlite_where=sa.text("void_at IS NULL"),
        postgresql_where=sa.text("void_at IS NULL"),
    )
    op.create_table(
        "specialist_input",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("application_version_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_version_id"],
            ["application_version.id"],
            name=op.f("fk_specialist_input_application_version_id"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_specialist_input_author_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_specialist_input_criterion_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_specialist_input_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist_input")),
        sa.UniqueConstraint(
            "desk_id", "criterion_id", "author_id", name=op.f("uq_specialist_input_desk_id_criterion_id_author_id")
        ),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("appointed_by", sa.Uuid(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('intake_officer', 'coordinator', 'issuing_administrator')", name=op.f("ck_stand_in_role")
        ),
        sa.ForeignKeyConstraint(["appointed_by"], ["person.id"], name=op.f("fk_stand_in_appointed_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stand_in_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_stand_in_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    op.create_index(op.f("ix_stand_in_desk_id"), "stand_in", ["desk_id"], unique=False)
    op.create_index(op.f("ix_stand_in_person_id_case_id"), "stand_in", ["person_id", "case_id"], unique=False)
    op.create_index(
        "uq_stand_in_live",
        "stand_in",
        ["case_id", "person_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "thread_post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["corrects_id"], ["thread_post.id"], name=op.f("fk_thread_post_corrects_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_thread_post_organisation_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_post_thread_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_thread_post_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_post")),
    )
    op.create_index(
        op.f("ix_thread_post_thread_id_written_at_id"), "thread_post", ["thread_id", "written_at", "id"], unique=False
    )
    op.create_table(
        "trial_jurisdiction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('awaiting_preconditions', 'ready', 'live', 'paused', 'suspended', 'ending', 'exited', 'terminated', 'lapsed')",
            name=op.f("ck_trial_jurisdiction_state"),
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_trial_jurisdiction_jurisdiction")
        ),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_jurisdiction_trial_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_jurisdiction")),
        sa.UniqueConstraint("trial_id", "jurisdiction", name=op.f("uq_trial_jurisdiction_trial_id_jurisdiction")),
    )
    op.create_index(op.f("ix_trial_jurisdiction_trial_id"), "trial_jurisdiction", ["trial_id"], unique=False)
    op.create_table(
        "condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("jurisdictions", sa.Text(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=True),
        sa.Column("comparator", sa.String(length=10), nullable=True),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("window", sa.String(length=16), nullable=True),
        sa.Column("due_rule", sa.Text(), nullable=True),
        sa.Column("precedent_to_start", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "comparator IS NULL OR comparator IN ('at_most', 'at_least')", name=op.f("ck_condition_comparator")
        ),
        sa.CheckConstraint(
            "kind IN ('limit', 'safeguard', 'disclosure', 'reporting', 'governance', 'capital', 'aml', 'technology', 'exit', 'notification')",
            name=op.f("ck_condition_kind"),
        ),
        sa.CheckConstraint("origin IN ('firm', 'imposed', 'harmonised')", name=op.f("ck_condition_origin")),
        sa.CheckConstraint(
            "state IN ('draft', 'agreed', 'imposed', 'active', 'discharged', 'waived', 'superseded', 'ended')",
            name=op.f("ck_condition_state"),
        ),
        sa.CheckConstraint(
            "\"window\" IS NULL OR \"window\" IN ('at_any_time', 'per_day', 'per_month', 'whole_trial')",
            name=op.f("ck_condition_window"),
        ),
        sa.CheckConstraint("(metric IS NULL) = (threshold IS NULL)", name=op.f("ck_condition_measurable")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_condition_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_condition_case_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_condition_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    op.create_index(op.f("ix_condition_case_id"), "condition", ["case_id"], unique=False)
    op.create_index(op.f("ix_condition_decision_id"), "condition", ["decision_id"], unique=False)
    op.create_table(
        "earlier_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.String(length=10), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "value IN ('met', 'partly', 'not_met', 'relies', '')", name=op.f("ck_earlier_finding_value")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_earlier_finding_author_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_earlier_finding_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_finding")),
    )
    op.create_index(op.f("ix_earlier_finding_finding_id"), "earlier_finding", ["finding_id"], unique=False)
    op.create_table(
        "procedure_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('done', 'agreed_by_firm', 'period_ended')",
            name=op.f("ck_procedure_item_outcome"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name=op.f("ck_procedure_item_done")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_procedure_item_decision_id")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_procedure_item_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_item")),
        sa.UniqueConstraint("decision_id", "code", name=op.f("uq_procedure_item_decision_id_code")),
    )
    op.create_table(
        "report_preparer",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_preparer_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_preparer_report_id")),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_report_preparer")),
    )
    op.create_table(
        "report_value",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_report_value_jurisdiction")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_value_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_value")),
        sa.UniqueConstraint(
            "report_id",
            "metric",
            "jurisdiction",
            "currency",
            name=op.f("uq_report_value_report_id_metric_jurisdiction_currency"),
        ),
    )
    op.create_table(
        "request_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("unlocks", sa.Text(), nullable=False),
        sa.Column("wants_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_question_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_question")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_request_question_request_id_position")),
    )
    op.create_table(
        "resolution_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_resolution_signature_authority_id")),
        sa.ForeignKeyConstraint(["note_id"], ["resolution_note.id"], name=op.f("fk_resolution_signature_note_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_resolution_signature_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution_signature")),
        sa.UniqueConstraint("note_id", "authority_id", name=op.f("uq_resolution_signature_note_id_authority_id")),
    )
    op.create_table(
        "breach",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("condition_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.String(length=8), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'cured', 'waived', 'escalated', 'closed')", name=op.f("ck_breach_state")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_breach_authority_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_breach_case_id")),
        sa.ForeignKeyConstraint(["condition_id"], ["condition.id"], name=op.f("fk_breach_condition_id")),
        sa.ForeignKeyConstraint(["jurisdiction"], ["jurisdiction.code"], name=op.f("fk_breach_jurisdiction")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_breach_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint(
            "condition_id", "report_id", "jurisdiction", name=op.f("uq_breach_condition_id_report_id_jurisdiction")
        ),
    )
    op.create_index(op.f("ix_breach_authority_id"), "breach", ["authority_id"], unique=False)
    op.create_index(op.f("ix_breach_case_id"), "breach", ["case_id"], unique=False)
    op.create_index(op.f("ix_breach_report_id"), "breach", ["report_id"], unique=False)
    op.create_table(
        "request_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("sending", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["request_question.id"], name=op.f("fk_request_reply_question_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_request_reply_saved_by")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_request_reply_sent_by")),
        sa.ForeignKeyConstraint(["version_id"], ["application_version.id"], name=op.f("fk_request_reply_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_reply")),
        sa.UniqueConstraint("question_id", name=op.f("uq_request_reply_question_id")),
    )


def downgrade() -> None:
    op.drop_table("request_reply")
    op.drop_index(op.f("ix_breach_report_id"), table_name="breach")
    op.drop_index(op.f("ix_breach_case_id"), table_name="breach")
    op.drop_index(op.f("ix_breach_authority_id"), table_name="breach")
    op.drop_table("breach")
    op.drop_table("resolution_signature")
    op.drop_table("request_question")
    op.drop_table("report_value")
    op.drop_table("report_preparer")
    op.drop_table("procedure_item")
    op.drop_index(op.f("ix_earlier_finding_finding_id"), table_name="earlier_finding")
    op.drop_table("earlier_finding")
    op.drop_index(op.f("ix_condition_decision_id"), table_name="condition")
    op.drop_index(op.f("ix_condition_case_id"), table_name="condition")
    op.drop_table("condition")
    op.drop_index(op.f("ix_trial_jurisdiction_trial_id"), table_name="trial_jurisdiction")
    op.drop_table("trial_jurisdiction")
    op.drop_index(op.f("ix_thread_post_thread_id_written_at_id"), table_name="thread_post")
    op.drop_table("thread_post")
    op.drop_index(
        "uq_stand_in_live",
        table_name="stand_in",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_stand_in_person_id_case_id"), table_name="stand_in")
    op.drop_index(op.f("ix_stand_in_desk_id"), table_name="stand_in")
    op.drop_table("stand_in")
    op.drop_table("specialist_input")
    op.drop_index(
        "uq_signature_field",
        table_name="signature",
        sqlite_where=sa.text("void_at IS NULL"),
        postgresql_where=sa.text("void_at IS NULL"),
    )
    op.drop_index(op.f("ix_signature_edition_id"), table_name="signature")
    op.drop_table("signature")
    op.drop_index(op.f("ix_share_use_share_id"), table_name="share_use")
    op.drop_table("share_use")
    op.drop_index(op.f("ix_share_notice_case_id_told_at_id"), table_name="share_notice")
    op.drop_table("share_notice")
    op.drop_index(op.f("ix_share_item_share_id"), table_name="share_item")
    op.drop_table("share_item")
    op.drop_table("screening_check")
    op.drop_table("resolution_note")
    op.drop_index(op.f("ix_request_state_due_on"), table_name="request")
    op.drop_index(op.f("ix_request_case_id_state"), table_name="request")
    op.drop_table("request")
    op.drop_index(op.f("ix_report_trial_id_due_on"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_quarantine_desk_id"), table_name="quarantine")
    op.drop_table("quarantine")
    op.drop_index(op.f("ix_proposed_condition_desk_id"), table_name="proposed_condition")
    op.drop_table("proposed_condition")
    op.drop_index(
        "uq_position_standing",
        table_name="position",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_position_filed_by"), table_name="position")
    op.drop_index(op.f("ix_position_case_id"), table_name="position")
    op.drop_table("position")
    op.drop_index(op.f("ix_milestone_trial_id_due_on"), table_name="milestone")
    op.drop_table("milestone")
    op.drop_index(op.f("ix_meeting_vote_meeting_id"), table_name="meeting_vote")
    op.drop_table("meeting_vote")
    op.drop_index(op.f("ix_meeting_action_meeting_id"), table_name="meeting_action")
    op.drop_table("meeting_action")
    op.drop_index(
        "uq_joint_notice_issued",
        table_name="joint_notice",
        sqlite_where=sa.text("state = 'issued'"),
        postgresql_where=sa.text("state = 'issued'"),
    )
    op.drop_index(
        "uq_joint_notice_in_work",
        table_name="joint_notice",
        sqlite_where=sa.text("state IN ('ready_to_sign', 'signed')"),
        postgresql_where=sa.text("state IN ('ready_to_sign', 'signed')"),
    )
    op.drop_index(op.f("ix_joint_notice_case_id"), table_name="joint_notice")
    op.drop_table("joint_notice")
    op.drop_table("joint_endorsement")
    op.drop_index(
        "uq_inconsistency_standing",
        table_name="inconsistency",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("inconsistency")
    op.drop_index(op.f("ix_finding_desk_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_criterion_id"), table_name="finding")
    op.drop_index(op.f("ix_finding_author_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_index(op.f("ix_disposition_divergence_id"), table_name="disposition")
    op.drop_table("disposition")
    op.drop_index(op.f("ix_desk_routing_desk_id"), table_name="desk_routing")
    op.drop_table("desk_routing")
    op.drop_table("desk_reminder")
    op.drop_index(op.f("ix_desk_assignment_person_id_desk_id"), table_name="desk_assignment")
    op.drop_table("desk_assignment")
    op.drop_index(
        "uq_desk_answer_live",
        table_name="desk_answer",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_desk_answer_case_id"), table_name="desk_answer")
    op.drop_table("desk_answer")
    op.drop_index(op.f("ix_decision_case_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_completeness_letter_desk_id"), table_name="completeness_letter")
    op.drop_index(op.f("ix_completeness_letter_case_id"), table_name="completeness_letter")
    op.drop_table("completeness_letter")
    op.drop_table("clock_warning")
    op.drop_index(op.f("ix_clock_notice_desk_id"), table_name="clock_notice")
    op.drop_index(op.f("ix_clock_notice_case_id"), table_name="clock_notice")
    op.drop_table("clock_notice")
    op.drop_index(op.f("ix_clock_event_desk_id"), table_name="clock_event")
    op.drop_table("clock_event")
    op.drop_index(op.f("ix_case_party_case_id"), table_name="case_party")
    op.drop_table("case_party")
    op.drop_index(op.f("ix_assessor_person_id_desk_id"), table_name="assessor")
    op.drop_table("assessor")
    op.drop_index(op.f("ix_assessment_review_desk_id"), table_name="assessment_review")
    op.drop_table("assessment_review")
    op.drop_table("agreed_action")
    op.drop_table("trial")
    op.drop_index(op.f("ix_thread_firm_id_kind_last_at_id"), table_name="thread")
    op.drop_index(op.f("ix_thread_case_id_last_at_id"), table_name="thread")
    op.drop_index(op.f("ix_thread_authority_id_kind_last_at_id"), table_name="thread")
    op.drop_index(op.f("ix_thread_application_id"), table_name="thread")
    op.drop_table("thread")
    op.drop_index(op.f("ix_share_onward_of"), table_name="share")
    op.drop_index(op.f("ix_share_case_id_released_at_id"), table_name="share")
    op.drop_table("share")
    op.drop_index(op.f("ix_search_entry_case_id"), table_name="search_entry")
    op.drop_table("search_entry")
    op.drop_index(op.f("ix_reclassification_case_id"), table_name="reclassification")
    op.drop_table("reclassification")
    op.drop_index(op.f("ix_party_change_case_id"), table_name="party_change")
    op.drop_table("party_change")
    op.drop_index(
        "ix_outbox_message_waiting",
        table_name="outbox_message",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.drop_index(op.f("ix_outbox_message_person_id"), table_name="outbox_message")
    op.drop_index(op.f("ix_outbox_message_case_id"), table_name="outbox_message")
    op.drop_table("outbox_message")
    op.drop_index(
        "uq_lead_assignment_live",
        table_name="lead_assignment",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_lead_assignment_case_id_since"), table_name="lead_assignment")
    op.drop_table("lead_assignment")
    op.drop_index(op.f("ix_joint_post_subject_id_posted_at_id"), table_name="joint_post")
    op.drop_index(op.f("ix_joint_post_case_id"), table_name="joint_post")
    op.drop_table("joint_post")
    op.drop_table("joint_position")
    op.drop_index(op.f("ix_joint_meeting_case_id"), table_name="joint_meeting")
    op.drop_table("joint_meeting")
    op.drop_index(op.f("ix_edition_sha256"), table_name="edition")
    op.drop_index(op.f("ix_edition_number"), table_name="edition")
    op.drop_index(op.f("ix_edition_case_id"), table_name="edition")
    op.drop_table("edition")
    op.drop_index(op.f("ix_divergence_case_id"), table_name="divergence")
    op.drop_table("divergence")
    op.drop_index(op.f("ix_desk_watch_on"), table_name="desk")
    op.drop_index(
        "ix_desk_waiting",
        table_name="desk",
        sqlite_where=sa.text("turn <> 'nobody'"),
        postgresql_where=sa.text("turn <> 'nobody'"),
    )
    op.drop_index(
        "ix_desk_running",
        table_name="desk",
        sqlite_where=sa.text(
            "due_on IS NOT NULL AND state IN ('routed', 'screening', 'incomplete', 'assessing', 'assessed', 'deliberating', 'procedure', 'consulted', 'consent_sought')"
        ),
        postgresql_where=sa.text(
            "due_on IS NOT NULL AND state IN ('routed', 'screening', 'incomplete', 'assessing', 'assessed', 'deliberating', 'procedure', 'consulted', 'consent_sought')"
        ),
    )
    op.drop_index(op.f("ix_desk_authority_id_turn_turn_since_case_id"), table_name="desk")
    op.drop_index(op.f("ix_desk_authority_id_state_due_on"), table_name="desk")
    op.drop_index(op.f("ix_desk_authority_id_created_at_case_id"), table_name="desk")
    op.drop_table("desk")
    op.drop_index(op.f("ix_contradiction_case_id"), table_name="contradiction")
    op.drop_table("contradiction")
    op.drop_index(
        "uq_conflict_declaration_live",
        table_name="conflict_declaration",
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_conflict_declaration_person_id_case_id"), table_name="conflict_declaration")
    op.drop_table("conflict_declaration")
    op.drop_index(op.f("ix_case_trait_case_id"), table_name="case_trait")
    op.drop_table("case_trait")
    op.drop_index(op.f("ix_audience_party_case_id_item_kind_item_id"), table_name="audience")
    op.drop_index(op.f("ix_audience_case_id_visible_from"), table_name="audience")
    op.drop_table("audience")
    op.drop_index(op.f("ix_case_programme_id_created_at_id"), table_name="case")
    op.drop_index(op.f("ix_case_firm_id_created_at_id"), table_name="case")
    op.drop_index(op.f("ix_case_created_at_id"), table_name="case")
    op.drop_table("case")
    op.drop_index(op.f("ix_team_member_person_id"), table_name="team_member")
    op.drop_table("team_member")
    op.drop_index(op.f("ix_section_application_id"), table_name="section")
    op.drop_table("section")
    op.drop_index(op.f("ix_dossier_document_application_id"), table_name="dossier_document")
    op.drop_table("dossier_document")
    op.drop_index(op.f("ix_application_version_application_id"), table_name="application_version")
    op.drop_table("application_version")
    op.drop_index(op.f("ix_user_session_person_id"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_table("trail_body")
    op.drop_table("team")
    op.drop_index(op.f("ix_standing_interest_person_id"), table_name="standing_interest")
    op.drop_table("standing_interest")
    op.drop_index(op.f("ix_signing_certificate_authority_id"), table_name="signing_certificate")
    op.drop_table("signing_certificate")
    op.drop_index(
        "uq_saved_view_default",
        table_name="saved_view",
        sqlite_where=sa.text("opens"),
        postgresql_where=sa.text("opens"),
    )
    op.drop_table("saved_view")
    op.drop_table("programme_authority")
    op.drop_table("person_role")
    op.drop_index(op.f("ix_paragraph_authority_id"), table_name="paragraph")
    op.drop_table("paragraph")
    op.drop_index(op.f("ix_leave_person_id_ends_on"), table_name="leave")
    op.drop_table("leave")
    op.drop_index(op.f("ix_instrument_authority_id"), table_name="instrument")
    op.drop_table("instrument")
    op.drop_table("equivalence")
    op.drop_index(op.f("ix_criterion_authority_id"), table_name="criterion")
    op.drop_table("criterion")
    op.drop_index(op.f("ix_clock_rule_authority_id"), table_name="clock_rule")
    op.drop_table("clock_rule")
    op.drop_table("calendar_feed")
    op.drop_index(op.f("ix_application_programme_id"), table_name="application")
    op.drop_index(op.f("ix_application_firm_id_created_at"), table_name="application")
    op.drop_table("application")
    op.drop_table("trail_event")
    op.drop_table("rule_set")
    op.drop_index(op.f("ix_person_organisation_id"), table_name="person")
    op.drop_table("person")
    op.drop_table("firm")
    op.drop_table("authority")
    op.drop_table("trail_scope")
    op.drop_table("trail_checkpoint")
    op.drop_table("standard")
    op.drop_index(op.f("ix_sign_in_attempt_key_at"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("programme")
    op.drop_table("organisation")
    op.drop_table("jurisdiction")
    op.drop_table("catalogue_load")
    op.drop_table("case_number")
    op.drop_table("access_intake")
