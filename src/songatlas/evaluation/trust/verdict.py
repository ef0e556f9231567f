"""All trust checks, and the rule: what each measurement allows a run to be called.

A run is as good as its worst finding allows.

*Not a clustering*, if any of these holds
    fewer than 10 distinct tracks, or than 4 a cluster; one cluster has 90 % of the tracks and no
    other of 2 % keeps to itself; half of the clusters, or half of the silhouette, vanish with the
    most extreme 5 % of the tracks, a group that keeps to itself not among them; fewer
    than 2 latent dimensions (or 10 %) carry 0.1 nats about a typical track, or draws from a track's
    posterior keep its cluster hardly more often than chance (κ < 0.5); the silhouette is not above
    that of a collection without clusters and of the same covariance or tails (p > 0.05), nor the
    borders deeper than the deepest valley there; disjoint half-samples give unlike partitions (ARI
    < 0.3); no cluster has a valley between it and the next, where tracks are less than 0.8 times as
    dense as inside, and than at the deepest valley within. The last three allow
    *weak* when the clusters agree with the labels (AMI ≥ 0.1 at p ≤ 0.01): slices of a continuum
    that mean something.
*Weak*, if any of these holds
    a cluster is a splinter (fewer than 3 tracks or 2 %); every fifth track is a duplicate; a
    modality is explained by less than 5 % beyond the shuffled control; κ of posterior draws or of
    half the windows is below 0.75; neither silhouette nor borders are clearly (z ≥ 2) beyond the
    nulls, single-moded coordinates among them; between some cluster and the next the tracks are
    more than 0.6 times as dense as inside (0.5 along the data); most tracks are in no cluster; ARI
    of half-samples or seeds is below 0.8; no number of clusters is clear; agreement with the label
    is mostly that of one artist's tracks, or that of the clusters with the bandwidth of the
    recordings, or with noise under them, is great (AMI 0.3) and greater than with the label; the
    procedure that made the clusters is not known, so that nothing was compared with noise.
*Trustworthy*
    otherwise. It says that there are groups which other tracks of this kind would show again, not
    what they mean: that is for the external scores.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from songatlas.evaluation.trust.artists import Artists
from songatlas.evaluation.trust.balance import Balance
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.certainty import Certainty
from songatlas.evaluation.trust.check import About, Check
from songatlas.evaluation.trust.collapse import Collapse
from songatlas.evaluation.trust.duplicates import Copies
from songatlas.evaluation.trust.halves import Halves
from songatlas.evaluation.trust.labelled import Labelled
from songatlas.evaluation.trust.number import NumberOfClusters
from songatlas.evaluation.trust.outliers import Outliers
from songatlas.evaluation.trust.recordings import Recordings
from songatlas.evaluation.trust.separation import Separation
from songatlas.evaluation.trust.stability import Stability
from songatlas.evaluation.trust.valleys import Valleys
from songatlas.numerals import minus
from songatlas.types.trust import VERDICTS, Finding, Trust

# Name in trust.json, and of the file → what it measures and says; a new check adds one row.
CHECKS: Mapping[str, type[Check]] = {
    "duplicates": Copies,
    "balance": Balance,
    "outliers": Outliers,
    "collapse": Collapse,
    "separation": Separation,
    "valleys": Valleys,
    "stability": Stability,
    "halves": Halves,
    "certainty": Certainty,
    "number": NumberOfClusters,
    "labelled": Labelled,
    "artists": Artists,
    "recordings": Recordings,
}
# The order in which people read: of findings that are equally grave, and of the report's rows.
FINDINGS: tuple[About, ...] = ("sizes", "model", "windows", "clusters", "labels")
ROWS: tuple[About, ...] = ("model", "windows", "sizes", "clusters", "labels")


def check_trust(case: Case, checks: Mapping[str, type[Check]] = CHECKS) -> Trust:
    """Judge a partition of the tracks; of copies one alone, whatever is measured.

    Examples
    --------
    >>> import numpy as np
    >>> from songatlas.clustering.kmeans import kmeans
    >>> from songatlas.evaluation.trust.case import Case
    >>> def cluster(X, k, seed):
    ...     return kmeans(X, k, random_state=seed, n_init=3)
    >>> rng = np.random.default_rng(0)
    >>> X = np.repeat(np.eye(3, 8) * 8, 60, axis=0) + rng.normal(size=(180, 8))
    >>> check_trust(Case(X=X, labels=cluster(X, 3, 0), cluster=cluster)).verdict
    'trustworthy'
    >>> check_trust(Case(X=X, labels=cluster(X, 3, 0))).verdict  # not compared with noise
    'weak'
    >>> noise = rng.normal(size=(180, 8))
    >>> check_trust(Case(X=noise, labels=cluster(noise, 3, 0), cluster=cluster)).verdict
    'not a clustering'
    """
    ids, pairs, n_tracks = case.track_ids, case.copies.pairs, len(case.X)
    case = case.without_copies()
    measured = {name: check.measure(case) for name, check in checks.items()}
    done = [check for check in measured.values() if check is not None]
    to_say = sorted(done, key=lambda check: FINDINGS.index(check.about))
    to_show = sorted(done, key=lambda check: ROWS.index(check.about))
    said = [finding for check in to_say for finding in check.findings(case)]
    said.sort(key=lambda said: VERDICTS.index(said[0]))
    entries = {name: check and dataclasses.asdict(check) for name, check in measured.items()}
    return Trust(
        findings=tuple(
            Finding(code=code, verdict=verdict, sentence=minus(sentence))
            for verdict, code, sentence in said
        ),
        measurements={"n_tracks": n_tracks, **entries},
        rows=tuple(row for check in to_show for row in check.rows()),
        duplicates=tuple((ids[a], ids[b]) for a, b in pairs) if ids else (),
        left_out=tuple(
            (name, checks[name].needs)
            for name, check in measured.items()
            if check is None and checks[name].needs
        ),
    )
