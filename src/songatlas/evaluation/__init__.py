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
Internal (:data:`.internal.INTERNAL`), in the space that was clustered: silhouette,
Calinski-Harabasz, Davies-Bouldin.

External (:data:`.external.EXTERNAL`), against true labels: adjusted Rand index, normalised and
adjusted mutual information, purity. Each with its bootstrap interval, permutation p-value and
chance level.
"""
