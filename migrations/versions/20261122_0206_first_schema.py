"""The first schema: tables, row-level security beneath every one of them, and what the service role may do."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What the service may do with each table. Facts (events, decisions of consent) are only ever added.
GRANTS = {
    "tenants": "SELECT, INSERT, UPDATE",
    "tenant_keys": "SELECT, INSERT",
    "sources": "SELECT, INSERT, UPDATE",
    "currency_rates": "SELECT, INSERT, UPDATE",
    "ingestions": "SELECT, INSERT, DELETE",
    "api_keys": "SELECT, INSERT, UPDATE",
    "customers": "SELECT, INSERT, UPDATE",
    "customer_keys": "SELECT, INSERT, UPDATE",
    "customer_identifiers": "SELECT, INSERT, UPDATE, DELETE",
    "customer_sources": "SELECT, INSERT, DELETE",
    "suppressions": "SELECT, INSERT, UPDATE",
    "events": "SELECT, INSERT",
    "orders": "SELECT, INSERT, UPDATE",
    "order_items": "SELECT, INSERT, DELETE",
    "order_refunds": "SELECT, INSERT, UPDATE",
    "customer_totals": "SELECT, INSERT, UPDATE",
    "consent_events": "SELECT, INSERT",
    "consents": "SELECT, INSERT, UPDATE",
    "idempotency_keys": "SELECT, INSERT, UPDATE, DELETE",
}

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clientela_service') THEN
        CREATE ROLE clientela_service NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT pg_has_role(current_user, 'clientela_service', 'MEMBER') THEN
        -- Needed where the service logs in as the owner and steps down; the embedded server has a login of its own.
        EXECUTE format('GRANT clientela_service TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'clientela_service was not granted to the owner: give the service a login of its own';
END
$$
"""

