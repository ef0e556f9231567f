"""The version of the features of a frame: apart, as a run that decodes nothing needs it alone."""

from __future__ import annotations

# Part of the cache key; raise it when any number changes that is made in frames.py.
EXTRACTOR_VERSION = 3
