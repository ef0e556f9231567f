"""The values that flow from stage to stage; those of a finished run are in :mod:`.atlas`."""

from songatlas.types.choice import KChoice
from songatlas.types.music import (
    VERDICTS,
    BoolArray,
    Clustering,
    FeatureSet,
    Finding,
    FloatArray,
    IntArray,
    Latents,
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
    "FeatureSet",
    "Finding",
    "FloatArray",
    "IntArray",
    "KChoice",
    "Latents",
    "Library",
    "Observations",
    "Skip",
    "Track",
    "Trust",
]
