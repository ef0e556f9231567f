"""Scores of clusterings: pure functions, one metric or small family a file.

Conventions
-----------
Row *i* of ``X``, ``labels``, ``labels_true`` and ``groups`` is one track. Labels are integers.

- A negative entry of ``labels`` is noise. Internal scores are those of the clustered tracks.
  External scores count noise, they do not drop it: all noise tracks together form one more group.
- A negative entry of ``labels_true`` is a track without a label; external scores leave it out.
- What is not defined (an internal score of one cluster, an external score against one class) is
  None, or NaN within a stack of many tables; it is never 0. One cluster of everything does have
  external scores: it agrees with the classes by 0.
- ``*_score``: greater is better. ``*_index``: less is better.

Metrics
-------
Internal (:data:`INTERNAL`), in the space that was clustered: silhouette, Calinski-Harabasz,
Davies-Bouldin.

External (:data:`EXTERNAL`), against true labels: adjusted Rand index, normalised and adjusted
mutual information, purity. Each with its bootstrap interval, permutation p-value and chance level.
"""

from songatlas.evaluation.adjusted_rand import adjusted_rand_score
from songatlas.evaluation.bootstrap import Interval, bootstrap_interval
from songatlas.evaluation.calinski_harabasz import calinski_harabasz_score
from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.davies_bouldin import davies_bouldin_index
from songatlas.evaluation.external import EXTERNAL, ExternalMetric
from songatlas.evaluation.internal import INTERNAL, InternalScores, internal_scores
from songatlas.evaluation.mutual_information import (
    adjusted_mutual_info_score,
    normalized_mutual_info_score,
)
from songatlas.evaluation.permutation import Chance, permutation_test
from songatlas.evaluation.purity import purity_score
from songatlas.evaluation.record import COLUMNS, Evaluation, ExternalScore
from songatlas.evaluation.scores import evaluate, evaluate_all
from songatlas.evaluation.silhouette import silhouette_score, silhouette_scores

__all__ = [
    "COLUMNS",
    "EXTERNAL",
    "INTERNAL",
    "Chance",
    "Evaluation",
    "ExternalMetric",
    "ExternalScore",
    "InternalScores",
    "Interval",
    "adjusted_mutual_info_score",
    "adjusted_rand_score",
    "bootstrap_interval",
    "calinski_harabasz_score",
    "contingency_table",
    "davies_bouldin_index",
    "evaluate",
    "evaluate_all",
    "internal_scores",
    "normalized_mutual_info_score",
    "permutation_test",
    "purity_score",
    "silhouette_score",
    "silhouette_scores",
]
