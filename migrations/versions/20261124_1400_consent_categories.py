"""What the categories of a shop's consent banner stand for: a table per tenant, known wherever the tenant is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _find_api_key(more_columns: str, more_values: str) -> str:
    return f"""
CREATE FUNCTION find_api_key(wanted text) RETURNS TABLE (
    api_key_id uuid, prefix varchar, digest bytea, kind varchar, key_name varchar, scopes varchar[],
    allowed_origins varchar[], source_id uuid, requests_per_second integer, key_created_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz,
    tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar, strict_sources boolean,
    allow_imported_consent boolean, rfm_include_shipping_and_tax boolean, created_at timestamptz{more_columns}
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.api_key_id, k.prefix, k.digest, k.kind, k.name, k.scopes, k.allowed_origins, k.source_id,
           k.requests_per_second, k.created_at, k.expires_at, k.revoked_at,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources,
           t.allow_imported_consent, t.rfm_include_shipping_and_tax, t.created_at{more_values}
    FROM public.api_keys k JOIN public.tenants t ON t.tenant_id = k.tenant_id
    WHERE k.prefix = wanted
$$
"""  # noqa: S608  no value of anybody's in it


def upgrade() -> None:
    op.add_column(
        "tenants",
        sa.Column("consent_categories", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
    )
    _replace_find_api_key(", consent_categories jsonb", ", t.consent_categories")


def downgrade() -> None:
    _replace_find_api_key("", "")
    op.drop_column("tenants", "consent_categories")


def _replace_find_api_key(more_columns: str, more_values: str) -> None:
    op.execute("DROP FUNCTION find_api_key(text)")
    op.execute(_find_api_key(more_columns, more_values))
    op.execute("REVOKE ALL ON FUNCTION find_api_key(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_api_key(text) TO clientela_service")
