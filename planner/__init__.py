"""Who visits what, when."""
