"""Tags of pretrained ears as a person says them: those that mean the same are one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.types import FloatArray
from songatlas.words.tags import HEARD

_CALLED = {tag: name for name, tags in HEARD.items() for tag in tags}


def merge_tags(names: Sequence[str], tags: FloatArray) -> tuple[tuple[str, ...], FloatArray]:
    """Each tag once, under the name by which it is called; of several that mean it, the surest.

    Two networks may share a tag, and one may have "female", "woman" and "female voice". Tags that
    are merged already stay as they are.

    Parameters
    ----------
    names
        Of the columns of `tags`, as the ear has them.
    tags
        Shape (n_tracks, n_tags): probabilities; NaN where unknown.

    Returns
    -------
    names, tags
        In the order in which they first occur, shape (n_tracks, n_names).

    Examples
    --------
    >>> merge_tags(["Mellow", "woman", "female vocalists"], np.array([[0.1, 0.3, 0.2]]))
    (('mellow', 'female voice'), array([[0.1, 0.3]]))
    """
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        called = name.casefold()
        columns.setdefault(_CALLED.get(called, called), []).append(column)
    merged = [tags[:, of_name].max(axis=1) for of_name in columns.values()]
    return tuple(columns), np.stack(merged, axis=1) if merged else tags
