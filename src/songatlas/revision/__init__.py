"""A finished run, changed: new tracks placed, clusters corrected."""
