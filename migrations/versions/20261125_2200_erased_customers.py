"""Who was erased, found without reading everybody: prospects are those who are left."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "customers_erased_idx", "customers", ["tenant_id", "customer_id"], postgresql_where="status = 'erased'"
    )


def downgrade() -> None:
    op.drop_index("customers_erased_idx", "customers")
