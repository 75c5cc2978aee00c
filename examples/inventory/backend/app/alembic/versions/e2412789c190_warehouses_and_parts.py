"""warehouses and parts

Revision ID: e2412789c190
Revises:
Create Date: 2026-01-15 09:30:02.118712

"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "e2412789c190"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warehouse",
        sa.Column("code", sqlmodel.AutoString(length=12), nullable=False),
        sa.Column("city", sqlmodel.AutoString(length=100), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_warehouse_code"), "warehouse", ["code"], unique=True)
    op.create_table(
        "part",
        sa.Column("title", sqlmodel.AutoString(length=255), nullable=False),
        sa.Column("shelf", sqlmodel.AutoString(length=20), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("part")
    op.drop_index(op.f("ix_warehouse_code"), table_name="warehouse")
    op.drop_table("warehouse")
