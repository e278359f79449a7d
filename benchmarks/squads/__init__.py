"""Seeded squads whose weeks are hard to fill: ours against its peers, in one run and on one objective."""
