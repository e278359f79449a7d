"""HTTP, disk and terminal: the only room that loads, stores and serves."""
