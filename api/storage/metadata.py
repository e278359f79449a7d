"""What all tables share. Each row names its squad: what one squad owns no other can reach."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, String

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = 64
"""Longest id, characters."""


def squad_key() -> Column[str]:
    """Return the squad as part of the key."""
    return Column("squad_id", String(ID), ForeignKey("squads.id", ondelete="CASCADE"), primary_key=True)


def squad_owner() -> Column[str]:
    """Return the squad of a row whose key is a number of its own."""
    return Column("squad_id", String(ID), ForeignKey("squads.id", ondelete="CASCADE"), nullable=False, index=True)


def id_key() -> Column[str]:
    """Return the id."""
    return Column("id", String(ID), primary_key=True)
