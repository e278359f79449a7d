"""Ways to mend a gap in the two-hour promise, one file a kind of change, and the proof that they do."""
