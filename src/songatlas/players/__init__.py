"""Servers that play music: what they hold, what would be sent to them, and how they are spoken to.

Conventions
-----------
A track or playlist of a server is known by its id there (``id``), which says nothing by itself; a
track of the atlas by its row. Nothing is guessed: a track that fits none or several of a server's
is reported. Passwords are in no message, no file and no URL.
"""
