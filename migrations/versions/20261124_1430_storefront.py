"""Anonymous visitors become known customers; a storefront is told what the tenant allows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Facts are still only ever added: what may change is whose they are, and under whose key they are sealed.
GRANTS = (
    "GRANT UPDATE (customer_id, sealed_properties) ON events TO clientela_service",
    "GRANT UPDATE (customer_id, evidence) ON consent_events TO clientela_service",
    "GRANT DELETE ON consents TO clientela_service",
)
REVOKES = (
    "REVOKE UPDATE (customer_id, sealed_properties) ON events FROM clientela_service",
    "REVOKE UPDATE (customer_id, evidence) ON consent_events FROM clientela_service",
    "REVOKE DELETE ON consents FROM clientela_service",
)

# The columns of its answer are part of a function: it can only be made anew.
FIND_API_KEY = """
CREATE FUNCTION find_api_key(wanted text) RETURNS TABLE (
    api_key_id uuid, prefix varchar, digest bytea, kind varchar, key_name varchar, scopes varchar[],
    allowed_origins varchar[], source_id uuid, requests_per_second integer, key_created_at timestamptz,
    expires_at timestamptz, revoked_at timestamptz,
    tenant_id uuid, name varchar, currency varchar, timezone varchar, country varchar, strict_sources boolean,
    allow_imported_consent boolean, rfm_include_shipping_and_tax boolean, created_at timestamptz{columns}
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT k.api_key_id, k.prefix, k.digest, k.kind, k.name, k.scopes, k.allowed_origins, k.source_id,
           k.requests_per_second, k.created_at, k.expires_at, k.revoked_at,
           t.tenant_id, t.name, t.currency, t.timezone, t.country, t.strict_sources,
           t.allow_imported_consent, t.rfm_include_shipping_and_tax, t.created_at{values}
    FROM public.api_keys k JOIN public.tenants t ON t.tenant_id = k.tenant_id
    WHERE k.prefix = wanted
$$
"""


def upgrade() -> None:
    op.add_column("customers", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.create_index(
        "customers_merged_idx",
        "customers",
        ["tenant_id", "merged_into"],
        unique=False,
        postgresql_where="merged_into IS NOT NULL",
    )
    op.add_column("customer_identifiers", sa.Column("proven", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(
        "tenants",
        sa.Column("storefront_traits", sa.ARRAY(sa.String(length=128)), server_default="{}", nullable=False),
    )
    for grant in GRANTS:
        op.execute(grant)
    _find_api_key(
        columns=", consent_categories jsonb, storefront_traits varchar[]",
        values=", t.consent_categories, t.storefront_traits",
    )


def downgrade() -> None:
    _find_api_key(columns=", consent_categories jsonb", values=", t.consent_categories")
    for revoke in REVOKES:
        op.execute(revoke)
    op.drop_column("tenants", "storefront_traits")
    op.drop_column("customer_identifiers", "proven")
    op.drop_index("customers_merged_idx", "customers")
    op.drop_column("customers", "merged_into")


def _find_api_key(*, columns: str, values: str) -> None:
    op.execute("DROP FUNCTION find_api_key(text)")
    op.execute(FIND_API_KEY.format(columns=columns, values=values))
    op.execute("REVOKE ALL ON FUNCTION find_api_key(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_api_key(text) TO clientela_service")
