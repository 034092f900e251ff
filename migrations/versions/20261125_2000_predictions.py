"""The models of predicted value; customers by date carry what growth is counted by."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    parameters = [sa.Column(name, sa.Float(), nullable=False) for name in ("r", "alpha", "a", "b")]
    parameters += [sa.Column(name, sa.Float(), nullable=True) for name in ("p", "q", "gamma")]
    op.create_table(
        "prediction_models",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("repeat_sample", sa.Integer(), nullable=False),
        *parameters,
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("prediction_models_pkey")),
    )
    tenant = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"
    op.execute("ALTER TABLE prediction_models ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_isolation ON prediction_models USING ({tenant}) WITH CHECK ({tenant})")
    op.execute("GRANT SELECT, INSERT, UPDATE ON prediction_models TO clientela_service")
    _index_customers(["registered_at", "erased_at", "status"])


def downgrade() -> None:
    _index_customers([])
    op.drop_table("prediction_models")


def _index_customers(include: list[str]) -> None:
    op.drop_index("customers_created_idx", "customers")
    op.create_index(
        "customers_created_idx", "customers", ["tenant_id", "created_at", "customer_id"], postgresql_include=include
    )
