"""The desk during duty: who is where, and which reports wait."""
