"""The values that flow from stage to stage; those of a finished run are in :mod:`.atlas`."""

from songatlas.types.choice import KChoice
from songatlas.types.music import (
    VERDICTS,
    BoolArray,
    Clustering,
    Counts,
    FeatureSet,
    Finding,
    Float64,
    FloatArray,
    IntArray,
    Library,
    Observations,
    Skip,
    Track,
    Trust,
)

__all__ = [
    "VERDICTS",
    "BoolArray",
    "Clustering",
    "Counts",
    "FeatureSet",
    "Finding",
    "Float64",
    "FloatArray",
    "IntArray",
    "KChoice",
    "Library",
    "Observations",
    "Skip",
    "Track",
    "Trust",
]
