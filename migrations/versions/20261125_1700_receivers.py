"""Deliveries are taken by endpoint: one that hangs, or has a backlog, keeps the tenant's others from nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Tenants with something due at endpoints that fail, or at all others; of the failing ones, those that are not paused.
# Whatever waits for one that takes nothing any more is due, to be given up.
DUE = """
CREATE FUNCTION due_deliveries(moment timestamptz, failing boolean) RETURNS SETOF tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE waiting AS (
        (SELECT w.tenant_id FROM public.deliveries w WHERE w.due_at IS NOT NULL ORDER BY w.tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT w.tenant_id FROM public.deliveries w
                WHERE w.due_at IS NOT NULL AND w.tenant_id > waiting.tenant_id ORDER BY w.tenant_id LIMIT 1)
        FROM waiting WHERE waiting.tenant_id IS NOT NULL
    )
    SELECT t.* FROM waiting JOIN public.tenants t ON t.tenant_id = waiting.tenant_id
    WHERE EXISTS (
        SELECT FROM public.webhook_endpoints e
        WHERE e.tenant_id = waiting.tenant_id
          AND (e.state = 'active' AND e.failing_since IS NOT NULL) = failing
          AND (e.paused_until IS NULL OR e.paused_until <= moment OR e.state <> 'active')
          AND EXISTS (SELECT FROM public.deliveries w WHERE w.tenant_id = e.tenant_id
                      AND w.webhook_endpoint_id = e.webhook_endpoint_id
                      AND w.due_at <= CASE WHEN e.state = 'active' THEN moment ELSE 'infinity' END)
    )
$$
"""
# As it was in 0004.
DUE_BEFORE = """
CREATE FUNCTION due_deliveries(moment timestamptz) RETURNS SETOF tenants
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.* FROM public.tenants t
    WHERE EXISTS (SELECT FROM public.deliveries w WHERE w.tenant_id = t.tenant_id AND w.due_at <= moment)
$$
"""


def upgrade() -> None:
    op.add_column("webhook_endpoints", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    _due_index("webhook_endpoint_id", "due_at")
    op.create_index(
        "deliveries_dead_idx",
        "deliveries",
        ["tenant_id", "webhook_endpoint_id", "delivery_id"],
        unique=False,
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.execute("DROP FUNCTION due_deliveries(timestamptz)")
    _function("due_deliveries(timestamptz, boolean)", DUE)


def downgrade() -> None:
    op.execute("DROP FUNCTION due_deliveries(timestamptz, boolean)")
    _function("due_deliveries(timestamptz)", DUE_BEFORE)
    op.drop_index("deliveries_dead_idx", table_name="deliveries")
    _due_index("due_at")
    op.drop_column("webhook_endpoints", "paused_until")


def _due_index(*columns: str) -> None:
    op.drop_index("deliveries_due_idx", table_name="deliveries")
    op.create_index(
        "deliveries_due_idx",
        "deliveries",
        ["tenant_id", *columns],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _function(signature: str, text: str) -> None:
    op.execute(text)
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO clientela_service")