# The two questions asked before a tenant is known. Owned by the owner, to whom row-level security does not apply.
FIND_API_KEY = """
CREATE FUNCTION find_api_key(wanted text) RETURNS TABLE (
    api_key_id uuid, prefix varchar, digest bytea, kind varchar, key_name varchar, scopes varchar[],
    allowed_origins varchar[], source_id uuid, requests_per_second integer, key_created_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz,
    tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar, strict_sources boolean,
    allow_imported_consent boolean, rfm_include_shipping_and_tax boolean, created_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.api_key_id, k.prefix, k.digest, k.kind, k.name, k.scopes, k.allowed_origins, k.source_id,
           k.requests_per_second, k.created_at, k.expires_at, k.revoked_at,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources,
           t.allow_imported_consent, t.rfm_include_shipping_and_tax, t.created_at
    FROM public.api_keys k JOIN public.tenants t ON t.tenant_id = k.tenant_id
    WHERE k.prefix = wanted
$$
"""
FIND_TENANT = """
CREATE FUNCTION find_tenant(wanted text) RETURNS SETOF tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT * FROM public.tenants t WHERE wanted IS NULL OR t.name = wanted OR t.tenant_id::text = wanted
$$
"""


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("api_key_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String(length=32)), nullable=False),
        sa.Column("allowed_origins", sa.ARRAY(sa.String(length=255)), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("requests_per_second", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "api_key_id", name=op.f("api_keys_pkey")),
    )
    op.create_index("api_keys_prefix_idx", "api_keys", ["prefix"], unique=False)
    op.create_table(
        "currency_rates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "currency", "valid_from", name=op.f("currency_rates_pkey")),
    )
    op.create_table(
        "customers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("tags", sa.ARRAY(sa.String(length=64)), nullable=False),
        sa.Column("preferred_channels", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("provenance", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("first_name", sa.LargeBinary(), nullable=True),
        sa.Column("last_name", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date", sa.LargeBinary(), nullable=True),
        sa.Column("gender", sa.LargeBinary(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("emails", sa.LargeBinary(), nullable=True),
        sa.Column("phones", sa.LargeBinary(), nullable=True),
        sa.Column("addresses", sa.LargeBinary(), nullable=True),
        sa.Column("external_ids", sa.LargeBinary(), nullable=True),
        sa.Column("anonymous_ids", sa.LargeBinary(), nullable=True),
        sa.Column("social", sa.LargeBinary(), nullable=True),
        sa.Column("demographics", sa.LargeBinary(), nullable=True),
        sa.Column("preferences", sa.LargeBinary(), nullable=True),
        sa.Column("attributes", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", name=op.f("customers_pkey")),
    )
    op.create_index("customers_created_idx", "customers", ["tenant_id", "created_at", "customer_id"], unique=False)
    op.create_index("customers_tags_idx", "customers", ["tags"], unique=False, postgresql_using="gin")
    op.create_index("customers_updated_idx", "customers", ["tenant_id", "updated_at", "customer_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key_digest", name=op.f("idempotency_keys_pkey")),
    )
    op.create_index("idempotency_keys_created_idx", "idempotency_keys", ["tenant_id", "created_at"], unique=False)
    op.create_index("idempotency_keys_customer_idx", "idempotency_keys", ["tenant_id", "customer_id"], unique=False)
    op.create_table(
        "ingestions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("ingestion_id", sa.Uuid(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.String(), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "ingestion_id", name=op.f("ingestions_pkey")),
    )
    op.create_table(
        "master_keys",
        sa.Column("master_key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("master_key_id", name=op.f("master_keys_pkey")),
    )
    op.create_table(
        "sources",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", name=op.f("sources_pkey")),
        sa.UniqueConstraint("tenant_id", "slug", name=op.f("sources_tenant_id_slug_key")),
    )
    op.create_table(
        "suppressions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key_version", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "key_version", "digest", name=op.f("suppressions_pkey")),
    )
    op.create_table(
        "tenant_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "version", name=op.f("tenant_keys_pkey")),
    )
    op.create_table(
        "tenants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("strict_sources", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("allow_imported_consent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("rfm_include_shipping_and_tax", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("tenants_pkey")),
        sa.UniqueConstraint("name", name=op.f("tenants_name_key")),
    )
    op.create_table(
        "consent_events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("consent_event_id", sa.Uuid(), nullable=False),
        sa.Column("schema_version", sa.SmallInteger(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("purpose_version", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address_digest", sa.LargeBinary(), nullable=True),
        sa.Column("legal_basis", sa.String(length=16), nullable=True),
        sa.Column("decision", sa.String(length=24), nullable=False),
        sa.Column("state_before", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("event_type", sa.String(length=16), nullable=False),
        sa.Column("indication_method", sa.String(length=32), nullable=False),
        sa.Column("confirmation_required", sa.Boolean(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("notice_version", sa.SmallInteger(), nullable=True),
        sa.Column("notice_hash", sa.LargeBinary(), nullable=True),
        sa.Column("notice_language", sa.String(length=35), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clamped", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("jurisdiction", sa.String(length=8), nullable=True),
        sa.Column("has_evidence", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("previous_event_id", sa.Uuid(), nullable=True),
        sa.Column("source_event_id", sa.String(length=255), nullable=True),
        sa.Column("body_digest", sa.LargeBinary(), nullable=True),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=True),
        sa.Column("entry_hash", sa.LargeBinary(), nullable=True),
        sa.Column("entry_mac", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.customer_id"],
            name=op.f("consent_events_tenant_id_customer_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "consent_event_id", name=op.f("consent_events_pkey")),
    )
    op.create_index(
        "consent_events_customer_idx",
        "consent_events",
        ["tenant_id", "customer_id", "purpose", "channel", "occurred_at"],
        unique=False,
    )
    op.create_index(
        "consent_events_message_idx",
        "consent_events",
        ["tenant_id", "source_id", "source_event_id"],
        unique=True,
        postgresql_where="source_event_id IS NOT NULL",
    )
    op.create_table(
        "consents",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("legal_basis", sa.String(length=16), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_type", sa.String(length=16), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("interest", sa.String(length=24), nullable=False),
        sa.Column("other_basis", sa.String(length=16), nullable=True),
        sa.Column("consent_event_id", sa.Uuid(), nullable=True),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.customer_id"],
            name=op.f("consents_tenant_id_customer_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "purpose", "channel", name=op.f("consents_pkey")),
    )
    op.create_table(
        "customer_identifiers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("index_version", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.customer_id"],
            name=op.f("customer_identifiers_tenant_id_customer_id_fkey"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "index_version", "digest", name=op.f("customer_identifiers_pkey")),
    )
    op.create_index(
        "customer_identifiers_customer_idx", "customer_identifiers", ["tenant_id", "customer_id"], unique=False
    )
    op.create_table(
        "customer_keys",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.customer_id"],
            name=op.f("customer_keys_tenant_id_customer_id_fkey"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "kind", name=op.f("customer_keys_pkey")),
    )
    op.create_table(
        "customer_sources",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customers.tenant_id", "customers.customer_id"],
            name=op.f("customer_sources_tenant_id_customer_id_fkey"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "customer_id", name=op.f("customer_sources_pkey")),
    )
    op.create_index("customer_sources_customer_idx", "customer_sources", ["tenant_id", "customer_id"], unique=False)
    op.create_table(
        "customer_totals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("net", sa.Numeric(precision=38, scale=4), nullable=False),
        sa.Column("without_rate", sa.Integer(), nullable=False),
        sa.Column("first_order_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_order_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", name=op.f("customer_totals_pkey")),
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clamped", sa.Boolean(), nullable=False),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sealed_properties", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "event_id", name=op.f("events_pkey")),
        sa.UniqueConstraint(
            "tenant_id", "source_id", "message_id", name=op.f("events_tenant_id_source_id_message_id_key")
        ),
    )
    op.create_index(
        "events_customer_idx", "events", ["tenant_id", "customer_id", "occurred_at", "event_id"], unique=False
    )
    op.create_table(
        "orders",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("gross", sa.Numeric(precision=38, scale=4), nullable=True),
        sa.Column("discount", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.Column("tax", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.Column("shipping", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.Column("total", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.Column("refunded", sa.Numeric(precision=38, scale=4), nullable=False),
        sa.Column("net", sa.Numeric(precision=38, scale=4), nullable=True),
        sa.Column("reporting_rate", sa.Numeric(precision=20, scale=10), nullable=True),
        sa.Column("reporting_net", sa.Numeric(precision=38, scale=4), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fulfilled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version_message_id", sa.String(length=255), nullable=True),
        sa.Column("items_version_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items_version_message_id", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "external_id", name=op.f("orders_pkey")),
    )
    op.create_index("orders_customer_idx", "orders", ["tenant_id", "customer_id", "placed_at"], unique=False)
    op.create_table(
        "order_items",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=500), nullable=True),
        sa.Column("category", sa.String(length=255), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=24, scale=4), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "order_id", "line", name=op.f("order_items_pkey")),
    )
    op.create_table(
        "order_refunds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("refund_id", sa.String(length=255), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("refunded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "source_id", "order_id", "refund_id", name=op.f("order_refunds_pkey")),
    )

    _secure()


def downgrade() -> None:
    raise RuntimeError("Below the first schema there is nothing: restore a backup, or drop the database.")


def _secure() -> None:
    """Row-level security on every tenant's table, and grants that leave out what the service never does."""
    op.execute(ROLE)
    for table, rights in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        # An absent or empty setting is NULL, which equals nothing: no tenant, no rows.
        tenant = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"
        op.execute(f"CREATE POLICY tenant_isolation ON {table} USING ({tenant}) WITH CHECK ({tenant})")
        op.execute(f"GRANT {rights} ON {table} TO clientela_service")
    op.execute("GRANT SELECT ON master_keys, alembic_version TO clientela_service")
    for function, text in (("find_api_key(text)", FIND_API_KEY), ("find_tenant(text)", FIND_TENANT)):
        op.execute(text)
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO clientela_service")
