"""Shops in, subscribers out: the inbox, the jobs, the outbox and their keys, and the question whose work is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GRANTS = {
    "data_keys": "SELECT, INSERT, UPDATE, DELETE",
    "shop_connections": "SELECT, INSERT, UPDATE, DELETE",
    "shop_objects": "SELECT, INSERT, UPDATE",
    "inbound_messages": "SELECT, INSERT, UPDATE, DELETE",
    "inbound_subjects": "SELECT, INSERT, UPDATE, DELETE",
    "privacy_requests": "SELECT, INSERT, UPDATE",
    "jobs": "SELECT, INSERT, UPDATE, DELETE",
    "webhook_endpoints": "SELECT, INSERT, UPDATE, DELETE",
    "outbox": "SELECT, INSERT, UPDATE, DELETE",
    "deliveries": "SELECT, INSERT, UPDATE, DELETE",
}
# What the worker asks before it knows any tenant, and what a shop's message asks. Owned by the owner, to whom row-level
# security does not apply. Only tenants with something unfinished cost anything: the index is skipped through.
WORK = ("inbound_messages", "jobs", "outbox", "deliveries")
DUE = """
CREATE FUNCTION due_{table}(moment timestamptz) RETURNS SETOF tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE waiting AS (
        (SELECT w.tenant_id FROM public.{table} w WHERE w.due_at IS NOT NULL ORDER BY w.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT w.tenant_id FROM public.{table} w WHERE w.due_at IS NOT NULL AND w.tenant_id > waiting.tenant_id
                ORDER BY w.tenant_id LIMIT 1)
        FROM waiting WHERE waiting.tenant_id IS NOT NULL
    )
    SELECT t.* FROM waiting JOIN public.tenants t ON t.tenant_id = waiting.tenant_id
    WHERE EXISTS (SELECT FROM public.{table} w WHERE w.tenant_id = waiting.tenant_id AND w.due_at <= moment)
$$
"""
FIND_CONNECTION = """
CREATE FUNCTION find_shop_connection(wanted uuid) RETURNS TABLE (
    source_id uuid, slug varchar, platform varchar, options jsonb, secrets bytea, version integer, wrapped bytea,
    key_version integer, tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar,
    strict_sources boolean, allow_imported_consent boolean, rfm_include_shipping_and_tax boolean,
    consent_categories jsonb, storefront_traits varchar[], created_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.source_id, s.slug, c.platform, c.options, c.secrets, c.version, k.wrapped, k.version,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources, t.allow_imported_consent,
           t.rfm_include_shipping_and_tax, t.consent_categories, t.storefront_traits, t.created_at
    FROM public.shop_connections c
    JOIN public.sources s ON s.tenant_id = c.tenant_id AND s.source_id = c.source_id
    JOIN public.tenants t ON t.tenant_id = c.tenant_id
    JOIN public.data_keys k ON k.tenant_id = c.tenant_id AND k.owner_id = c.source_id AND k.kind = 'connection'
    WHERE c.source_id = wanted
$$
"""


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "owner_id", "kind", name=op.f("data_keys_pkey")),
    )
    op.create_table(
        "deliveries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("webhook_endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("subject", postgresql.JSONB(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_milliseconds", sa.Integer(), nullable=True),
        sa.Column("tries", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "delivery_id", name=op.f("deliveries_pkey")),
    )
    op.create_index(
        "deliveries_due_idx",
        "deliveries",
        ["tenant_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "deliveries_endpoint_idx", "deliveries", ["tenant_id", "webhook_endpoint_id", "delivery_id"], unique=False
    )
    op.create_table(
        "inbound_messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=255), nullable=False),
        sa.Column("dedup", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("notes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("inbound_messages_pkey")),
    )
    op.create_index(
        "inbound_messages_dedup_idx",
        "inbound_messages",
        ["tenant_id", "source_id", "dedup"],
        unique=True,
        postgresql_where=sa.text("dedup IS NOT NULL"),
    )
    op.create_index(
        "inbound_messages_due_idx",
        "inbound_messages",
        ["tenant_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "inbound_messages_parked_idx",
        "inbound_messages",
        ["tenant_id", "message_id"],
        unique=False,
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_table(
        "inbound_subjects",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "message_id", name=op.f("inbound_subjects_pkey")),
    )
    op.create_index("inbound_subjects_message_idx", "inbound_subjects", ["tenant_id", "message_id"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("object_kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column("object_id", sa.String(length=255), server_default="", nullable=False),
        sa.Column("hint", sa.String(length=255), server_default="", nullable=False),
        sa.Column("wanted", sa.Integer(), server_default="1", nullable=False),
        sa.Column("progress", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", name=op.f("jobs_pkey")),
    )
    op.create_index(
        "jobs_due_idx", "jobs", ["tenant_id", "due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.create_index(
        "jobs_waiting_idx",
        "jobs",
        ["tenant_id", "source_id", "kind", "object_kind", "object_id"],
        unique=True,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("subject", postgresql.JSONB(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_detail", sa.String(length=1000), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name=op.f("outbox_pkey")),
    )
    op.create_index(
        "outbox_due_idx",
        "outbox",
        ["tenant_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "privacy_requests",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("privacy_request_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("dedup", sa.LargeBinary(), nullable=False),
        sa.Column("platform_reference", sa.String(length=255), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.LargeBinary(), nullable=True),
        sa.Column("order_ids", sa.ARRAY(sa.String(length=255)), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "privacy_request_id", name=op.f("privacy_requests_pkey")),
    )
    op.create_index(
        "privacy_requests_message_idx", "privacy_requests", ["tenant_id", "source_id", "dedup"], unique=True
    )
    op.create_table(
        "shop_connections",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=True),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("polled", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", name=op.f("shop_connections_pkey")),
    )
    op.create_index("shop_connections_source_idx", "shop_connections", ["source_id"], unique=False)
    op.create_table(
        "shop_objects",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "kind", "digest", name=op.f("shop_objects_pkey")),
    )
    op.create_table(
        "webhook_endpoints",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("webhook_endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("event_types", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("fields", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("state_reason", sa.String(length=64), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "webhook_endpoint_id", name=op.f("webhook_endpoints_pkey")),
    )
    for table, rights in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        tenant = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"
        op.execute(f"CREATE POLICY tenant_isolation ON {table} USING ({tenant}) WITH CHECK ({tenant})")
        op.execute(f"GRANT {rights} ON {table} TO clientela_service")
    for table in WORK:
        _function(f"due_{table}(timestamptz)", DUE.format(table=table))
    _function("find_shop_connection(uuid)", FIND_CONNECTION)


def _function(signature: str, text: str) -> None:
    op.execute(text)
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO clientela_service")


def downgrade() -> None:
    op.execute("DROP FUNCTION find_shop_connection(uuid)")
    for table in WORK:
        op.execute(f"DROP FUNCTION due_{table}(timestamptz)")
    op.drop_table("webhook_endpoints")
    op.drop_table("shop_objects")
    op.drop_table("shop_connections")
    op.drop_table("privacy_requests")
    op.drop_table("outbox")
    op.drop_table("jobs")
    op.drop_table("inbound_subjects")
    op.drop_table("inbound_messages")
    op.drop_table("deliveries")
    op.drop_table("data_keys")
