"""create reviews

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-28 03:31:32.510578+00:00
"""

import sqlalchemy as sa

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column(
            "product_id",
            sa.Uuid(),
            sa.ForeignKey("products.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stars >= 1", name="stars_ge"),
        sa.CheckConstraint("stars <= 5", name="stars_le"),
    )


def downgrade() -> None:
    op.drop_table("reviews")
