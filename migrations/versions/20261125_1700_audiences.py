"""Audiences with their snapshots, the index of birthdays, and who did what when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

GRANTS = {
    "audiences": "SELECT, INSERT, UPDATE, DELETE",
    "audience_snapshots": "SELECT, INSERT, DELETE",
    "audience_members": "SELECT, INSERT, DELETE",
    "audience_changes": "SELECT, INSERT, DELETE",
}


def upgrade() -> None:
    op.create_table(
        "audiences",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "audience_id", name=op.f("audiences_pkey")),
    )
    op.create_index("audiences_created_idx", "audiences", ["tenant_id", "created_at", "audience_id"], unique=False)
    op.create_table(
        "audience_snapshots",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("rule_mark", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("departed", sa.Integer(), nullable=False),
        sa.Column("conditions", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "snapshot_id", name=op.f("audience_snapshots_pkey")),
    )
    op.create_index(
        "audience_snapshots_taken_idx",
        "audience_snapshots",
        ["tenant_id", "audience_id", "taken_at", "snapshot_id"],
        unique=False,
    )
    op.create_table(
        "audience_members",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("rule_mark", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "audience_id", "customer_id", name=op.f("audience_members_pkey")),
    )
    op.create_table(
        "audience_changes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("held", sa.String(length=1000), nullable=False),
        sa.Column("before", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint(
            "tenant_id", "audience_id", "snapshot_id", "customer_id", name=op.f("audience_changes_pkey")
        ),
    )
    op.create_index("audience_changes_customer_idx", "audience_changes", ["tenant_id", "customer_id"], unique=False)
    for table, rights in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        tenant = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"
        op.execute(f"CREATE POLICY tenant_isolation ON {table} USING ({tenant}) WITH CHECK ({tenant})")
        op.execute(f"GRANT {rights} ON {table} TO clientela_service")
    op.add_column("customers", sa.Column("birthday", sa.LargeBinary(), nullable=True))
    op.create_index(
        "customers_active_idx",
        "customers",
        ["tenant_id", "customer_id"],
        unique=False,
        postgresql_include=["country", "language", "created_at", "registered_at"],
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index(
        "customers_birthday_missing_idx",
        "customers",
        ["tenant_id", "customer_id"],
        unique=False,
        postgresql_where=sa.text("birth_date IS NOT NULL AND birthday IS NULL"),
    )
    op.create_index(
        "customer_identifiers_suppressed_idx",
        "customer_identifiers",
        ["tenant_id", "kind", "customer_id"],
        unique=False,
        postgresql_where=sa.text("suppressed_at IS NOT NULL"),
    )
    op.create_index("events_type_idx", "events", ["tenant_id", "type", "occurred_at", "customer_id"], unique=False)


def downgrade() -> None:
    op.drop_index("events_type_idx", table_name="events")
    op.drop_index("customer_identifiers_suppressed_idx", table_name="customer_identifiers")
    op.drop_index("customers_birthday_missing_idx", table_name="customers")
    op.drop_index("customers_active_idx", table_name="customers")
    op.drop_column("customers", "birthday")
    op.drop_table("audience_changes")
    op.drop_table("audience_members")
    op.drop_table("audience_snapshots")
    op.drop_table("audiences")
