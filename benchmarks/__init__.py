"""Measurements on real collections: run by hand from a checkout, no part of the package."""
