"""Example squads: illustrative geometry, invented people."""
