"""Can the clusters of a run be trusted: one check a file, one rule in :mod:`.verdict`.

Conventions
-----------
Row *i* of every array is one track. Information is in nats unless a name says bits; shares are in
[0, 1]; p-values are one-sided, small when the data do better than the null. The *core* is what
remains without the 5 % of the tracks furthest from the median: what holds only for those does not
hold for the collection.

Checks
------
collapse, balance, outliers, duplicates, separation (against :mod:`.nulls`), valleys,
stability, windows
(halves of a track, draws from its posterior) and artist measure; :mod:`.evidence` collects what
they measured, :mod:`.verdict` says what it allows the run to be called.
"""

from songatlas.evaluation.trust.artist import Artists, measure_artists
from songatlas.evaluation.trust.check import check_trust
from songatlas.evaluation.trust.collapse import Collapse, measure_collapse
from songatlas.evaluation.trust.duplicates import Duplicates, find_duplicates
from songatlas.evaluation.trust.evidence import Evidence, Labelled, NumberOfClusters
from songatlas.evaluation.trust.separation import Separation, measure_separation
from songatlas.evaluation.trust.stability import (
    HalfSamples,
    Stability,
    measure_half_samples,
    measure_stability,
)
from songatlas.evaluation.trust.valleys import Valleys, measure_valleys
from songatlas.evaluation.trust.windows import Agreement, measure_certainty, measure_halves

__all__ = [
    "Agreement",
    "Artists",
    "Collapse",
    "Duplicates",
    "Evidence",
    "HalfSamples",
    "Labelled",
    "NumberOfClusters",
    "Separation",
    "Stability",
    "Valleys",
    "check_trust",
    "find_duplicates",
    "measure_artists",
    "measure_certainty",
    "measure_collapse",
    "measure_half_samples",
    "measure_halves",
    "measure_separation",
    "measure_stability",
    "measure_valleys",
]
