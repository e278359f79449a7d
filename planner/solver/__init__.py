"""Search and proof: the only place that knows OR-Tools.

`columns` lists every patrol a lead can make in a band, `master` chooses among them for the week, `daily` turns the
choice of one day into exact seconds. docs/planning-model.md has the mathematics.
"""
