"""Folders of audio and a metadata table in, a :class:`songatlas.types.Library` out."""
