"""A small collection of music that songatlas synthesises itself, lyrics and tags included."""

from songatlas.synthesis.collection import write_collection
from songatlas.synthesis.plan import PlannedTrack, plan_collection

__all__ = ["PlannedTrack", "plan_collection", "write_collection"]
