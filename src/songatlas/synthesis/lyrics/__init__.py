"""Original words for the synthetic tracks, put together from small lists in two languages."""

from songatlas.synthesis.lyrics.song import LANGUAGES, Lyrics, write_lyrics

__all__ = ["LANGUAGES", "Lyrics", "write_lyrics"]
