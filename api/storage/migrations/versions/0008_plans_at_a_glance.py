"""What is told of a plan without opening it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.kinds import Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of plans made before, nothing is told until they are changed."""
    op.add_column("plans", sa.Column("figures", Json(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("plans", "figures")
