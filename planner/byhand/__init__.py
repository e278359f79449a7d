"""A plan changed by a leader's own hand: made as asked wherever it can be made at all, and judged afterwards."""
