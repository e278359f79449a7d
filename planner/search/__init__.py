"""Search: simulated annealing over one order of all visits, for visits that need one or several at the same time.

`problem` is what it is asked, `search` the way in; the rest is compiled. docs/decisions/011 has the reasons.
"""
