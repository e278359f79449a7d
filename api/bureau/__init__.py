"""What a bureau sees of all its squads, and what neighbours can do for each other."""
