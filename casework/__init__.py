"""What the squad owes its communities, and what became of it."""
