"""One seed; every stage derives its own generator from the stage's name.

A stage that is added later does not shift the random numbers of the others.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def stage_seed(seed: int, stage: str) -> int:
    """Seed of one stage, in [0, 2³¹).

    Examples
    --------
    >>> stage_seed(42, "clustering") == stage_seed(42, "clustering")
    True
    >>> stage_seed(42, "clustering") == stage_seed(42, "projection")
    False
    """
    digest = hashlib.blake2b(f"{seed}/{stage}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


def stage_rng(seed: int, stage: str) -> np.random.Generator:
    """Numpy generator of one stage."""
    import numpy as np

    return np.random.default_rng(stage_seed(seed, stage))
