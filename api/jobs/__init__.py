"""Plans asked for over HTTP: ordered, watched, stopped, and made by one machine or by many."""
