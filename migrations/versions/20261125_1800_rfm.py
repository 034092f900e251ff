"""RFM: the tenant's settings, who is not to be profiled, and the segments that were last told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GRANTS = {
    "customer_segments": "SELECT, INSERT, UPDATE, DELETE",
    "segment_sweeps": "SELECT, INSERT, UPDATE",
}
# Asked before any tenant is known: those with a subscriber to it, whose segments are to be looked at.
DUE = """
CREATE FUNCTION due_segment_sweeps(moment timestamptz) RETURNS SETOF tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.* FROM public.tenants t
    WHERE t.tenant_id IN (
        SELECT e.tenant_id FROM public.webhook_endpoints e
        WHERE e.state = 'active' AND e.event_types && ARRAY['*', 'segment.*', 'segment.changed']::varchar[]
    )
    AND NOT EXISTS (SELECT FROM public.segment_sweeps s WHERE s.tenant_id = t.tenant_id AND s.due_at > moment)
$$
"""
# The columns of its answer are part of a function: it can only be made anew.
FIND_API_KEY = """
CREATE FUNCTION find_api_key(wanted text) RETURNS TABLE (
    api_key_id uuid, prefix varchar, digest bytea, kind varchar, key_name varchar, scopes varchar[],
    allowed_origins varchar[], source_id uuid, requests_per_second integer, key_created_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz,
    tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar, strict_sources boolean,
    allow_imported_consent boolean, rfm_include_shipping_and_tax boolean, created_at timestamptz,
    consent_categories jsonb, storefront_traits varchar[]{columns}
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.api_key_id, k.prefix, k.digest, k.kind, k.name, k.scopes, k.allowed_origins, k.source_id,
           k.requests_per_second, k.created_at, k.expires_at, k.revoked_at,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources,
           t.allow_imported_consent, t.rfm_include_shipping_and_tax, t.created_at,
           t.consent_categories, t.storefront_traits{values}
    FROM public.api_keys k JOIN public.tenants t ON t.tenant_id = k.tenant_id
    WHERE k.prefix = wanted
$$
"""
FIND_CONNECTION = """
CREATE FUNCTION find_shop_connection(wanted uuid) RETURNS TABLE (
    source_id uuid, slug varchar, platform varchar, options jsonb, secrets bytea, version integer, wrapped bytea,
    key_version integer, tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar,
    strict_sources boolean, allow_imported_consent boolean, rfm_include_shipping_and_tax boolean,
    consent_categories jsonb, storefront_traits varchar[], created_at timestamptz{columns}
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.source_id, s.slug, c.platform, c.options, c.secrets, c.version, k.wrapped, k.version,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources, t.allow_imported_consent,
           t.rfm_include_shipping_and_tax, t.consent_categories, t.storefront_traits, t.created_at{values}
    FROM public.shop_connections c
    JOIN public.sources s ON s.tenant_id = c.tenant_id AND s.source_id = c.source_id
    JOIN public.tenants t ON t.tenant_id = c.tenant_id
    JOIN public.data_keys k ON k.tenant_id = c.tenant_id AND k.owner_id = c.source_id AND k.kind = 'connection'
    WHERE c.source_id = wanted
$$
"""


def upgrade() -> None:
    op.add_column(
        "tenants", sa.Column("rfm", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)
    )
    op.create_index(
        "consents_profiling_idx",
        "consents",
        ["tenant_id", "customer_id"],
        unique=False,
        postgresql_where=sa.text("channel = 'profiling'"),
    )
    op.create_table(
        "customer_segments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        sa.Column("segment", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", name=op.f("customer_segments_pkey")),
    )
    op.create_table(
        "segment_sweeps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("measure", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("quiet", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("seen_event_id", sa.Uuid(), nullable=True),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("segment_sweeps_pkey")),
    )
    for table, rights in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        tenant = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"
        op.execute(f"CREATE POLICY tenant_isolation ON {table} USING ({tenant}) WITH CHECK ({tenant})")
        op.execute(f"GRANT {rights} ON {table} TO clientela_service")
    _function("due_segment_sweeps(timestamptz)", DUE)
    _with_tenant(columns=", rfm jsonb", values=", t.rfm")


def downgrade() -> None:
    _with_tenant(columns="", values="")
    op.execute("DROP FUNCTION due_segment_sweeps(timestamptz)")
    op.drop_table("segment_sweeps")
    op.drop_table("customer_segments")
    op.drop_index("consents_profiling_idx", table_name="consents")
    op.drop_column("tenants", "rfm")


def _with_tenant(*, columns: str, values: str) -> None:
    for signature, text in (("find_api_key(text)", FIND_API_KEY), ("find_shop_connection(uuid)", FIND_CONNECTION)):
        op.execute(f"DROP FUNCTION {signature}")
        _function(signature, text.format(columns=columns, values=values))


def _function(signature: str, text: str) -> None:
    op.execute(text)
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO clientela_service")
