"""Can clusters be trusted: one check a file, all of them in :data:`CHECKS`, judged by one rule.

Conventions
-----------
Row *i* of every array is one track. Information is in nats unless a name says bits; shares are in
[0, 1]; p-values are one-sided, small when the data do better than the null. The *core* is what
remains without the 5 % of the tracks furthest from the median: what holds only for those does not
hold for the collection.

Checks
------
A check is given a :class:`Case` and knows of no other check's result: it measures, says in findings
what that allows the clusters to be called, and gives rows for the report. The table and the rule
are in :mod:`.verdict`.
"""
