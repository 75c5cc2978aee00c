"""create products

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-28 03:31:31.317819+00:00
"""

import sqlalchemy as sa

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False, index=True),
        sa.Column("sku", sa.String(32), nullable=False, unique=True),
        sa.Column("price", sa.Numeric(12, 2), nullable=False, index=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "live",
                native_enum=False,
                create_constraint=True,
                name="status",
            ),
            nullable=False,
            index=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price >= 0", name="price_ge"),
    )


def downgrade() -> None:
    op.drop_table("products")
