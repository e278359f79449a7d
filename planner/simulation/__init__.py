"""The two-hour promise under load: weeks of duty with random reports, dealt with one after the other."""
