"""Lyrics to numbers: clean, split into tokens, weigh, compress."""
