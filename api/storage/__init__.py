"""The squad's records on disk: one embedded database that needs no administration."""
